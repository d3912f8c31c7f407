import { inlineCode } from '../../markdown/escape.ts';
import { count, formatDuration } from '../../text/format.ts';
import { prose } from '../../markdown/escape.ts';
import type { JobReport, ReportLink } from '../types.ts';
import type { Linker } from './links.ts';
import { sayDate, sayTime } from './words.ts';

/** Links of a comment. */
const linksShown = 6;

/** One small line: what was compared with what, when, and where all of it is. */
export function renderFooter(
  reports: readonly JobReport[],
  links: readonly ReportLink[],
  linker: Linker,
): string {
  const newest = reports.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1))[0];
  if (newest === undefined) return '';
  const { job, finishedAt, harness } = newest;
  const attempt = job.attempt > 1 ? ` (attempt ${job.attempt})` : '';
  const all = [...links, ...reports.flatMap((report) => report.links)].flatMap(
    ({ name, url }) => linker.run(name, url) ?? [],
  );
  const run = linker.run('run', job.runUrl);
  const parts = [
    `${linker.commit(job.headSha)}${sayBase(reports, linker)}`,
    `${sayTime(finishedAt)}${attempt}${reports.length === 1 ? `, took ${formatDuration(newest.durationMs)}` : ''}`,
    ...[...new Set(all)].slice(0, linksShown),
    ...(run === undefined ? [] : [run]),
    `mcp-test-harness ${inlineCode(harness.version.slice(0, 40))}`,
  ];
  return `\n<sub>${parts.join(' · ')}</sub>\n`;
}

/** What it was compared with, when that is the same for all jobs. */
function sayBase(reports: readonly JobReport[], linker: Linker): string {
  const compared = reports.filter(({ baseline }) => baseline.source !== 'none');
  const shas = new Set(compared.map(({ baseline }) => baseline.sha));
  const [first] = compared;
  if (first === undefined || shas.size !== 1) return '';
  const { source, sha, at, runs } = first.baseline;
  const what = source === 'merge-base' ? 'its base' : 'the baseline';
  const facts = [
    ...(at === undefined ? [] : [sayDate(at)]),
    ...(runs === undefined || reports.length > 1 ? [] : [`${count(runs, 'run')} in its history`]),
    ...(source === 'merge-base' || reports.length > 1 ? [] : [`from ${prose(source)}`]),
  ];
  return ` compared with ${what}${sha === undefined ? '' : ` ${linker.commit(sha)}`}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

import { inlineCode } from '../../markdown/escape.ts';
import { formatChange, formatInterval } from '../../benchmark/values.ts';
import { cutMiddle, cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import type { JobReport, ReportedLocation, ReportedTest } from '../types.ts';
import type { Changes, TellableChange, TellableContractChange } from './changes.ts';
import type { Linker } from './links.ts';
import type { Shared, SharedList } from './shared.ts';
import { sayChange, sayValues } from './words.ts';

/** One kind of change: a title, and an entry each that is a whole line of a list. */
export interface Section {
  /** Markdown. */
  readonly title: string;
  readonly entries: readonly string[];
  /** Entries that no report has since its lists are cut. */
  readonly hidden: number;
  /** Worth a look at once; the others are folded. */
  readonly news: boolean;
}

/** All kinds of change that there are, the most important first. */
export function listSections(
  reports: readonly JobReport[],
  changes: Changes,
  linker: Linker,
): readonly Section[] {
  const context: Context = { jobs: reports.length, linker, sha: reports[0]?.job.headSha ?? '' };
  const section = <T>(
    title: string,
    list: SharedList<T>,
    icon: string,
    render: (shared: Shared<T>, context: Context) => string,
    news = true,
  ): Section => ({
    title,
    entries: list.shown.map(
      (shared) => `- ${icon} ${render(shared, context)}${describeJobs(shared, context.jobs)}\n`,
    ),
    hidden: list.total - list.shown.length,
    news,
  });
  const stillFailing = changes.failing.shown[0]?.item.isNew === false;
  return [
    section('Newly failing', changes.newlyFailing, '❌', renderTest),
    section('Breaking changes of the contract', changes.breaking, '💔', renderContractChange),
    section(`Regressed${describeMethod(changes.regressed)}`, changes.regressed, '🔴', renderChange),
    section(stillFailing ? 'Still failing' : 'Failing', changes.failing, '❌', renderTest),
    section('Broken requirements of the specification', changes.requirements, '❌', renderTest),
    section('Benchmarks whose calls failed', changes.failedBenchmarks, '❌', renderTest),
    section('Findings', changes.findings, '⚠️', renderFinding),
    section('Context cost', changes.contextCost, '🧮', renderContextCost),
    section('Fixed', changes.fixed, '✅', ({ item }) => name(item)),
    section(`Improved${describeMethod(changes.improved)}`, changes.improved, '🟢', renderChange),
    section(
      'Flaky',
      changes.flaky,
      '🎲',
      ({ item: { test, failures, runs } }) =>
        `${name(test)} failed in ${formatCount(failures)} of ${count(runs, 'run')}`,
    ),
    section('Risky changes of the contract', changes.risky, '🟠', renderContractChange, false),
    section('Inconclusive, which proves nothing', changes.inconclusive, '🟡', renderSentence, false),
    section('Known findings', changes.knownFindings, '⚠️', renderFinding, false),
    section('Compatible changes of the contract', changes.compatible, '⚪', renderContractChange, false),
  ].filter(({ entries, hidden }) => entries.length + hidden > 0);
}

interface Context {
  /** How many there are. */
  readonly jobs: number;
  readonly linker: Linker;
  readonly sha: string;
}

/** Names of jobs on one line. */
const jobsShown = 3;

/** ` · in all 6 jobs`, ` · in linux, mac`; nothing for a single job. */
export function describeJobs({ jobs }: Pick<Shared<unknown>, 'jobs'>, all: number): string {
  if (all < 2) return '';
  if (jobs.length === all) return ` · in all ${formatCount(all)} jobs`;
  const names = jobs.slice(0, jobsShown).map((title) => inlineCode(cutMiddle(title, 40)));
  const more = jobs.length - names.length;
  return ` · in ${names.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function describeMethod({ shown }: SharedList<TellableChange>): string {
  const methods = new Set(shown.flatMap(({ items }) => items.map(({ against }) => against)));
  const [first] = shown;
  if (methods.size !== 1 || first === undefined) return '';
  return first.item.against === 'base'
    ? ', against the base measured in turns on the same machine'
    : ', against earlier runs of the default branch';
}

function renderTest({ item }: Shared<ReportedTest>, context: Context): string {
  const { id, message, location } = item;
  const reason = message === '' ? '' : ` ${inlineCode(cutText(message, 160))}`;
  return `${name(id)}${reason}${renderPlace(location, context)}`;
}

function renderPlace(location: ReportedLocation | undefined, { linker, sha }: Context): string {
  return location === undefined ? '' : ` · ${linker.place(location, sha)}`;
}

/** `core-tools/search **34 % slower**: latency 1.62 → 2.17 ms, 95 % interval +31 to +37 %, 12 pairs`. */
function renderChange({ item, items }: Shared<TellableChange>, context: Context): string {
  const { id, severity, location, against, samples } = item;
  const weight = severity === undefined || severity === 'minor' ? '' : ` (${severity})`;
  const change = sayChange(items);
  const values = sayValues(item);
  const numbers = [
    ...(values === undefined ? [] : [values]),
    ...(item.intervalPercent === undefined ? [] : [`95 % interval ${formatInterval(item)}`]),
    ...(samples === undefined ? [] : [count(samples, against === 'base' ? 'pair' : 'earlier run')]),
  ].join(', ');
  return `${name(id)} **${change ?? item.verdict}**${weight}${numbers === '' ? '' : `: ${numbers}`}${renderPlace(location, context)}`;
}

function renderSentence({ item }: Shared<TellableChange>): string {
  return `${name(item.id)} ${inlineCode(cutText(item.sentence, 240))}`;
}

function renderContractChange({
  item: { server, code, path, reason },
}: Shared<TellableContractChange>): string {
  return `${name(path)} ${inlineCode(cutText(reason, 160))} (${inlineCode(cutMiddle(code, 60))} of ${inlineCode(cutMiddle(server, 40))})`;
}

function renderFinding({ item }: Shared<JobReport['findings']['shown'][number]>): string {
  const { rule, severity, server, message, count: seen, isNew } = item;
  const of = server === undefined ? '' : ` of ${inlineCode(cutMiddle(server, 40))}`;
  const times = seen > 1 ? `, ${formatCount(seen)} times` : '';
  return `${isNew === true ? '**new** ' : ''}${severity} ${name(rule)}${of}${times}: ${inlineCode(cutText(message, 160))}`;
}

function renderContextCost({ item }: Changes['contextCost']['shown'][number]): string {
  const { server, before, after, tokenizer } = item;
  const growth = after - before;
  const sign = growth > 0 ? '+' : '−';
  const share = before === 0 ? '' : `, ${formatChange((growth / before) * 100)}`;
  return `${name(server)} **${sign}${count(Math.abs(growth), 'token')}**: ${formatCount(before)} → ${formatCount(after)}${share} (${inlineCode(cutMiddle(tokenizer, 40))})`;
}

function name(id: string): string {
  return inlineCode(cutMiddle(id, 120));
}

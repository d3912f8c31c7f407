import { inlineCode } from '../../markdown/escape.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count, formatCount, formatDuration } from '../../text/format.ts';
import type { JobOutcome, JobReport, ReportedTests } from '../types.ts';
import { verdictIcons } from '../../benchmark/markdown/changes.ts';

/** A sign for each outcome, always beside a word. */
export const outcomeIcons: Readonly<Record<JobOutcome, string>> = {
  passed: '✅',
  failed: '❌',
  errored: '💥',
  cancelled: '⚠️',
};

/** `38 of 40 tests passed · 9 of 10 benchmarks unchanged · 1,450 tokens of context`, of a single job. */
export function renderFacts(report: JobReport): string {
  const { contextCost, benchmarks, durationMs } = report;
  const tokens = contextCost.reduce((sum, { after }) => sum + after, 0);
  const facts = [
    ...report.tests.flatMap((run) => [
      `${sayPassed(run)} ${run.kind === 'test' ? 'passed' : 'kept'}`,
      ...(run.flaky > 0 ? [`${formatCount(run.flaky)} passed on a repetition only`] : []),
      ...(run.coveragePercent === undefined ? [] : [`coverage ${Math.floor(run.coveragePercent)} %`]),
    ]),
    ...(benchmarks === undefined ? [] : [sayBenchmarks(benchmarks)]),
    ...(tokens > 0 ? [`${count(tokens, 'token')} of context`] : []),
    formatDuration(durationMs),
  ];
  return `${facts.join(' · ')}\n`;
}

function sayPassed({ kind, total, passed, skipped, planned, complete }: ReportedTests): string {
  const noun = kind === 'test' ? 'test' : 'requirement';
  const all = complete ? total - skipped : planned;
  return passed === all
    ? `${all === 1 ? 'the one' : `all ${formatCount(all)}`} ${all === 1 ? noun : `${noun}s`}`
    : `${formatCount(passed)} of ${count(all, noun)}`;
}

function sayBenchmarks({ measured, failing, comparisons }: NonNullable<JobReport['benchmarks']>): string {
  const [first] = comparisons;
  const failed = failing.total === 0 ? [] : [`${count(failing.total, 'benchmark')} failed`];
  if (first === undefined) return [...failed, `${count(measured, 'benchmark')} measured`].join(', ');
  const { verdicts } = first;
  const all = Object.values(verdicts).reduce((sum, amount) => sum + amount, 0);
  const words = (['regressed', 'improved', 'inconclusive', 'unchanged'] as const)
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${formatCount(verdicts[verdict])} ${verdict}`);
  return [...failed, `${count(all, 'benchmark')}: ${words.join(', ') || 'none compared'}`].join(', ');
}

/** The head of the table of jobs and its rows, those that ask for something first. */
export function renderJobTable(
  reports: readonly JobReport[],
): readonly [head: string, rows: readonly string[]] {
  const runs = reports.flatMap(({ tests }) => tests);
  const hasTests = runs.some(({ kind }) => kind === 'test');
  const hasCompliance = runs.some(({ kind }) => kind === 'compliance');
  const hasBenchmarks = reports.some(({ benchmarks }) => benchmarks !== undefined);
  const columns = [
    'Job',
    ...(hasTests ? ['Tests'] : []),
    ...(hasCompliance ? ['Requirements'] : []),
    ...(hasBenchmarks ? ['Benchmarks'] : []),
    'Compared with',
  ];
  const weight: Readonly<Record<JobOutcome, number>> = { failed: 0, errored: 1, cancelled: 2, passed: 3 };
  return [
    `${row(columns)}${row(columns.map(() => ':---'))}`,
    reports
      .toSorted((a, b) => weight[a.outcome] - weight[b.outcome])
      .map((report) =>
        row([
          `${outcomeIcons[report.outcome]} ${inlineCode(cutMiddle(report.job.title, 60))}${report.outcome === 'passed' || report.outcome === 'failed' ? '' : ` ${report.outcome}`}`,
          ...(hasTests ? [tellRun(report, 'test')] : []),
          ...(hasCompliance ? [tellRun(report, 'compliance')] : []),
          ...(hasBenchmarks ? [tellBenchmarks(report)] : []),
          tellBaseline(report),
        ]),
      ),
  ];
}

function tellRun({ tests }: JobReport, kind: ReportedTests['kind']): string {
  const run = tests.find((one) => one.kind === kind);
  if (run === undefined) return '';
  const bad = run.failed + run.errored;
  const words = bad > 0 ? `**${formatCount(bad)} failed** of ` : '';
  return `${words}${formatCount(run.complete ? run.total - run.skipped : run.planned)}${bad > 0 ? '' : ' passed'}`;
}

function tellBenchmarks({ benchmarks }: JobReport): string {
  if (benchmarks === undefined) return '';
  const [first] = benchmarks.comparisons;
  if (first === undefined) return `${formatCount(benchmarks.measured)} measured`;
  return (['regressed', 'improved', 'inconclusive', 'unchanged'] as const)
    .filter((verdict) => first.verdicts[verdict] > 0)
    .map((verdict) => `${verdictIcons[verdict]} ${formatCount(first.verdicts[verdict])} ${verdict}`)
    .join(', ');
}

function tellBaseline({ baseline }: JobReport): string {
  if (baseline.source === 'none') return baseline.wanted ? '**no baseline yet**' : '';
  const sha = baseline.sha === undefined ? '' : ` ${inlineCode(baseline.sha.slice(0, 7))}`;
  return `${baseline.source === 'merge-base' ? 'base' : 'baseline'}${sha}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

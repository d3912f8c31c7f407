import { inlineCode } from '../../markdown/escape.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import type { JobOutcome, JobReport, ReportedTests } from '../types.ts';
import { verdictIcons } from '../../benchmark/markdown/changes.ts';
import { keepTogether, outcomeIcons } from './words.ts';

/**
 * `38 of 40 tests passed · 9 benchmarks: 1 regressed, 8 unchanged · 1,450 tokens of context`, of a single job.
 * @param isClear the heading has told what passed
 */
export function renderFacts(report: JobReport, isClear: boolean): string {
  const { contextCost, benchmarks } = report;
  const tokens = contextCost.reduce((sum, { after }) => sum + after, 0);
  const facts = [
    ...report.tests.flatMap((run) => [
      ...(isClear ? [] : [`${sayPassed(run)} ${run.kind === 'test' ? 'passed' : 'kept'}`]),
      ...(run.skipped > 0 && run.kind === 'test' ? [`${formatCount(run.skipped)} skipped`] : []),
      ...(run.flaky > 0 ? [`${formatCount(run.flaky)} passed on a repetition only`] : []),
      ...(run.coveragePercent === undefined ? [] : [`coverage ${Math.floor(run.coveragePercent)} %`]),
    ]),
    ...(benchmarks === undefined ? [] : sayBenchmarks(benchmarks)),
    ...(tokens > 0 ? [`${count(tokens, 'token')} of context`] : []),
  ];
  const line = facts.join(' · ');
  return line === '' ? '' : `\n${line.slice(0, 1).toUpperCase()}${line.slice(1)}\n`;
}

function sayPassed({ kind, total, passed, skipped, planned, complete }: ReportedTests): string {
  const noun = kind === 'test' ? 'test' : 'requirement';
  const all = complete ? total - skipped : planned;
  return passed === all
    ? `${all === 1 ? 'the one' : `all ${formatCount(all)}`} ${all === 1 ? noun : `${noun}s`}`
    : `${formatCount(passed)} of ${count(all, noun)}`;
}

function sayBenchmarks({
  measured,
  failing,
  comparisons,
}: NonNullable<JobReport['benchmarks']>): readonly string[] {
  const [first] = comparisons;
  const failed = failing.total === 0 ? [] : [`${count(failing.total, 'benchmark')} failed`];
  if (first === undefined) {
    return [...failed, ...(measured > 0 ? [`${count(measured, 'benchmark')} measured`] : [])];
  }
  const { verdicts } = first;
  const all = Object.values(verdicts).reduce((sum, amount) => sum + amount, 0);
  if (failed.length === 0 && verdicts.unchanged === all) return [`all ${count(all, 'benchmark')} unchanged`];
  const words = (['regressed', 'improved', 'inconclusive', 'unchanged'] as const)
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${formatCount(verdicts[verdict])} ${verdict}`);
  return [...failed, ...(all > 0 ? [`${count(all, 'benchmark')}: ${words.join(', ')}`] : [])];
}

/** The head of the table of jobs and its rows, those that ask for something first. */
export function renderJobTable(
  reports: readonly JobReport[],
): readonly [head: string, rows: readonly string[]] {
  const runs = reports.flatMap(({ tests }) => tests);
  const hasTests = runs.some(({ kind }) => kind === 'test');
  const hasCompliance = runs.some(({ kind }) => kind === 'compliance');
  const hasBenchmarks = reports.some(({ benchmarks }) => benchmarks !== undefined);
  // What is the same for all is told once, below.
  const hasBaselines = new Set(reports.map(tellBaseline)).size > 1;
  const columns = [
    'Job',
    ...(hasTests ? ['Tests'] : []),
    ...(hasCompliance ? ['Requirements'] : []),
    ...(hasBenchmarks ? ['Benchmarks'] : []),
    ...(hasBaselines ? ['Compared with'] : []),
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
          ...(hasBaselines ? [tellBaseline(report)] : []),
        ]),
      ),
  ];
}

function tellRun({ tests }: JobReport, kind: ReportedTests['kind']): string {
  const run = tests.find((one) => one.kind === kind);
  if (run === undefined) return '';
  const bad = run.failed + run.errored;
  const words = bad > 0 ? `**${formatCount(bad)} failed** of ` : '';
  const all = formatCount(run.complete ? run.total - run.skipped : run.planned);
  return keepTogether(`${words}${bad > 0 ? all : `${formatCount(run.passed)} passed`}`);
}

function tellBenchmarks({ benchmarks }: JobReport): string {
  if (benchmarks === undefined) return '';
  const [first] = benchmarks.comparisons;
  if (first === undefined) return `${formatCount(benchmarks.measured)} measured`;
  return (['regressed', 'improved', 'inconclusive', 'unchanged'] as const)
    .filter((verdict) => first.verdicts[verdict] > 0)
    .map((verdict) =>
      keepTogether(`${verdictIcons[verdict]} ${formatCount(first.verdicts[verdict])} ${verdict}`),
    )
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

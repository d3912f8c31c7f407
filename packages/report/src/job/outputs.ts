import { gatherChanges, type Changes } from './tell/changes.ts';
import { latestReports, outcomeOf } from './reports.ts';
import type { BaselineSource, JobReport } from './types.ts';

/** UTF-8. */
const summaryBytes = 64 * 1024;

/** The outputs of the Action that follow from reports. */
export type JobOutputs = Readonly<
  Record<
    | 'outcome'
    | 'tests'
    | 'passed'
    | 'failed'
    | 'flaky'
    | 'regressions'
    | 'breaking-changes'
    | 'findings'
    | 'baseline'
    | 'baseline-sha'
    | 'summary-json',
    string
  >
>;

/**
 * What later steps of a workflow can read. Tests are those of all jobs, requirements of the specification included;
 * `failed` has those without a verdict too. Changes are told once, in however many jobs they are. `summary-json` is at most
 * 64 KiB.
 */
export function jobOutputs(given: readonly JobReport[]): JobOutputs {
  const reports = latestReports(given);
  const changes = gatherChanges(reports);
  const totals = countTests(reports);
  const baseline = baselineOf(reports);
  return {
    outcome: outcomeOf(reports),
    tests: String(totals.tests),
    passed: String(totals.passed),
    failed: String(totals.failed),
    flaky: String(totals.flaky),
    regressions: String(changes.regressed.total),
    'breaking-changes': String(changes.breaking.total),
    findings: String(changes.findings.total + changes.knownFindings.total),
    baseline: baseline.source,
    'baseline-sha': baseline.sha ?? '',
    'summary-json': writeSummary(reports, changes, totals, baseline),
  };
}

type Totals = Readonly<Record<'tests' | 'passed' | 'failed' | 'flaky', number>>;

function countTests(reports: readonly JobReport[]): Totals {
  const totals = { tests: 0, passed: 0, failed: 0, flaky: 0 };
  for (const run of reports.flatMap(({ tests }) => tests)) {
    totals.tests += run.total;
    totals.passed += run.passed;
    totals.failed += run.failed + run.errored;
    totals.flaky += run.flaky;
  }
  return totals;
}

interface Baseline {
  readonly source: BaselineSource;
  readonly sha?: string | undefined;
}

/** That of all jobs; none as soon as one that wants one has none. */
function baselineOf(reports: readonly JobReport[]): Baseline {
  const baselines = reports.map(({ baseline }) => baseline);
  const [first] = baselines.filter(({ source }) => source !== 'none');
  if (first === undefined || baselines.some(({ wanted, source }) => wanted && source === 'none')) {
    return { source: 'none' };
  }
  const isOne = baselines.every(({ source, sha }) => source === 'none' || sha === first.sha);
  return isOne && first.sha !== undefined
    ? { source: first.source, sha: first.sha }
    : { source: first.source };
}

function writeSummary(
  reports: readonly JobReport[],
  changes: Changes,
  totals: Totals,
  baseline: Baseline,
): string {
  let text = '';
  for (const entries of [50, 20, 5, 1, 0]) {
    text = JSON.stringify(summarise(reports, changes, totals, baseline, entries));
    if (Buffer.byteLength(text) <= summaryBytes) break;
  }
  return text;
}

/** The same for programs: names and numbers, no prose. */
function summarise(
  reports: readonly JobReport[],
  changes: Changes,
  totals: Totals,
  baseline: Baseline,
  entries: number,
): object {
  const take = <T, Out>(list: { readonly shown: readonly { readonly item: T }[] }, pick: (item: T) => Out) =>
    list.shown.slice(0, entries).map(({ item }) => pick(item));
  return {
    schemaVersion: 1,
    outcome: outcomeOf(reports),
    ...totals,
    jobs: reports.slice(0, entries).map(({ job, outcome }) => ({ key: job.key, outcome })),
    newlyFailing: take(changes.newlyFailing, ({ id }) => id),
    failing: take(changes.failing, ({ id }) => id),
    fixed: take(changes.fixed, (id) => id),
    regressions: take(changes.regressed, ({ id, metric, changePercent, intervalPercent, severity }) => ({
      id,
      metric,
      severity,
      changePercent,
      intervalPercent,
    })),
    breakingChanges: take(changes.breaking, ({ server, code, path }) => ({ server, code, path })),
    contextCost: take(changes.contextCost, ({ server, before, after }) => ({ server, before, after })),
    baseline,
  };
}

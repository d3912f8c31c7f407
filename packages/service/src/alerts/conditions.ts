import { formatDuration } from '@mcp-test-harness/report/text';
import type { FailureSummary, RegressionSummary, RunSummary, SuiteSummary } from '../runs/define.ts';
import type { AlertThresholds } from '../settings/define.ts';
import type { Message } from './define.ts';

/** Something that holds of a run and that people want to hear of when it begins, and when it is over. */
export interface Condition {
  /** The same as long as it lasts. */
  readonly id: string;
  readonly kind: 'failure' | 'regression';
  readonly severity: Message['severity'];
  readonly line: string;
}

/** A p95 of fewer calls is little more than the slowest of them, and says nothing against a baseline. */
const fewestCallsForP95 = 20;
/** So many failures and so many regressions a summary holds; which ones, when there are more, is chance. */
const listedInSummary = 50;

/** Everything that is wrong with a run, by the thresholds of the configuration. */
export function conditionsOf(summary: RunSummary, thresholds: AlertThresholds): readonly Condition[] {
  return [
    ...verdictOf(summary),
    ...summary.suites.flatMap((suite) => suiteConditions(suite, thresholds)),
    ...summary.failures.map(failing),
    ...summary.regressions.filter((one) => isTold(one, thresholds)).map(slower),
  ];
}

/**
 * What of `now` did not hold of the run before. A list that was cut hides which of its entries are new; then only what
 * is said of whole suites and runs counts.
 */
export function begunSince(
  before: RunSummary | undefined,
  now: readonly Condition[],
  thresholds: AlertThresholds,
): readonly Condition[] {
  if (before === undefined) return now;
  const known = new Set(conditionsOf(before, thresholds).map(({ id }) => id));
  const hidden = [
    ...(before.failures.length >= listedInSummary ? [testPrefix] : []),
    ...(before.regressions.length >= listedInSummary ? [regressionPrefix] : []),
  ];
  return now.filter(({ id }) => !known.has(id) && !hidden.some((prefix) => id.startsWith(prefix)));
}

const testPrefix = 'test ';
const regressionPrefix = 'regression ';

function verdictOf({ verdict, notes }: RunSummary): readonly Condition[] {
  if (verdict === 'passed') return [];
  const [note] = notes;
  const said = verdict === 'failed' ? 'the run failed' : 'the run could not find out all that it should';
  return [
    {
      id: 'verdict',
      kind: 'failure',
      severity: 'warning',
      line: note === undefined ? said : `${said}; ${note}`,
    },
  ];
}

function suiteConditions(suite: SuiteSummary, thresholds: AlertThresholds): readonly Condition[] {
  const { passed, failed, errored, latency, baselineP95Ms } = suite;
  const total = passed + failed + errored;
  const found: Condition[] = [];
  const add = (
    what: string,
    kind: Condition['kind'],
    severity: Condition['severity'],
    sentence: string,
  ): void => {
    const line = `${suite.suite} on ${suite.server}: ${sentence}`;
    found.push({ id: `${what} ${JSON.stringify([suite.suite, suite.server])}`, kind, severity, line });
  };
  // Multiplied instead of divided: 5 of 100 is not more than 5 %, however it is rounded.
  if (errored * 100 > thresholds.errorRatePercent * total) {
    add(
      'error-rate',
      'failure',
      'warning',
      `error rate ${percent(errored, total)}, more than ${thresholds.errorRatePercent} %`,
    );
  }
  if (passed * 100 < thresholds.successRatePercent * total) {
    add(
      'success-rate',
      'failure',
      'critical',
      `success rate ${percent(passed, total)}, less than ${thresholds.successRatePercent} %`,
    );
  }
  if (latency !== undefined && latency.p95Ms > thresholds.responseTimeMs) {
    add(
      'response-time',
      'regression',
      'warning',
      `p95 ${formatDuration(latency.p95Ms)}, more than ${formatDuration(thresholds.responseTimeMs)}`,
    );
  }
  if (
    latency !== undefined &&
    latency.n >= fewestCallsForP95 &&
    baselineP95Ms !== undefined &&
    baselineP95Ms > 0 &&
    latency.p95Ms * 100 > baselineP95Ms * (100 + thresholds.performanceRegressionPercent)
  ) {
    const change = ((latency.p95Ms - baselineP95Ms) / baselineP95Ms) * 100;
    add(
      'p95',
      'regression',
      'warning',
      `p95 ${formatDuration(latency.p95Ms)}, ${slowerBy(change)} than its baseline of ${formatDuration(baselineP95Ms)}`,
    );
  }
  return found;
}

function failing({ test, outcome, message, location }: FailureSummary): Condition {
  const where = location === undefined ? '' : ` (${location})`;
  const said = outcome === 'errored' ? `could not be judged: ${message}` : message;
  return {
    id: `${testPrefix}${test}`,
    kind: 'failure',
    severity: 'warning',
    line: `${test}: ${said}${where}`,
  };
}

/** A change that the comparison itself calls an error is told whatever the threshold. */
function isTold(
  { changePercent, severity }: RegressionSummary,
  { performanceRegressionPercent }: AlertThresholds,
): boolean {
  return severity !== 'warning' || Math.abs(changePercent) > performanceRegressionPercent;
}

function slower({ id, metric, changePercent, severity }: RegressionSummary): Condition {
  return {
    id: `${regressionPrefix}${JSON.stringify([id, metric])}`,
    kind: 'regression',
    severity: severity === 'critical' ? 'critical' : 'warning',
    line: `${id}: ${metric} ${changePercent > 0 ? '+' : ''}${rounded(changePercent)} % against its baseline`,
  };
}

function slowerBy(changePercent: number): string {
  return `${rounded(changePercent)} % slower`;
}

function percent(part: number, whole: number): string {
  return `${rounded((part / whole) * 100)} %`;
}

/** One decimal at most. */
function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}

import { decideInterleaved, interleavedRule, median, nameSuspects } from '../statistics/index.ts';
import type { InconclusiveReason, PairSeries, Trouble, Verdict } from '../statistics/index.ts';
import { failedCalls } from './call.ts';
import type { ComparisonData, StageData } from './comparison-data.ts';
import type {
  ComparedBenchmark,
  ComparedMetric,
  ComparisonVerdict,
  MetricComparison,
  Severity,
} from './comparison-types.ts';
import { describeComparison } from './sentence.ts';
import { severityRank } from './verdict.ts';

/** What counts as a change. */
export interface DecisionSettings {
  /** Smallest change that counts, in per cent. */
  readonly minimumEffectPercent: number;
  /** From which regression on, in per cent, compared with the lower end of the interval. */
  readonly severityPercent: Readonly<Record<Exclude<Severity, 'minor'>, number>>;
}

/** Verdicts on everything, and what stage 1 wants to see again. */
export interface JudgedComparison {
  readonly benchmarks: readonly ComparedBenchmark[];
  /** Metrics by benchmark. */
  readonly suspects: ReadonlyMap<string, ReadonlySet<ComparedMetric>>;
}

/** @param second undefined or empty while stage 2 has not run */
export function judgeComparison(
  first: ComparisonData,
  second: ComparisonData | undefined,
  settings: DecisionSettings,
): JudgedComparison {
  const rule = {
    ...interleavedRule,
    minimumEffect: settings.minimumEffectPercent / 100,
    severities: {
      warning: settings.severityPercent.warning / 100,
      error: settings.severityPercent.error / 100,
      critical: settings.severityPercent.critical / 100,
    },
  };
  const stage1 = seriesOf(first);
  const stage2 = second === undefined ? [] : seriesOf(second);
  const suspects = new Map<string, Set<ComparedMetric>>();
  for (const { benchmark, metric } of nameSuspects(stage1, rule)) {
    suspects.set(benchmark, (suspects.get(benchmark) ?? new Set()).add(metric));
  }
  const faults = new Map(
    first.ids().map((id) => [id, [first, second].map((stage) => faultOf(stage?.get(id))).find(isText)]),
  );
  const troubles = [...faults].flatMap(([id, fault]): readonly Trouble[] =>
    fault === undefined ? [] : [{ benchmark: id, reason: 'errors' }],
  );
  const verdicts = Map.groupBy(decideInterleaved({ stage1, stage2, troubles }, rule), (one) => one.benchmark);
  const benchmarks = first.ids().map((id) => {
    const data = first.get(id) as StageData;
    const own = verdicts.get(id) ?? [];
    const metrics = own.map((verdict) => toMetric(verdict, data, second?.get(id), faults.get(id)));
    const speaking = metrics.filter((_, index) => speaksFor(own[index], own));
    return toBenchmark(id, { metrics, speaking }, data, faults.get(id), settings.minimumEffectPercent);
  });
  return { benchmarks, suspects };
}

function seriesOf(data: ComparisonData): readonly PairSeries[] {
  return data.ids().flatMap((id) => {
    const logRatios = data.get(id)?.logRatios ?? new Map<ComparedMetric, readonly number[]>();
    return [...logRatios].map(([metric, values]) => ({ benchmark: id, metric, logRatios: values }));
  });
}

/** Why the times of a benchmark mean nothing. */
function faultOf(data: StageData | undefined): string | undefined {
  if (data === undefined) return undefined;
  const { failures, base, head } = data;
  const [failure] = failures;
  if (failure !== undefined) return `${failure.side}: ${failure.reason}`;
  for (const [side, calls] of [
    ['base', base],
    ['head', head],
  ] as const) {
    if (calls === undefined) continue;
    const failed = failedCalls(calls.calls);
    if (failed > 0) return `${side}: ${failed} of ${failed + calls.calls.ok} calls: ${calls.complaint ?? ''}`;
  }
  return undefined;
}

const reasons: Readonly<Record<InconclusiveReason, string>> = {
  'too-few-pairs': 'too few pairs of processes could be measured',
  'too-few-runs': 'too few earlier runs can be compared with',
  'machine-busy': 'the machine was too busy',
  errors: 'calls failed',
  'interval-too-wide': 'the measurements are too noisy',
  'near-minimum-effect': 'it is close to the smallest change that counts',
  'not-significant': 'it may be chance',
  'tests-disagree': 'two tests of the same pairs disagree',
  'stages-disagree': 'the two stages disagree',
};

function toMetric(
  verdict: Verdict,
  first: StageData,
  second: StageData | undefined,
  fault: string | undefined,
): MetricComparison {
  const { metric, state, evidence } = verdict;
  const again = second?.logRatios.get(metric)?.filter(Number.isFinite).length ?? 0;
  const isAgain = second !== undefined && again >= interleavedRule.minimumPairs;
  const data = isAgain ? second : first;
  const values = data.values.get(metric);
  return {
    metric,
    verdict: state,
    severity: state === 'regressed' ? verdict.severity : undefined,
    reason: state === 'inconclusive' ? describeReason(verdict.reason, fault) : undefined,
    smallestDetectablePercent:
      state === 'inconclusive' && evidence !== undefined && Number.isFinite(evidence.smallestDetectableRatio)
        ? toPercent(evidence.smallestDetectableRatio)
        : undefined,
    withinPercent: state === 'unchanged' ? verdict.within * 100 : undefined,
    changePercent: evidence === undefined ? undefined : toPercent(evidence.ratio),
    intervalPercent:
      evidence === undefined || !Number.isFinite(evidence.interval.high)
        ? undefined
        : [toPercent(evidence.interval.low), toPercent(evidence.interval.high)],
    p: evidence?.test?.p,
    adjustedP: evidence?.test?.adjustedP,
    stage: isAgain ? 2 : 1,
    logRatios: data.logRatios.get(metric) ?? [],
    base: values === undefined ? undefined : median(values.base),
    head: values === undefined ? undefined : median(values.head),
  };
}

function describeReason(reason: InconclusiveReason, fault: string | undefined): string {
  return (reason === 'errors' ? fault : undefined) ?? reasons[reason];
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}

/** Of a benchmark the worst metric speaks. */
const verdictRank: Readonly<Record<ComparisonVerdict, number>> = {
  regressed: 3,
  improved: 2,
  inconclusive: 1,
  unchanged: 0,
};

/** Of these every call gives a value, so that they are known well. */
const primary: ReadonlySet<ComparedMetric> = new Set<ComparedMetric>(['latency', 'cpu']);

/**
 * A mean or a percentile that nothing hinted at, and that is only too noisy to rule a change out, does not make a
 * benchmark inconclusive whose latency or CPU time is known.
 */
function speaksFor(verdict: Verdict | undefined, all: readonly Verdict[]): boolean {
  if (verdict === undefined) return false;
  if (verdict.state !== 'inconclusive' || primary.has(verdict.metric)) return true;
  const isOnlyNoise = verdict.reason === 'interval-too-wide' || verdict.reason === 'too-few-pairs';
  if (!isOnlyNoise || verdict.evidence?.test !== undefined) return true;
  return !all.some(({ metric, state }) => primary.has(metric) && state !== 'inconclusive');
}

function toBenchmark(
  id: string,
  {
    metrics,
    speaking,
  }: { readonly metrics: readonly MetricComparison[]; readonly speaking: readonly MetricComparison[] },
  data: StageData,
  fault: string | undefined,
  minimumEffectPercent: number,
): ComparedBenchmark {
  const verdict = speaking
    .map((metric) => metric.verdict)
    .reduce<ComparisonVerdict>(
      (worst, one) => (verdictRank[one] > verdictRank[worst] ? one : worst),
      fault === undefined && metrics.length > 0 ? 'unchanged' : 'inconclusive',
    );
  const severity = metrics
    .map((metric) => metric.severity)
    .filter((one) => one !== undefined)
    .reduce<Severity | undefined>(
      (worst, one) => (worst === undefined || severityRank(one) > severityRank(worst) ? one : worst),
      undefined,
    );
  return {
    id,
    verdict,
    severity,
    sentence: describeComparison(verdict, metrics, fault, minimumEffectPercent),
    metrics,
    base: data.base,
    head: data.head,
  };
}

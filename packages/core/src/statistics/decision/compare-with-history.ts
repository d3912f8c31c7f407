import { smallestDetectableChange } from '../detectable-change.ts';
import { adjustHolm } from '../holm.ts';
import type { LocationEstimate } from '../location.ts';
import { testLocation } from '../location-test.ts';
import { mean, variance } from '../moments.ts';
import { isInside, isWiderThan, toEvidence } from './evidence.ts';
import { defaultRule, type DecisionRule } from './rule.ts';
import { severityOf } from './severity.ts';
import type { Evidence, Subject, Verdict } from './types.ts';

/** What one run found of one metric of one benchmark. */
export interface RunValue {
  /** Natural logarithm of the value, normalised by the reference server where there is one. */
  readonly logValue: number;
  /** How well the run itself knows it, in logarithms; 0 when that is not known. */
  readonly standardError: number;
}

/** A run against the history that it can be compared with. */
export interface HistorySeries extends Subject {
  /** Comparable runs (the same CPU model, runtime, ...) at one level: those after the last change point. */
  readonly history: readonly RunValue[];
  readonly head: RunValue;
}

/** What cached mode decides by. */
export interface HistoryRule extends DecisionRule {
  /** With fewer comparable runs only a change of at least the error threshold is called one. */
  readonly minimumRuns: number;
  /** `unchanged` when the whole interval is within ± this: across runs the minimum effect would be out of reach. */
  readonly unchangedWithin: number;
}

export const historyRule: HistoryRule = { ...defaultRule, minimumRuns: 5, unchangedWithin: 0.25 };

/**
 * ln(head / base) with what runs differ by when nothing has changed. The base is the mean of R runs, whose standard
 * deviation s has both the between-run spread and the runs' own errors in it, so that a new run differs from that mean
 * by s √(1 + 1 / R): the prediction interval for one further observation (Hahn & Meeker, Statistical Intervals, 4.7).
 * When the head knows its own value worse than the runs of the history did on average, the excess is added.
 */
export function predictNextRun({ history, head }: Pick<HistorySeries, 'history' | 'head'>): LocationEstimate {
  const values = history.map(({ logValue }) => logValue);
  const runs = values.length;
  const usual = mean(history.map(({ standardError }) => standardError ** 2));
  const excess = Math.max(0, head.standardError ** 2 - usual);
  return {
    estimate: head.logValue - mean(values),
    standardError: Math.sqrt(variance(values) * (1 + 1 / runs) + excess),
    degreesOfFreedom: runs - 1,
    n: runs,
  };
}

/**
 * The verdicts of cached-baseline mode, one for each series and in its order. Two-sided tests against the spread of the
 * history, Holm over all series: there is no first stage that could have chosen a direction. Values that are not finite
 * are runs that were lost.
 */
export function compareWithHistory(
  series: readonly HistorySeries[],
  rule: HistoryRule = historyRule,
): readonly Verdict[] {
  const predictions = series.map(({ history, head }) =>
    predictNextRun({ history: history.filter(({ logValue }) => Number.isFinite(logValue)), head }),
  );
  const tests = predictions.map((prediction) => testLocation(prediction, 'two-sided').p);
  const adjusted = adjustHolm(tests.map((p) => (Number.isNaN(p) ? 1 : p)));
  return series.map(({ benchmark, metric }, index) => {
    const prediction = predictions[index] as LocationEstimate;
    const test = { p: tests[index] ?? 1, adjustedP: adjusted[index] ?? 1 };
    return judge({ benchmark, metric }, prediction, test, series.length, rule);
  });
}

function judge(
  subject: Subject,
  prediction: LocationEstimate,
  test: { readonly p: number; readonly adjustedP: number },
  family: number,
  rule: HistoryRule,
): Verdict {
  const { estimate, n } = prediction;
  if (n < 2 || !Number.isFinite(estimate))
    return { ...subject, state: 'inconclusive', reason: 'too-few-runs' };
  const evidence: Evidence = { ...toEvidence(prediction, n, rule.confidence), test };
  const minimumEffect = Math.log1p(rule.minimumEffect);
  const detection = { alpha: rule.familywiseAlpha / 2 / family, power: rule.power, minimumEffect };
  const smallestDetectableRatio = Math.exp(smallestDetectableChange(prediction, detection));
  const undecided = { ...subject, state: 'inconclusive', evidence, smallestDetectableRatio } as const;
  if (n < rule.minimumRuns && Math.abs(estimate) < Math.log1p(rule.severities.error))
    return { ...undecided, reason: 'too-few-runs' };
  if (test.adjustedP <= rule.familywiseAlpha && Math.abs(estimate) > minimumEffect) {
    if (estimate < 0) return { ...subject, state: 'improved', evidence };
    const severity = severityOf(evidence.interval.low, rule.severities);
    return { ...subject, state: 'regressed', severity, evidence };
  }
  if (isInside(evidence, rule.unchangedWithin))
    return {
      ...subject,
      state: 'unchanged',
      because: 'interval-inside',
      within: rule.unchangedWithin,
      evidence,
    };
  if (isWiderThan(evidence, rule.unchangedWithin)) return { ...undecided, reason: 'interval-too-wide' };
  return {
    ...undecided,
    reason: Math.abs(estimate) > minimumEffect ? 'not-significant' : 'near-minimum-effect',
  };
}

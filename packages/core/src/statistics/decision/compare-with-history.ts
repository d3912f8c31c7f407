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
 *
 * The error rate holds for logarithms that are spread normally between runs. It cannot hold for every spread: one run is
 * no sample, and 20 runs know little of what happens once in a hundred. Where every tenth run is four times as far out as
 * the others, or the spread is Student's t with 3 degrees of freedom, about 3 % of single comparisons alarm, and 13 to
 * 19 % of comparisons of ten benchmarks: compare with runs of one condition, or confirm in interleaved mode.
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
  const { minimumEffect, unchangedWithin: within } = rule;
  const alpha = rule.familywiseAlpha / 2 / family;
  const evidence: Evidence = { ...toEvidence(prediction, rule, { alpha, minimumEffect }), test };
  const undecided = { ...subject, state: 'inconclusive', evidence } as const;
  const isBeyondMinimum = Math.abs(estimate) > Math.log1p(minimumEffect);
  if (n < rule.minimumRuns && Math.abs(estimate) < Math.log1p(rule.severities.error))
    return { ...undecided, reason: 'too-few-runs' };
  if (test.adjustedP <= rule.familywiseAlpha && isBeyondMinimum) {
    if (estimate < 0) return { ...subject, state: 'improved', evidence };
    const severity = severityOf(evidence.interval.low, rule.severities);
    return { ...subject, state: 'regressed', severity, evidence };
  }
  if (isInside(evidence, within))
    return { ...subject, state: 'unchanged', because: 'interval-inside', within, evidence };
  if (isWiderThan(evidence, within)) return { ...undecided, reason: 'interval-too-wide' };
  return { ...undecided, reason: isBeyondMinimum ? 'not-significant' : 'near-minimum-effect' };
}

import { smallestDetectableChange } from '../detectable-change.ts';
import { estimateTrimmedMean } from '../location.ts';
import { isBeyond, isInside, isWiderThan, toEvidence } from './evidence.ts';
import { interleavedRule, type InterleavedRule } from './interleaved-rule.ts';
import { nameSuspects } from './name-suspects.ts';
import { suspectBeyond } from './rule.ts';
import { severityOf } from './severity.ts';
import { testSuspects, type TestedSuspect } from './test-suspects.ts';
import type { Evidence, InconclusiveReason, PairSeries, Subject, Trouble, Verdict } from './types.ts';
import { usablePairs } from './usable-pairs.ts';

/** What interleaved mode has measured. */
export interface InterleavedMeasurement {
  /** All benchmarks; at most one series for each metric. */
  readonly stage1: readonly PairSeries[];
  /** Fresh pairs of the benchmarks that {@link nameSuspects} named; metrics that it did not name do no harm. */
  readonly stage2: readonly PairSeries[];
  readonly troubles?: readonly Trouble[];
}

/**
 * The verdicts of interleaved mode, one for each series of stage 1 and in its order. Stage 2 alone finds a change
 * ({@link testSuspects} tells how the errors are kept in bounds); what stage 1 did not suspect is `unchanged`, unless
 * its interval forbids the word.
 */
export function decideInterleaved(
  { stage1, stage2, troubles = [] }: InterleavedMeasurement,
  rule: InterleavedRule = interleavedRule,
): readonly Verdict[] {
  const again = new Map(stage2.map((series) => [keyOf(series), series]));
  const suspects = nameSuspects(stage1, rule);
  const results = testSuspects(suspects, (suspect) => again.get(keyOf(suspect)), rule);
  const tested = new Map(results.map((result, index) => [keyOf(suspects[index]), result]));
  return stage1.map((series) => {
    const { benchmark, metric } = series;
    const subject = { benchmark, metric };
    const trouble = troubles.find(
      (one) => one.benchmark === benchmark && (one.metric === undefined || one.metric === metric),
    );
    if (trouble !== undefined) return { ...subject, state: 'inconclusive', reason: trouble.reason };
    const suspect = tested.get(keyOf(series));
    return suspect === undefined
      ? judgeUnsuspected(subject, series, again.get(keyOf(series)), rule)
      : judgeSuspect(subject, suspect, rule);
  });
}

function keyOf(subject: Subject | undefined): string {
  return `${subject?.metric} ${subject?.benchmark}`;
}

function judgeSuspect(subject: Subject, suspect: TestedSuspect, rule: InterleavedRule): Verdict {
  const { direction, location, test, family } = suspect;
  if (test === undefined) return { ...subject, state: 'inconclusive', reason: 'too-few-pairs' };
  const evidence: Evidence = { ...toEvidence(location, location.n, rule.confidence), test };
  const minimumEffect = Math.log1p(rule.minimumEffect);
  const change = direction === 'regression' ? location.estimate : -location.estimate;
  const significant = test.adjustedP <= rule.familywiseAlpha && change > minimumEffect;

  if (significant && test.checkP <= rule.checkAlpha) {
    if (direction === 'improvement') return { ...subject, state: 'improved', evidence };
    const severity = severityOf(evidence.interval.low, rule.severities);
    return { ...subject, state: 'regressed', severity, evidence };
  }
  if (isInside(evidence, rule.minimumEffect)) return unchanged(subject, evidence, rule.minimumEffect);
  const detection = { alpha: rule.familywiseAlpha / family, power: rule.power, minimumEffect };
  return {
    ...subject,
    state: 'inconclusive',
    reason: significant ? 'tests-disagree' : whyUndecided(evidence, change, rule.minimumEffect),
    evidence,
    smallestDetectableRatio: Math.exp(smallestDetectableChange(location, detection)),
  };
}

/** `change` is positive in the direction that was suspected. */
function whyUndecided(evidence: Evidence, change: number, effect: number): InconclusiveReason {
  if (change < 0 && isBeyond(evidence, effect)) return 'stages-disagree';
  if (isWiderThan(evidence, effect)) return 'interval-too-wide';
  return change > Math.log1p(effect) ? 'not-significant' : 'near-minimum-effect';
}

/** Judges by stage 2 where it has the metric too, for the sake of a suspected sibling; else by stage 1. */
function judgeUnsuspected(
  subject: Subject,
  stage1: PairSeries,
  stage2: PairSeries | undefined,
  rule: InterleavedRule,
): Verdict {
  const [first, second] = [usablePairs(stage1), usablePairs(stage2)];
  if (first.length < rule.minimumPairs) return { ...subject, state: 'inconclusive', reason: 'too-few-pairs' };
  const values = second.length >= rule.minimumPairs ? second : first;
  const location = estimateTrimmedMean(values, rule.trim);
  const evidence = toEvidence(location, location.n, rule.confidence);
  if (isInside(evidence, rule.minimumEffect)) return unchanged(subject, evidence, rule.minimumEffect);
  const within = Math.max(rule.minimumEffect, suspectBeyond[subject.metric]);
  if (isBeyond(evidence, within))
    return { ...subject, state: 'inconclusive', reason: 'stages-disagree', evidence };
  // Not to have suspected anything says little where a change worth a warning could have hidden.
  if (!isInside(evidence, rule.severities.warning)) {
    const detection = { alpha: rule.suspectAlpha, power: rule.power, minimumEffect: Math.log1p(within) };
    const smallestDetectableRatio = Math.exp(smallestDetectableChange(location, detection));
    return {
      ...subject,
      state: 'inconclusive',
      reason: 'interval-too-wide',
      evidence,
      smallestDetectableRatio,
    };
  }
  return { ...subject, state: 'unchanged', because: 'not-a-suspect', within, evidence };
}

function unchanged(subject: Subject, evidence: Evidence, within: number): Verdict {
  return { ...subject, state: 'unchanged', because: 'interval-inside', within, evidence };
}

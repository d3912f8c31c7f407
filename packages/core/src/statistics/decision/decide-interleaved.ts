import { estimateTrimmedMean } from '../location.ts';
import { isBeyond, isInside, isWiderThan, toEvidence } from './evidence.ts';
import { interleavedRule, type InterleavedRule } from './interleaved-rule.ts';
import { nameSuspects } from './name-suspects.ts';
import { suspectBeyond } from './rule.ts';
import { severityOf } from './severity.ts';
import { tailFactor, testSuspects, type TestedSuspect } from './test-suspects.ts';
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
  const { familywiseAlpha, minimumEffect } = rule;
  const alpha = familywiseAlpha / tailFactor / family;
  const evidence: Evidence = { ...toEvidence(location, rule, { alpha, minimumEffect }), test };
  const change = direction === 'regression' ? location.estimate : -location.estimate;
  const significant = test.adjustedP <= familywiseAlpha && change > Math.log1p(minimumEffect);

  if (significant && test.checkP <= rule.checkAlpha) {
    if (direction === 'improvement') return { ...subject, state: 'improved', evidence };
    const severity = severityOf(evidence.interval.low, rule.severities);
    return { ...subject, state: 'regressed', severity, evidence };
  }
  if (isInside(evidence, minimumEffect))
    return { ...subject, state: 'unchanged', because: 'interval-inside', within: minimumEffect, evidence };
  const reason = significant ? 'tests-disagree' : whyUndecided(evidence, change, minimumEffect);
  return { ...subject, state: 'inconclusive', reason, evidence };
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
  const { minimumEffect, suspectAlpha: alpha } = rule;
  const within = Math.max(minimumEffect, suspectBeyond[subject.metric]);
  const location = estimateTrimmedMean(second.length >= rule.minimumPairs ? second : first, rule.trim);
  const evidence = toEvidence(location, rule, { alpha, minimumEffect: within });
  if (isInside(evidence, minimumEffect))
    return { ...subject, state: 'unchanged', because: 'interval-inside', within: minimumEffect, evidence };
  if (isBeyond(evidence, within))
    return { ...subject, state: 'inconclusive', reason: 'stages-disagree', evidence };
  // Not to have suspected anything says little where a change worth a warning could have hidden.
  if (!isInside(evidence, rule.severities.warning))
    return { ...subject, state: 'inconclusive', reason: 'interval-too-wide', evidence };
  return { ...subject, state: 'unchanged', because: 'not-a-suspect', within, evidence };
}

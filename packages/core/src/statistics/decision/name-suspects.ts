import { estimateTrimmedMean } from '../location.ts';
import { testLocation } from '../location-test.ts';
import { mean } from '../moments.ts';
import { interleavedRule, type InterleavedRule } from './interleaved-rule.ts';
import { suspectBeyond } from './rule.ts';
import type { Direction, PairSeries, Suspect } from './types.ts';
import { usablePairs } from './usable-pairs.ts';

/**
 * Stage 1: which metrics of which benchmarks are worth measuring again, and in which direction. Suspected is what has its
 * mean, or its trimmed mean (an outlier must not hide a change), beyond the metric's bound, and a one-sided trimmed t
 * test below `suspectAlpha`. Nothing is decided here: being generous costs time, never a false alarm.
 */
export function nameSuspects(
  stage1: readonly PairSeries[],
  rule: InterleavedRule = interleavedRule,
): readonly Suspect[] {
  return stage1.flatMap((series) => {
    const { benchmark, metric } = series;
    const direction = suspectedDirection(series, rule);
    return direction === undefined ? [] : [{ benchmark, metric, direction }];
  });
}

function suspectedDirection(series: PairSeries, rule: InterleavedRule): Direction | undefined {
  const values = usablePairs(series);
  if (values.length < rule.minimumPairs) return undefined;
  const trimmed = estimateTrimmedMean(values, rule.trim);
  const plain = mean(values);
  const bound = Math.log1p(suspectBeyond[series.metric]);
  if (Math.max(trimmed.estimate, plain) > bound && testLocation(trimmed, 'greater').p < rule.suspectAlpha)
    return 'regression';
  if (Math.min(trimmed.estimate, plain) < -bound && testLocation(trimmed, 'less').p < rule.suspectAlpha)
    return 'improvement';
  return undefined;
}

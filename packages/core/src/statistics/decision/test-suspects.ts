import { adjustHolm } from '../holm.ts';
import { estimateTrimmedMean, type LocationEstimate } from '../location.ts';
import { testLocation } from '../location-test.ts';
import { testSignedRank } from '../signed-rank.ts';
import type { InterleavedRule } from './interleaved-rule.ts';
import { usablePairs } from './usable-pairs.ts';
import type { Direction, EvidenceTest, PairSeries, Suspect } from './types.ts';

/**
 * How much too small the trimmed t test's p may be that far out in the tail. Its degrees of freedom are an approximation:
 * with 6 to 24 pairs of normal noise it rejects up to 1.6 times as often as it should at a level of 0.001, and 2.1 times
 * at 0.0001 (1.5 million simulated samples each; less with heavier tails). Doubled, p keeps Holm's promise.
 */
export const tailFactor = 2;

/** A suspect after stage 2. */
export interface TestedSuspect {
  readonly direction: Direction;
  /** Of the logarithms of the ratios. */
  readonly location: LocationEstimate;
  /** Undefined when stage 2 has too few pairs. */
  readonly test: Required<EvidenceTest> | undefined;
  /** How many suspects were tested together. */
  readonly family: number;
}

/**
 * Stage 2: tests each suspect in the one direction that was suspected, on the series that `seriesOf` finds for it.
 *
 * Stage 2 has fresh pairs, so that its tests know nothing of the choice that stage 1 made: without a change each p is
 * uniform whatever stage 1 saw. Holm's correction therefore counts the suspected hypotheses only, neither what was let
 * go nor the other direction, and keeps the chance of any false finding within its level, however the metrics of a
 * benchmark depend on each other.
 */
export function testSuspects(
  suspects: readonly Suspect[],
  seriesOf: (suspect: Suspect) => PairSeries | undefined,
  rule: InterleavedRule,
): readonly TestedSuspect[] {
  const tests = suspects.map((suspect) => {
    const values = usablePairs(seriesOf(suspect));
    const alternative = suspect.direction === 'regression' ? 'greater' : 'less';
    const location = estimateTrimmedMean(values, rule.trim);
    const enough = values.length >= rule.minimumPairs;
    const p = enough ? testLocation(location, alternative).p : 1;
    return { suspect, location, enough, p, checkP: testSignedRank(values, alternative).p };
  });
  // What could not be tested stays in the family with p = 1: lost pairs must not make it easier for the others.
  const adjusted = adjustHolm(tests.map(({ p }) => Math.min(1, tailFactor * p)));
  return tests.map(({ suspect, location, enough, p, checkP }, index) => ({
    direction: suspect.direction,
    location,
    test: enough ? { p, adjustedP: adjusted[index] ?? 1, checkP } : undefined,
    family: tests.length,
  }));
}

import type { Alternative, TestResult } from './location-test.ts';
import { normalUpperTail } from './normal.ts';
import { midRanks, tieSizes } from './ranks.ts';

/** Up to here the distribution is counted, above it the normal approximation is used. */
const largestExact = 50;

/** How {@link testSignedRank} came to its p. */
export interface SignedRankResult extends TestResult {
  /** Sum of the ranks of the positive values (R's V). */
  readonly statistic: number;
  readonly method: 'exact' | 'normal';
  /** Values other than the null value. */
  readonly n: number;
}

/** Options of {@link testSignedRank}. */
export interface SignedRankOptions {
  readonly nullValue?: number;
  /** By default exact up to 50 values. */
  readonly method?: 'exact' | 'normal';
}

/**
 * Wilcoxon's signed rank test that the values are symmetric around the null value (R `wilcox.test(x)`).
 * Values equal to it are dropped, as Wilcoxon did; equal distances share the mean of their ranks. `exact` counts the
 * 2^n signs of these very ranks, so that it is exact with ties too (R: `exactRankTests::wilcox.exact`); `normal` has the
 * variance corrected for ties and the continuity correction of R and SciPy. p is 1 when no value is left.
 */
export function testSignedRank(
  values: readonly number[],
  alternative: Alternative,
  options: SignedRankOptions = {},
): SignedRankResult {
  const differences = values.map((value) => value - (options.nullValue ?? 0)).filter((value) => value !== 0);
  const n = differences.length;
  const distances = differences.map(Math.abs);
  const ranks = midRanks(distances);
  let statistic = 0;
  for (const [index, rank] of ranks.entries()) if ((differences[index] ?? 0) > 0) statistic += rank;
  const method = options.method ?? (n <= largestExact ? 'exact' : 'normal');
  if (n === 0) return { statistic, p: 1, method, n };
  const p =
    method === 'exact' ? exactP(ranks, statistic, alternative) : normalP(distances, statistic, alternative);
  return { statistic, p, method, n };
}

function exactP(ranks: readonly number[], statistic: number, alternative: Alternative): number {
  // Mid-ranks are whole or halves; made whole, their sums index an array.
  const unit = ranks.every(Number.isInteger) ? 1 : 2;
  const chances = signedRankChances(ranks.map((rank) => unit * rank));
  const observed = unit * statistic;
  let below = 0;
  let above = 0;
  for (const [sum, chance] of chances.entries()) {
    if (sum <= observed) below += chance;
    if (sum >= observed) above += chance;
  }
  const p = { less: below, greater: above, 'two-sided': 2 * Math.min(below, above) }[alternative];
  return Math.min(1, p);
}

/** The chance of each sum of a subset, when every weight (a whole number) is in it with chance ½. */
export function signedRankChances(weights: readonly number[]): Float64Array {
  const chances = new Float64Array(1 + weights.reduce((sum, weight) => sum + weight, 0));
  chances[0] = 1;
  let largest = 0;
  for (const weight of weights) {
    largest += weight;
    for (let sum = largest; sum >= 0; sum -= 1) {
      const without = sum >= weight ? (chances[sum - weight] ?? 0) : 0;
      chances[sum] = 0.5 * ((chances[sum] ?? 0) + without);
    }
  }
  return chances;
}

function normalP(distances: readonly number[], statistic: number, alternative: Alternative): number {
  const n = distances.length;
  const tied = tieSizes(distances).reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tied / 48);
  const difference = statistic - (n * (n + 1)) / 4;
  if (alternative === 'greater') return normalUpperTail((difference - 0.5) / deviation);
  if (alternative === 'less') return normalUpperTail(-(difference + 0.5) / deviation);
  return Math.min(1, 2 * normalUpperTail(Math.abs(difference - 0.5 * Math.sign(difference)) / deviation));
}

import type { Interval, TestResult } from './location-test.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';
import { quantileOfSorted, sortNumbers } from './quantile.ts';
import { tieSizes } from './ranks.ts';

/** What the Mann-Kendall test finds; `statistic` is z. */
export interface MannKendall extends TestResult {
  /** Pairs that rise minus pairs that fall. */
  readonly s: number;
  readonly variance: number;
}

/**
 * Mann-Kendall test for a monotone trend of values in their order in time, two-sided, with the variance corrected for
 * ties and the continuity correction (Kendall 1975; pymannkendall `original_test`). Assumes that the runs are
 * independent of each other. A flat or shorter than three-point series has p = 1.
 */
export function testMannKendall(values: readonly number[]): MannKendall {
  const n = values.length;
  let s = 0;
  for (let later = 1; later < n; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1)
      s += Math.sign((values[later] ?? 0) - (values[earlier] ?? 0));
  const weight = (size: number): number => size * (size - 1) * (2 * size + 5);
  const variance = (weight(n) - tieSizes(values).reduce((sum, size) => sum + weight(size), 0)) / 18;
  if (n < 3 || variance <= 0) return { s, variance, statistic: 0, p: 1 };
  const statistic = (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, variance, statistic, p: Math.min(1, 2 * normalUpperTail(Math.abs(statistic))) };
}

/** A straight line that outliers do not bend. */
export interface TheilSen {
  /** Change of y a unit of x: the median of the slopes of all pairs of points. NaN without two different x. */
  readonly slope: number;
  /** median(y) - slope · median(x). */
  readonly intercept: number;
  readonly interval: Interval;
}

/**
 * Theil-Sen slope with the interval of Sen, JASA 63 (1968), from the normal approximation to Kendall's S with ties
 * (SciPy `theilslopes`, which it equals to the choice of the order statistics). `x` defaults to 0, 1, 2, ...
 */
export function theilSen(
  y: readonly number[],
  x: readonly number[] = y.map((_, index) => index),
  confidence = 0.95,
): TheilSen {
  const slopes = pairSlopes(x, y);
  const slope = quantileOfSorted(slopes, 0.5);
  const middle = (values: readonly number[]): number => quantileOfSorted(sortNumbers(values), 0.5);
  const intercept = middle(y) - slope * middle(x);
  return { slope, intercept, interval: sensInterval(slopes, x, y, confidence) };
}

function pairSlopes(x: readonly number[], y: readonly number[]): number[] {
  const slopes: number[] = [];
  for (let later = 1; later < y.length; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1) {
      const run = (x[later] ?? NaN) - (x[earlier] ?? NaN);
      if (run !== 0) slopes.push(((y[later] ?? NaN) - (y[earlier] ?? NaN)) / run);
    }
  return sortNumbers(slopes);
}

function sensInterval(
  slopes: readonly number[],
  x: readonly number[],
  y: readonly number[],
  confidence: number,
): Interval {
  const n = y.length;
  const tied = [...tieSizes(x), ...tieSizes(y)].reduce((sum, k) => sum + k * (k - 1) * (2 * k + 5), 0);
  const variance = (n * (n - 1) * (2 * n + 5) - tied) / 18;
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(Math.max(0, variance));
  const low = Math.max(Math.round((slopes.length - reach) / 2) - 1, 0);
  const high = Math.min(Math.round((slopes.length + reach) / 2), slopes.length - 1);
  return { low: slopes[low] ?? -Infinity, high: slopes[high] ?? Infinity };
}

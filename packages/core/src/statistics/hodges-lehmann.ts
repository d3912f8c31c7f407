import type { Interval } from './location-test.ts';
import { normalQuantile } from './normal.ts';
import { quantileOfSorted, sortNumbers } from './quantile.ts';
import { signedRankChances } from './signed-rank.ts';

/** The centre of symmetry by ranks, robust against outliers. */
export interface HodgesLehmann {
  /** The median of the means of all pairs of values, each value with itself too. */
  readonly estimate: number;
  readonly interval: Interval;
  /** What the interval really has; at least what was asked for up to 50 values, save when too few allow it. */
  readonly confidence: number;
}

/**
 * Hodges-Lehmann estimate with the interval that inverts Wilcoxon's signed rank test (Hollander & Wolfe, 3.2 and 3.3;
 * R `wilcox.test(x, conf.int = TRUE)` of values without ties and zeros): exact up to 50 values, the normal
 * approximation above. With fewer than 6 values no interval has 95 %: the widest there is comes with its confidence.
 */
export function hodgesLehmann(values: readonly number[], confidence = 0.95): HodgesLehmann {
  const n = values.length;
  const averages = walshAverages(values);
  const estimate = quantileOfSorted(averages, 0.5);
  if (n === 0) return { estimate, interval: { low: -Infinity, high: Infinity }, confidence: 1 };
  const { cut, achieved } = n <= 50 ? exactCut(n, 1 - confidence) : normalCut(n, 1 - confidence);
  const low = averages[cut - 1] ?? -Infinity;
  const high = averages[averages.length - cut] ?? Infinity;
  return { estimate, interval: { low, high }, confidence: achieved };
}

function walshAverages(values: readonly number[]): number[] {
  const averages = values.flatMap((value, index) => values.slice(index).map((other) => (value + other) / 2));
  return sortNumbers(averages);
}

/** Which average from either end bounds the interval (from 1), and the confidence that it has. */
function exactCut(n: number, alpha: number): { cut: number; achieved: number } {
  const chances = signedRankChances(Array.from({ length: n }, (_, index) => index + 1));
  let cut = 0;
  let below = 0;
  // The largest cut with P(V < cut) ≤ α / 2, by a hair's tolerance for sums of halves.
  while (below + (chances[cut] ?? 1) <= (alpha / 2) * (1 + 1e-12)) {
    below += chances[cut] ?? 1;
    cut += 1;
  }
  return cut === 0 ? { cut: 1, achieved: 1 - 2 * (chances[0] ?? 0) } : { cut, achieved: 1 - 2 * below };
}

function normalCut(n: number, alpha: number): { cut: number; achieved: number } {
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  const cut = Math.floor((n * (n + 1)) / 4 - normalQuantile(1 - alpha / 2) * deviation);
  return { cut: Math.max(1, cut), achieved: 1 - alpha };
}

import { mean, variance } from './moments.ts';
import { sortNumbers } from './quantile.ts';

/** Where the centre of some values is, and how well that is known. */
export interface LocationEstimate {
  readonly estimate: number;
  /** Of the estimate, in its unit; NaN below two values. */
  readonly standardError: number;
  /** Of Student's t for (estimate - truth) / standardError. */
  readonly degreesOfFreedom: number;
  readonly n: number;
}

/** How many values a trim cuts off at each end. */
function cutAtEachEnd(n: number, trim: number): number {
  // 0.2 · 15 is 3 but 0.1 · 30 can be a hair below it.
  return Math.floor(n * trim + 1e-9);
}

/** The sorted values without those cut off, and with those cut off replaced by the nearest one kept. */
function cutEnds(values: readonly number[], trim: number): { kept: number[]; winsorised: number[] } {
  const cut = cutAtEachEnd(values.length, trim);
  const sorted = sortNumbers(values);
  const kept = sorted.slice(cut, sorted.length - cut);
  const [low, high] = [kept[0] ?? NaN, kept.at(-1) ?? NaN];
  return { kept, winsorised: sorted.map((value) => Math.min(Math.max(value, low), high)) };
}

/** Mean without the lowest and the highest `trim` (0 to below 0.5) of the values (R `mean(x, trim)`). */
export function trimmedMean(values: readonly number[], trim = 0.2): number {
  return mean(cutEnds(values, trim).kept);
}

/** Variance after the lowest and highest `trim` of the values are replaced by the nearest one kept (WRS2 `winvar`). */
export function winsorisedVariance(values: readonly number[], trim = 0.2): number {
  return variance(cutEnds(values, trim).winsorised);
}

/** Mean and its standard error; the base of Student's one-sample and paired t test. */
export function estimateMean(values: readonly number[]): LocationEstimate {
  const n = values.length;
  return {
    estimate: mean(values),
    standardError: Math.sqrt(variance(values) / n),
    degreesOfFreedom: n - 1,
    n,
  };
}

/**
 * Trimmed mean and its standard error from the winsorised variance: the one-sample trimmed t of Tukey & McLaughlin,
 * Sankhyā A 25 (1963), which is what Yuen's two-sample test (Biometrika 61, 1974; SciPy `ttest_ind(..., trim)`) becomes
 * for the differences of pairs: √((n - 1) s_w² / (h (h - 1))), with h - 1 degrees of freedom for h values kept.
 */
export function estimateTrimmedMean(values: readonly number[], trim = 0.2): LocationEstimate {
  const { kept, winsorised } = cutEnds(values, trim);
  const [n, h] = [values.length, kept.length];
  return {
    estimate: mean(kept),
    standardError: Math.sqrt(((n - 1) * variance(winsorised)) / (h * (h - 1))),
    degreesOfFreedom: h - 1,
    n,
  };
}

import { median } from './quantile.ts';

/** Makes the MAD of normal values estimate their standard deviation: 1 / Φ⁻¹(3/4), as R's `mad` rounds it. */
const normalConsistency = 1.4826;

/** Median absolute deviation from the median times 1.4826 (R `mad`), in the unit of the values. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return normalConsistency * median(values.map((value) => Math.abs(value - centre)));
}

/** What lies outside median ± 3 · 1.4826 · MAD. */
export interface Outliers {
  /** Indices into the values, ascending. */
  readonly indices: readonly number[];
  /** 0 to 1; 0 of nothing. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Outliers by the Hampel identifier (Hampel 1974; Leys et al. 2013). Mean ± 3 SD will not do: no sample can have more
 * than about a tenth of its values beyond it, so that a rule "at most 10 % outliers" could never fail. When more than
 * half of the values are equal, the MAD is 0 and every other value is an outlier.
 */
export function findOutliers(values: readonly number[], width = 3): Outliers {
  const centre = median(values);
  const reach = width * medianAbsoluteDeviation(values);
  const [low, high] = [centre - reach, centre + reach];
  const indices = values.flatMap((value, index) => (value < low || value > high ? [index] : []));
  return { indices, share: values.length === 0 ? 0 : indices.length / values.length, low, high };
}

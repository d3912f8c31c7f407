import { quantileOfSorted, sortNumbers } from './quantile.ts';

/**
 * How many samples a percentile needs: three beyond it on its thinner side. p50: 6, p95: 60, p99: 300, p99.9: 3,000.
 * (59 samples are needed for the largest to be above the 95th percentile with 95 % confidence.)
 * Infinity outside 0 to 100 exclusive, where no number of samples is enough.
 */
export function minimumSamples(percent: number): number {
  const beyondPercent = Math.min(percent, 100 - percent);
  if (!(beyondPercent > 0)) return Infinity;
  // 100 - 99.9 is not 0.1 in binary.
  return Math.ceil(300 / beyondPercent - 1e-6);
}

/**
 * The percentile (0 to 100, exclusive; type 7 of Hyndman & Fan), or undefined, to be shown as `n/a`, when there are
 * fewer than {@link minimumSamples}.
 */
export function percentile(values: readonly number[], percent: number): number | undefined {
  if (values.length < minimumSamples(percent)) return undefined;
  return quantileOfSorted(sortNumbers(values), percent / 100);
}

import type { PairSeries } from './types.ts';

/** The log ratios of the pairs that were not lost. */
export function usablePairs(series: PairSeries | undefined): readonly number[] {
  return (series?.logRatios ?? []).filter(Number.isFinite);
}

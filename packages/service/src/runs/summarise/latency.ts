import type { Baseline } from '@mcp-test-harness/core/baseline';
import { quantileOfSorted, sortNumbers } from '@mcp-test-harness/core/statistics';
import type { LatencySummary } from '../define.ts';

/** Undefined without calls. */
export function summariseLatency(timesMs: readonly number[]): LatencySummary | undefined {
  if (timesMs.length === 0) return undefined;
  const sorted = sortNumbers(timesMs);
  const at = (level: number): number => round(quantileOfSorted(sorted, level));
  return { n: timesMs.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** At most so many of them, evenly drawn over the whole run. */
export function drawEvenly(timesMs: readonly number[], most: number): readonly number[] {
  if (timesMs.length <= most) return timesMs.map(round);
  return Array.from({ length: most }, (_, index) =>
    round(timesMs[Math.floor((index * timesMs.length) / most)] ?? 0),
  );
}

/** To a microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** What is known of how the calls of one benchmark are spread: shares of calls that took at most so long. */
type KnownQuantiles = readonly (readonly [share: number, ms: number])[];

/**
 * The 95th percentile that the same calls would have had by the approved run of a baseline, in ms. Several benchmarks are
 * mixed in the proportion of this run's calls: the percentiles of each alone say nothing of all together. Undefined when
 * the baseline does not know one of them.
 * @param calls how often each test was called, by its id
 */
export function baselineP95(
  baseline: Baseline | undefined,
  calls: ReadonlyMap<string, number>,
): number | undefined {
  const parts: { readonly weight: number; readonly quantiles: KnownQuantiles }[] = [];
  for (const [id, weight] of calls) {
    const known = baseline?.approved.run.benchmarks.find((one) => one.id === id);
    if (known?.p95Ms === undefined) return undefined;
    const { minMs, p50Ms, p95Ms, p99Ms, maxMs } = known;
    const between: KnownQuantiles = p99Ms === undefined ? [] : [[0.99, p99Ms]];
    parts.push({ weight, quantiles: [[0, minMs], [0.5, p50Ms], [0.95, p95Ms], ...between, [1, maxMs]] });
  }
  if (parts.length === 0) return undefined;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const shareBelow = (ms: number): number =>
    parts.reduce((sum, { weight, quantiles }) => sum + weight * shareOf(quantiles, ms), 0) / total;
  let low = Math.min(...parts.map(({ quantiles }) => quantiles[0]?.[1] ?? 0));
  let high = Math.max(...parts.map(({ quantiles }) => quantiles.at(-1)?.[1] ?? 0));
  // Sixty halvings are as exact as a double.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (shareBelow(middle) < 0.95) low = middle;
    else high = middle;
  }
  return round(high);
}

/** Straight lines between what is known. */
function shareOf(quantiles: KnownQuantiles, ms: number): number {
  let [shareBefore, msBefore] = [0, Number.NEGATIVE_INFINITY];
  for (const [share, at] of quantiles) {
    if (ms < at) {
      if (msBefore === Number.NEGATIVE_INFINITY) return 0;
      return shareBefore + ((share - shareBefore) * (ms - msBefore)) / (at - msBefore);
    }
    [shareBefore, msBefore] = [share, at];
  }
  return 1;
}

import { mean, median } from '../statistics/index.ts';

/** More calls are looked at in so many blocks: a document stays small whatever was measured. */
const mostTimes = 400;

/**
 * The times of up to 400 calls as they stand, of more as the medians of 400 blocks of calls that followed each other. One
 * stall of 5 ms among 3,000 calls of 0.1 ms makes a coefficient of variation of 100 % and says nothing of the server.
 */
export function blockTimes(timesMs: readonly number[]): readonly number[] {
  if (timesMs.length <= mostTimes) return timesMs;
  return inParts(timesMs, mostTimes).map((block) => median(block));
}

/**
 * What one call took in each round through a suite, in ms, on average over its benchmarks; for the readers of
 * `response_times`. Calls of 0.2 and of 8 ms side by side would look like a variance of more than 50 %, and it would be
 * none of the server's. Of benchmarks with more times than others, neighbours are taken together.
 * @param samplesMs of each benchmark, in order
 */
export function roundTimes(samplesMs: readonly (readonly number[])[]): readonly number[] {
  const times = samplesMs.filter(({ length }) => length > 0).map(blockTimes);
  if (times.length === 0) return [];
  const rounds = Math.min(...times.map(({ length }) => length));
  const parts = times.map((one) => inParts(one, rounds).map((part) => median(part)));
  return Array.from({ length: rounds }, (_, round) => {
    // Nanoseconds: finer than any clock.
    return Math.round(mean(parts.map((one) => one[round] ?? NaN)) * 1e6) / 1e6;
  });
}

/** So many parts of neighbours, as equal as can be; none is empty. @param parts at most as many as there are values */
function inParts(values: readonly number[], parts: number): readonly (readonly number[])[] {
  const bound = (part: number): number => Math.floor((part * values.length) / parts);
  return Array.from({ length: parts }, (_, part) => values.slice(bound(part), bound(part + 1)));
}

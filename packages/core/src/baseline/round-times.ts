import { mean } from '../statistics/index.ts';

/** More are thinned evenly, so that a document stays small whatever was measured. */
const mostTimes = 400;

/**
 * What one call took in each round through a suite, in ms, on average over its benchmarks; for the readers of
 * `response_times`. Calls of 0.2 and of 8 ms side by side would look like a variance of more than 50 %, and it would be
 * none of the server's. Benchmarks with more calls than others are thinned evenly.
 * @param samplesMs of each benchmark, in order
 */
export function roundTimes(samplesMs: readonly (readonly number[])[]): readonly number[] {
  const called = samplesMs.filter(({ length }) => length > 0);
  if (called.length === 0) return [];
  const rounds = Math.min(mostTimes, ...called.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => {
    const times = called.map((times) => times[Math.floor((round * times.length) / rounds)] ?? NaN);
    // Nanoseconds: finer than any clock.
    return Math.round(mean(times) * 1e6) / 1e6;
  });
}

import type { SampleBudget } from './sample.ts';
import type { BenchmarkSettings } from './types.ts';

/** Without a limit of the whole run, a slow benchmark may take so many times its share to reach the fewest samples. */
const patience = 10;

/** How many processes the calls are spread over. */
export function processCount({ processes, iterations }: BenchmarkSettings): number {
  return Math.max(1, Math.min(processes, iterations ?? processes));
}

/**
 * What one benchmark may spend in one process.
 * @param process counts from 0; the first ones make one call more when the calls do not divide evenly
 * @param benchmarks how many share the time of the run
 */
export function sampleBudget(settings: BenchmarkSettings, process: number, benchmarks: number): SampleBudget {
  const { iterations, durationMs, measureMs, warmupMs, minimumSamples } = settings;
  const processes = processCount(settings);
  const shareMs = durationMs === undefined ? undefined : durationMs / (processes * benchmarks);
  if (iterations !== undefined) {
    const calls = Math.floor(iterations / processes) + (process < iterations % processes ? 1 : 0);
    return { warmupMs, measureMs: 0, minCalls: calls, maxCalls: calls, longestMs: shareMs ?? Infinity };
  }
  const wantedMs = shareMs ?? measureMs / processes;
  return {
    warmupMs,
    measureMs: wantedMs,
    minCalls: Math.ceil(minimumSamples / processes),
    maxCalls: Infinity,
    longestMs: shareMs ?? wantedMs * patience,
  };
}

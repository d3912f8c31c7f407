import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';

/** A result without every single latency, which are not for everybody. */
export function withoutSamples(result: BenchmarkResult): BenchmarkResult {
  return {
    ...result,
    settings: { ...result.settings, keepSamples: false },
    benchmarks: result.benchmarks.map((one) =>
      one.state === 'measured' || one.state === 'short' ? { ...one, samplesMs: undefined } : one,
    ),
  };
}

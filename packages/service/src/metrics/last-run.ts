import type { RunResult } from '@mcp-test-harness/core';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { Histogram, quantile } from '@mcp-test-harness/core/statistics';

/** What is told of one run that is over. */
export interface LastRun {
  /** ms since 1970. */
  readonly endedAt: number;
  readonly durationMs: number;
  readonly suites: readonly LastRunSuite[];
}

export interface LastRunSuite {
  readonly suite: string;
  readonly server: string;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  /** Undefined: nothing was called. */
  readonly p95Ms: number | undefined;
}

export function lastRunOf(result: RunResult): LastRun {
  return {
    ...times(result),
    suites: result.suites.map(({ name, server, totals, tests }) => {
      const { passed, failed, errored, skipped } = totals;
      const durations = tests.flatMap(({ requestDurationsMs }) => requestDurationsMs);
      const p95Ms = durations.length === 0 ? undefined : quantile(durations, 0.95);
      return { suite: name, server, passed, failed, errored, skipped, p95Ms };
    }),
  };
}

/** A benchmark counts as a test: one whose calls were not all as they should be has failed. */
export function lastBenchmarkOf(result: BenchmarkResult): LastRun {
  const groups = Map.groupBy(result.benchmarks, ({ suite, server }) => JSON.stringify([suite, server]));
  return {
    ...times(result),
    suites: [...groups.values()].flatMap((benchmarks) => {
      const [first] = benchmarks;
      if (first === undefined) return [];
      const count = (...states: readonly string[]): number =>
        benchmarks.filter(({ state }) => states.includes(state)).length;
      return [
        {
          suite: first.suite,
          server: first.server,
          passed: count('measured', 'short'),
          failed: count('failed'),
          errored: 0,
          skipped: count('skipped'),
          p95Ms: p95Of(benchmarks),
        },
      ];
    }),
  };
}

function p95Of(benchmarks: BenchmarkResult['benchmarks']): number | undefined {
  const all = new Histogram();
  for (const benchmark of benchmarks) {
    if (!('latency' in benchmark)) continue;
    const parsed = Histogram.parse(benchmark.latency.histogram);
    if (parsed.ok) all.merge(parsed.histogram);
  }
  return all.count === 0 ? undefined : all.quantile(0.95);
}

function times({
  startedAt,
  durationMs,
}: Pick<RunResult, 'startedAt' | 'durationMs'>): Pick<LastRun, 'endedAt' | 'durationMs'> {
  return { endedAt: Date.parse(startedAt) + durationMs, durationMs };
}

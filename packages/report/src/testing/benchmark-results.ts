/** Builds results of benchmark runs as core would, for tests. Not part of the package. */
import type {
  BenchmarkResult,
  ComparedBenchmark,
  ComparedMetric,
  ComparedSide,
  ComparisonVerdict,
  LatencySummary,
  Measurement,
  MetricComparison,
} from '@mcp-test-harness/core/benchmark';
import { Histogram, Random } from '@mcp-test-harness/core/statistics';

const configFile = '/project/mcp-test-harness.yaml';
const okCalls = (ok: number) => ({
  ok,
  'wrong-answer': 0,
  'tool-error': 0,
  'protocol-error': 0,
  timeout: 0,
});

/** Latencies around a median, skewed as those of servers are; a share of them in a slow tail. */
export function buildLatency(
  medianMs: number,
  init: { n?: number; spread?: number; tail?: number; tailFactor?: number; seed?: number } = {},
): LatencySummary {
  const { n = 800, spread = 0.12, tail = 0.02, tailFactor = 2.2, seed = 7 } = init;
  const random = new Random(seed);
  const histogram = new Histogram();
  const values = Array.from({ length: n }, () => {
    const noise = random.next() + random.next() + random.next() - 1.5;
    const factor = random.next() < tail ? tailFactor * (1 + random.next()) : 1;
    return medianMs * Math.exp(noise * 2 * spread) * factor;
  }).toSorted((a, b) => a - b);
  for (const value of values) histogram.record(value);
  const at = (share: number): number => values[Math.min(n - 1, Math.floor(share * n))] ?? 0;
  const meanMs = values.reduce((sum, value) => sum + value, 0) / n;
  const sdMs = Math.sqrt(values.reduce((sum, value) => sum + (value - meanMs) ** 2, 0) / (n - 1));
  return {
    n,
    minMs: at(0),
    p25Ms: at(0.25),
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p95Ms: n < 60 ? undefined : at(0.95),
    p99Ms: n < 300 ? undefined : at(0.99),
    p999Ms: n < 3000 ? undefined : at(0.999),
    maxMs: at(1),
    meanMs,
    sdMs,
    cvPercent: (sdMs / meanMs) * 100,
    outlierPercent: tail * 100,
    histogram: histogram.toJSON(),
  };
}

export function buildMeasurement(
  id: string,
  state: Measurement['state'] = 'measured',
  init: object = {},
): Measurement {
  const [suite = '', test = ''] = id.split('/', 2);
  const identity = {
    id,
    suite,
    test,
    server: 'default',
    location: { file: configFile, line: 12, column: 9 },
  };
  if (state === 'skipped')
    return { ...identity, state, reason: 'skip_if: the server has no such tool', ...init };
  if (state === 'failed') {
    return {
      ...identity,
      state,
      reason: '3 of 200 calls: expected text to equal "5", got "6"',
      calls: { ...okCalls(197), 'wrong-answer': 3 },
      ...init,
    };
  }
  const latency = buildLatency(0.21, { n: state === 'short' ? 24 : 1200 });
  const measured = {
    ...identity,
    calls: okCalls(latency.n),
    processes: Array.from({ length: 5 }, (_, index) => ({
      n: Math.floor(latency.n / 5),
      p25Ms: latency.p25Ms * (1 + index / 50),
      p50Ms: latency.p50Ms * (1 + index / 50),
      meanMs: latency.meanMs,
      cpuMsPerCall: 0.18,
    })),
    latency,
    throughputPerSecond: 1000 / latency.meanMs,
    cpuMsPerCall: 0.18,
  };
  return state === 'short'
    ? { ...measured, state, reason: '24 of 200 calls in the time allowed', ...init }
    : { ...measured, state, ...init };
}

/** A metric whose pairs lie around a change. */
export function buildMetric(
  metric: ComparedMetric,
  verdict: ComparisonVerdict,
  changePercent: number,
  init: Partial<MetricComparison> & { readonly halfWidth?: number } = {},
): MetricComparison {
  const { halfWidth = 1.6, ...rest } = init;
  const stage = verdict === 'unchanged' ? 1 : 2;
  const random = new Random(Math.round(changePercent * 10) + metric.length);
  const centre = Math.log(1 + changePercent / 100);
  const pairs = stage === 1 ? 8 : 12;
  return {
    metric,
    verdict,
    severity: verdict === 'regressed' ? 'minor' : undefined,
    reason: verdict === 'inconclusive' ? 'the measurements are too noisy' : undefined,
    smallestDetectablePercent: verdict === 'inconclusive' ? halfWidth * 1.8 : undefined,
    withinPercent: verdict === 'unchanged' ? 3 : undefined,
    changePercent,
    intervalPercent: [changePercent - halfWidth, changePercent + halfWidth],
    p: verdict === 'unchanged' ? undefined : verdict === 'inconclusive' ? 0.08 : 0.000012,
    adjustedP: verdict === 'unchanged' ? undefined : verdict === 'inconclusive' ? 0.32 : 0.00021,
    stage,
    logRatios: Array.from(
      { length: pairs },
      () => centre + ((random.next() + random.next() - 1) * halfWidth * 2.4) / 100,
    ),
    base: metric === 'memory' ? 62_914_560 : 0.21,
    head: (metric === 'memory' ? 62_914_560 : 0.21) * (1 + changePercent / 100),
    ...rest,
  };
}

export function buildSide(latency: LatencySummary, init: Partial<ComparedSide> = {}): ComparedSide {
  return { calls: okCalls(latency.n), latency, cpuMsPerCall: 0.18, ...init };
}

export function buildCompared(
  id: string,
  verdict: ComparisonVerdict,
  metrics: readonly MetricComparison[],
  init: Partial<ComparedBenchmark> = {},
): ComparedBenchmark {
  const change = metrics[0]?.changePercent ?? 0;
  return {
    id,
    location: id.startsWith('server:') ? undefined : { file: configFile, line: 31, column: 9 },
    verdict,
    severity: metrics.find(({ severity }) => severity !== undefined)?.severity,
    sentence: `${verdict}: latency ${change} %`,
    metrics,
    base: id.startsWith('server:') ? undefined : buildSide(buildLatency(0.21)),
    head: id.startsWith('server:')
      ? undefined
      : buildSide(buildLatency(0.21 * (1 + change / 100), { seed: 11 })),
    ...init,
  };
}

export function buildComparison(
  benchmarks: readonly ComparedBenchmark[],
  init: Partial<NonNullable<BenchmarkResult['comparison']>> = {},
): NonNullable<BenchmarkResult['comparison']> {
  return {
    mode: 'interleaved',
    base: {
      label: 'merge-base:main',
      target: 'node dist/server.js',
      serverInfo: { name: 'example-server', version: '1.2.2' },
      protocolVersion: '2025-11-25',
      commit: '4f1c2d90aa17b6c1e0d2f3a4b5c6d7e8f9012345',
    },
    head: {
      label: 'head',
      target: 'node dist/server.js',
      serverInfo: { name: 'example-server', version: '1.2.3' },
      protocolVersion: '2025-11-25',
    },
    stages: { pairs: [8, 12], suspects: 3 },
    busyPairs: 0,
    minimumEffectPercent: 3,
    seed: 4242,
    benchmarks,
    ...init,
  };
}

export function buildBenchmarkResult(init: Partial<BenchmarkResult> = {}): BenchmarkResult {
  return {
    schemaVersion: 1,
    kind: 'benchmark',
    harness: { version: '0.1.0', node: '24.21.0', platform: 'linux-x64' },
    config: { file: configFile },
    startedAt: '2026-11-24T10:00:00.000Z',
    durationMs: 41_300,
    complete: true,
    machine: {
      platform: 'linux-x64',
      kernel: '6.11.0-1018-azure',
      node: '24.21.0',
      cpuModel: 'AMD EPYC 7763 64-Core Processor',
      cores: 4,
      memoryBytes: 16_777_216_000,
      governor: 'performance',
      image: 'ubuntu24 20261101.1',
    },
    loadBefore: { loadAverage: 0.42, stealShare: 0.001 },
    loadAfter: { loadAverage: 1.12, stealShare: 0.002 },
    settings: {
      load: { kind: 'sequential' },
      processes: 5,
      measureMs: 1000,
      warmupMs: 50,
      minimumSamples: 10,
      calibrate: true,
      keepSamples: false,
    },
    servers: [
      {
        name: 'default',
        target: 'node dist/server.js',
        protocolVersion: '2025-11-25',
        serverInfo: { name: 'example-server', version: '1.2.3' },
        startupMs: [182.4, 190.1, 178.8, 201.5, 185],
        peakMemoryBytes: [62_914_560, 63_963_136, 62_500_000, 64_000_000, 63_000_000],
      },
    ],
    benchmarks: [],
    references: [],
    findings: [],
    warnings: [],
    verdict: 'passed',
    exitCode: 0,
    ...init,
  };
}

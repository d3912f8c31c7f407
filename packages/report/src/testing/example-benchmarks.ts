/** Benchmark runs that show every feature of a report, for tests and for looking at. */
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import {
  buildBenchmarkResult,
  buildCompared,
  buildComparison,
  buildLatency,
  buildMeasurement,
  buildMetric,
  buildSide,
} from './benchmark-results.ts';
import {
  buildAgainst,
  buildAgainstMetric,
  buildBaseline,
  buildSeries,
  hostileBaseline,
  worseBaseline,
} from './example-baselines.ts';
import { everyHostileText, hostile } from './hostile.ts';
import { buildFinding } from './results.ts';

/** All four verdicts, severities, a rare slow tail, failed calls, a server as a whole. */
export function comparedRun(): BenchmarkResult {
  const quiet = (id: string, change: number) =>
    buildCompared(
      id,
      'unchanged',
      [
        buildMetric('latency', 'unchanged', change),
        buildMetric('latency_mean', 'unchanged', change + 0.4),
        buildMetric('latency_p95', 'unchanged', change - 0.8, { halfWidth: 4, withinPercent: 10 }),
        buildMetric('cpu', 'unchanged', change / 2, { halfWidth: 0.9 }),
      ],
      {
        sentence: `unchanged within ±3 % (latency ${change - 1.6} to +${change + 1.6} %)`,
      },
    );
  const benchmarks = [
    buildCompared(
      'core-tools/search [query=long, limit=50]',
      'regressed',
      [
        buildMetric('latency', 'regressed', 34, {
          severity: 'warning',
          base: 1.62,
          head: 2.17,
          halfWidth: 3.1,
        }),
        buildMetric('latency_mean', 'regressed', 31, { base: 1.71, head: 2.24, halfWidth: 4 }),
        buildMetric('latency_p95', 'inconclusive', 22, { base: 2.4, head: 2.93, halfWidth: 19 }),
        buildMetric('cpu', 'regressed', 38, { severity: 'warning', base: 1.31, head: 1.81, halfWidth: 1.4 }),
      ],
      {
        severity: 'warning',
        sentence:
          'regressed: latency +34 % (95 % interval +31 to +37 %); mean latency +31 %, CPU time per call +38 %',
        base: buildSide(buildLatency(1.64)),
        head: buildSide(buildLatency(2.2, { seed: 5 })),
      },
    ),
    buildCompared(
      'core-tools/export',
      'regressed',
      [
        buildMetric('latency', 'unchanged', 0.4),
        buildMetric('latency_mean', 'regressed', 12, { base: 6.1, head: 6.83 }),
        buildMetric('latency_p95', 'regressed', 140, {
          base: 7.2,
          head: 17.3,
          halfWidth: 22,
          severity: 'critical',
        }),
        buildMetric('cpu', 'regressed', 9, { base: 5.2, head: 5.67 }),
      ],
      {
        severity: 'critical',
        sentence:
          'regressed: mean latency +12 % (95 % interval +10 to +14 %); 95th percentile of latency +140 %, CPU time per call +9 %',
        base: buildSide(buildLatency(6.1, { tail: 0, spread: 0.05 })),
        head: buildSide(buildLatency(6.1, { tail: 0.1, tailFactor: 3, spread: 0.05 })),
      },
    ),
    buildCompared(
      'resources/read',
      'inconclusive',
      [buildMetric('latency', 'inconclusive', 4.2, { halfWidth: 9 })],
      {
        sentence:
          'inconclusive: latency −4.8 to +13 %; the measurements are too noisy; a change of 16 % would have shown',
      },
    ),
    buildCompared('prompts/get', 'inconclusive', [], {
      sentence:
        'inconclusive, because calls failed: head: 3 of 96 calls: expected text to equal "5", got "6"',
      base: buildSide(buildLatency(0.4)),
      head: buildSide(buildLatency(0.4, { n: 93 }), {
        calls: { ok: 93, 'wrong-answer': 3, 'tool-error': 0, 'protocol-error': 0, timeout: 0 },
        complaint: 'expected text to equal "5", got "6"',
      }),
    }),
    buildCompared(
      'core-tools/list-everything',
      'improved',
      [
        buildMetric('latency', 'improved', -18, { base: 3.3, head: 2.71 }),
        buildMetric('cpu', 'improved', -21, { base: 3, head: 2.37 }),
      ],
      {
        sentence: 'improved: latency −18 % (95 % interval −20 to −16 %); CPU time per call −21 %',
        base: buildSide(buildLatency(3.35)),
        head: buildSide(buildLatency(2.75, { seed: 3 })),
      },
    ),
    quiet('core-tools/echo', 0.3),
    quiet('core-tools/add', -0.6),
    quiet('resources/list', 1.1),
    buildCompared(
      'server:default',
      'unchanged',
      [
        buildMetric('memory', 'unchanged', 1.4, { halfWidth: 1.2 }),
        buildMetric('start_up', 'unchanged', -0.9, { halfWidth: 2.4, base: 182, head: 180.4 }),
      ],
      { sentence: 'unchanged within ±3 % (peak memory +0.2 to +2.6 %)' },
    ),
  ];
  return buildBenchmarkResult({
    benchmarks: benchmarks
      .filter(({ id }) => !id.startsWith('server:') && id !== 'prompts/get')
      .map(({ id }) => buildMeasurement(id)),
    comparison: buildComparison(benchmarks),
    verdict: 'regressed',
    exitCode: 1,
  });
}

/** Nothing changed, all is well. */
export function quietRun(): BenchmarkResult {
  const { comparison, benchmarks } = comparedRun();
  const unchanged = comparison?.benchmarks.filter(({ verdict }) => verdict === 'unchanged') ?? [];
  return buildBenchmarkResult({
    benchmarks: benchmarks.filter(({ id }) => unchanged.some((one) => one.id === id)),
    comparison: buildComparison(unchanged, { stages: { pairs: [8, 0], suspects: 0 } }),
  });
}

/** On a machine where nothing holds: not pinned, busy, stopped half-way. */
export function busyRun(): BenchmarkResult {
  const { comparison, benchmarks } = comparedRun();
  const all = comparison?.benchmarks.filter(({ verdict }) => verdict === 'inconclusive') ?? [];
  return buildBenchmarkResult({
    benchmarks,
    comparison: buildComparison(all, { busyPairs: 5, notPinned: 'taskset is not installed' }),
    verdict: 'interrupted',
    exitCode: 130,
    complete: false,
    incompleteReason: 'the run was interrupted',
  });
}

/** Measured alone: as asked, short, failed, skipped. */
export function measuredRun(): BenchmarkResult {
  return buildBenchmarkResult({
    benchmarks: [
      buildMeasurement('core-tools/echo'),
      buildMeasurement('core-tools/search [query=long, limit=50]', 'measured', {
        latency: buildLatency(12.6, { n: 4000, tail: 0.05, tailFactor: 8 }),
        cpuMsPerCall: 9.4,
        throughputPerSecond: 74.1,
      }),
      buildMeasurement('core-tools/slow', 'short'),
      buildMeasurement('core-tools/add', 'failed'),
      buildMeasurement('core-tools/unfinished', 'skipped'),
    ],
    warnings: ['suite core-tools: retry means nothing for a benchmark'],
    findings: [buildFinding()],
    verdict: 'failed',
    exitCode: 1,
  });
}

/** An open loop whose generator could not keep its rate for one benchmark. */
export function openLoopRun(): BenchmarkResult {
  const { settings } = buildBenchmarkResult();
  return buildBenchmarkResult({
    settings: { ...settings, load: { kind: 'open', ratePerSecond: 400 } },
    verdict: 'invalid',
    exitCode: 1,
    benchmarks: [
      buildMeasurement('core-tools/echo', 'measured', {
        generator: { lagP50Ms: 0.004, lagP99Ms: 0.06 },
        throughputPerSecond: 399.6,
        latency: buildLatency(0.31, { n: 3600, tail: 0.03, tailFactor: 60 }),
      }),
      buildMeasurement('core-tools/search [query=long, limit=50]', 'measured', {
        generator: {
          lagP50Ms: 0.9,
          lagP99Ms: 41.2,
          invalid:
            'at the median the generator was 0.900 ms late of 2.100 ms; at the 99th percentile the generator was 41.200 ms late of 90.000 ms',
        },
        throughputPerSecond: 212,
        latency: buildLatency(2.1, { n: 900, tail: 0.1, tailFactor: 12 }),
      }),
    ],
  });
}

/** Held against the baselines of three suites: one worse in every way, one quiet, one without a baseline. */
export function baselineRun(): BenchmarkResult {
  const quiet = buildBaseline({
    suite: 'resources',
    benchmarks: [buildAgainst('resources/read', [buildAgainstMetric('latency', 'unchanged', 0.2)])],
    series: [buildSeries('resources/read', 'latency', { value: 4 })],
  });
  const first = buildBaseline({
    suite: 'prompts',
    baseline: undefined,
    verdict: undefined,
    benchmarks: [],
    added: ['prompts/get'],
    notes: ['no baseline yet: nothing was compared'],
    action: { kind: 'established', reasons: [] },
  });
  return buildBenchmarkResult({
    benchmarks: ['search', 'echo', 'slow', 'list'].map((test) => buildMeasurement(`core-tools/${test}`)),
    baselines: [worseBaseline(), quiet, first],
    verdict: 'regressed',
    exitCode: 1,
  });
}

/** The server did not start. */
export function brokenRun(): BenchmarkResult {
  const error = {
    code: 'TARGET_EXITED',
    kind: 'crash',
    message: 'the server ended with exit code 1 before it answered initialize',
    hint: 'Its stderr says: Error: Cannot find module /project/dist/server.js',
  } as const;
  return buildBenchmarkResult({
    benchmarks: [buildMeasurement('core-tools/echo', 'skipped', { reason: 'the run ended before its turn' })],
    servers: [],
    verdict: 'errored',
    exitCode: 3,
    complete: false,
    incompleteReason: error.message,
    error,
  });
}

/** Every text that a server or a pull request controls is hostile. */
export function hostileBenchmarks(): BenchmarkResult {
  const compared = (['regressed', 'inconclusive', 'improved', 'unchanged'] as const).map((verdict, index) =>
    buildCompared(
      `${Object.values(hostile)[index] ?? ''} ${everyHostileText}`,
      verdict,
      [buildMetric('latency', verdict, 12, verdict === 'inconclusive' ? { reason: everyHostileText } : {})],
      { sentence: everyHostileText, location: { file: `/project/${hostile.script}`, line: 3, column: 1 } },
    ),
  );
  const side = {
    label: hostile.markdown,
    target: everyHostileText,
    serverInfo: { name: hostile.script, version: hostile.ansi },
    protocolVersion: hostile.bidi,
    commit: hostile.script,
  };
  const { machine } = buildBenchmarkResult();
  return buildBenchmarkResult({
    config: { file: `/project/${hostile.script}`, environment: hostile.markdown },
    machine: { ...machine, cpuModel: everyHostileText, governor: hostile.script, image: hostile.markdown },
    servers: [
      {
        name: hostile.script,
        target: everyHostileText,
        protocolVersion: hostile.bidi,
        serverInfo: { name: hostile.script, version: hostile.ansi },
        startupMs: [12],
        peakMemoryBytes: [],
      },
    ],
    benchmarks: [
      buildMeasurement(everyHostileText, 'failed', { reason: everyHostileText }),
      buildMeasurement(hostile.script, 'skipped', { reason: everyHostileText }),
      buildMeasurement(hostile.markdown, 'measured', {
        generator: { lagP50Ms: 1, lagP99Ms: 2, invalid: everyHostileText },
      }),
    ],
    baselines: [hostileBaseline()],
    comparison: buildComparison(compared, { base: side, head: side, notPinned: everyHostileText }),
    findings: [buildFinding({ message: everyHostileText, sample: everyHostileText, rule: hostile.script })],
    warnings: [everyHostileText],
    complete: false,
    incompleteReason: everyHostileText,
    error: { code: 'TARGET_EXITED', kind: 'crash', message: everyHostileText, hint: hostile.markdown },
    verdict: 'errored',
    exitCode: 1,
  });
}

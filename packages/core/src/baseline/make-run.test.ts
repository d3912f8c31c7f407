import { describe, expect, it } from 'vitest';
import type { BenchmarkResult, Measurement } from '../benchmark/types.ts';
import type { RunResult } from '../runner/result.ts';
import { makeBaselineRun } from './make-run.ts';
import { parseBaseline, writeBaseline } from './parse-baseline.ts';
import { makeBaseline } from './testing/make-runs.ts';

const calls = { ok: 3, 'wrong-answer': 0, 'tool-error': 0, 'protocol-error': 0, timeout: 0 };

function measured(id: string, samplesMs?: readonly (readonly number[])[]): Measurement {
  const [suite = '', test = ''] = id.split('/');
  return {
    id,
    suite,
    test,
    server: 'server',
    state: 'measured',
    calls,
    processes: [{ n: 3, p25Ms: 1, p50Ms: 2, meanMs: 2, p95Ms: undefined, cpuMsPerCall: 0.5 }],
    latency: {
      n: 3,
      minMs: 1,
      p25Ms: 1,
      p50Ms: 2,
      p90Ms: 3,
      maxMs: 3,
      meanMs: 2,
      sdMs: 1,
      cvPercent: 50,
      outlierPercent: 0,
      histogram: {},
    },
    throughputPerSecond: 500,
    cpuMsPerCall: 0.5,
    samplesMs,
  };
}

function resultOf(benchmarks: readonly Measurement[], over: Partial<BenchmarkResult> = {}): BenchmarkResult {
  return {
    schemaVersion: 1,
    kind: 'benchmark',
    harness: { version: '1.0.0', node: '24.1.0', platform: 'linux-x64' },
    config: {},
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 10,
    complete: true,
    machine: {
      platform: 'linux-x64',
      kernel: '6.1',
      node: '24.1.0',
      cpuModel: 'CPU A',
      cores: 2,
      memoryBytes: 1,
      governor: undefined,
    },
    loadBefore: { loadAverage: 0 },
    loadAfter: { loadAverage: 0 },
    settings: {
      load: { kind: 'closed', concurrency: 4 },
      processes: 1,
      measureMs: 1,
      warmupMs: 0,
      minimumSamples: 1,
      calibrate: true,
      keepSamples: true,
    },
    servers: ['server', 'another'].map((name) => ({
      name,
      target: name,
      protocolVersion: undefined,
      serverInfo: undefined,
      startupMs: [40],
      peakMemoryBytes: [1e6],
    })),
    benchmarks,
    references: [
      { name: 'compute', processes: [{ n: 1, p25Ms: 1, p50Ms: 1, meanMs: 1, cpuMsPerCall: 1 }] },
      { name: 'echo', processes: [] },
    ],
    findings: [
      { rule: 'a', severity: 'error', message: 'of ours', count: 1, server: 'server', sample: 'secret' },
      { rule: 'b', severity: 'error', message: 'of another', count: 1, server: 'another' },
    ],
    warnings: [],
    verdict: 'passed',
    exitCode: 0,
    ...over,
  };
}

const failed: Measurement = {
  id: 'core/bad',
  suite: 'core',
  test: 'bad',
  server: 'server',
  state: 'failed',
  reason: 'x',
  calls,
};

describe('the run that a baseline keeps', () => {
  const result = resultOf([measured('core/echo', [[1, 2], [6]]), measured('other/echo')]);

  it('is that of one suite, with its servers and findings, and no sample of a message', () => {
    const run = makeBaselineRun({ benchmark: result }, 'core', { commit: 'abc', branch: 'main' });
    expect(run).toMatchObject({
      at: '2026-01-02T03:04:05.678Z',
      commit: 'abc',
      branch: 'main',
      green: true,
      load: { kind: 'closed', concurrency: 4 },
      responseTimes: [1, 2, 6],
      outcomes: [{ test: 'core/echo', outcome: 'passed' }],
      contextCost: [],
    });
    expect(run.id).toMatch(/^20260102T030405Z-[0-9a-f]{8}$/);
    expect(run.benchmarks.map(({ id }) => id)).toEqual(['core/echo']);
    expect(run.servers.map(({ name }) => name)).toEqual(['server']);
    expect(run.findings).toEqual([
      { rule: 'a', severity: 'error', message: 'of ours', count: 1, server: 'server' },
    ]);
    expect(run.references.map(({ name }) => name)).toEqual(['compute']);
  });

  it('has the same name whenever it is made, so that it is recorded once', () => {
    expect(makeBaselineRun({ benchmark: result }, 'core').id).toBe(
      makeBaselineRun({ benchmark: result }, 'core').id,
    );
    expect(makeBaselineRun({ benchmark: result }, 'core').id).not.toBe(
      makeBaselineRun({ benchmark: result }, 'other').id,
    );
  });

  it('can be written and read again', async () => {
    const baseline = makeBaseline([makeBaselineRun({ benchmark: result }, 'core')]);
    expect(await parseBaseline(writeBaseline(baseline), 'x')).toEqual(baseline);
  });

  it.each<[string, BenchmarkResult, boolean]>([
    ['all measured', result, true],
    ['a failure in another suite', resultOf([measured('core/echo'), { ...failed, suite: 'other' }]), true],
    ['a failure', resultOf([measured('core/echo'), failed]), false],
    ['cut off', resultOf([measured('core/echo')], { complete: false }), false],
    ['nothing measured', resultOf([]), false],
  ])('is green or not: %s', (_name, one, green) => {
    expect(makeBaselineRun({ benchmark: one }, 'core').green).toBe(green);
  });

  it('takes outcomes and findings from a run of the tests where there is one', () => {
    const tests = {
      suites: [
        {
          name: 'core',
          tests: [
            { id: 'core/echo', outcome: 'passed', flaky: true },
            { id: 'core/sum', outcome: 'failed', flaky: false },
          ],
        },
      ],
      findings: [{ rule: 'c', severity: 'warning', message: 'of the tests', count: 2, server: 'server' }],
    } as unknown as RunResult;
    const run = makeBaselineRun({ benchmark: result, tests }, 'core');
    expect(run.outcomes).toEqual([
      { test: 'core/echo', outcome: 'flaky' },
      { test: 'core/sum', outcome: 'failed' },
    ]);
    expect(run.findings.map(({ rule }) => rule)).toEqual(['a', 'c']);
    expect(run.green).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { BenchmarkResult, Measurement } from '../benchmark/types.ts';
import { complianceSuite } from './run-parts.ts';
import type { RunResult } from '../runner/result.ts';
import { makeBaselineRun } from './make-run.ts';
import { parseBaseline, writeBaseline } from './parse-baseline.ts';
import { makeBaseline, makeContracts } from './testing/make-runs.ts';

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
            { id: 'core/echo', outcome: 'passed', flaky: true, server: 'server' },
            { id: 'core/sum', outcome: 'failed', flaky: false, server: 'server' },
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

  describe('without benchmarks', () => {
    const tests = testsOf('core', { echo: 'passed', sum: 'failed' });

    it('is what the tests say, and can be written and read again', async () => {
      const run = makeBaselineRun({ tests }, 'core', { commit: 'abc' });
      expect(run).toMatchObject({
        at: '2026-01-02T03:04:05.678Z',
        commit: 'abc',
        green: false,
        benchmarks: [],
        responseTimes: [],
        outcomes: [
          { test: 'core/echo', outcome: 'passed' },
          { test: 'core/sum', outcome: 'failed' },
        ],
        findings: [{ rule: 'c', server: 'server', count: 2 }],
      });
      expect(run).not.toHaveProperty('machine');
      expect(run).not.toHaveProperty('load');
      const baseline = makeBaseline([run]);
      expect(await parseBaseline(writeBaseline(baseline), 'x')).toEqual(baseline);
    });

    it('takes a suite under all revisions of the protocol together, and the contract of its server', () => {
      const names = ['core [protocol=2025-06-18]', 'core [protocol=2025-11-25]', 'core-two'];
      const suites = names.flatMap(
        (name) => testsOf(name, { echo: 'passed' }, `server${name.slice(4)}`).suites,
      );
      const [one] = makeContracts([]);
      if (one === undefined) throw new Error('there is one');
      const contracts = new Map([
        ['server', one.contract],
        ['another', one.contract],
      ]);
      const run = makeBaselineRun({ tests: { ...tests, suites }, contracts }, 'core');
      expect(run.outcomes.map(({ test }) => test)).toEqual(names.slice(0, 2).map((name) => `${name}/echo`));
      expect(run.contracts?.map(({ server }) => server)).toEqual(['server']);
    });

    it('takes all of what the specification says of a server, area by area', () => {
      const compliance = testsOf('lifecycle', { 'lifecycle.ping': 'failed' });
      const run = makeBaselineRun({ compliance }, complianceSuite('server'));
      expect(run).toMatchObject({
        green: false,
        outcomes: [{ test: 'lifecycle/lifecycle.ping', outcome: 'failed' }],
      });
    });

    it('may be of contracts alone, which need a time', () => {
      const contracts = new Map(makeContracts([]).map(({ server, contract }) => [server, contract]));
      const at = '2026-01-02T03:04:05.678Z';
      const run = makeBaselineRun({ contracts }, 'core', { contractsTaken: { at, harnessVersion: '1' } });
      expect(run).toMatchObject({ at, green: true, contracts: [{ server: 'server' }], outcomes: [] });
      expect(() => makeBaselineRun({ contracts }, 'core')).toThrow(/needs its time/);
    });

    it('counts a finding of several results once', () => {
      const findings = [
        { rule: 'a', severity: 'error', message: 'of the tests', count: 2, server: 'server' },
      ];
      const again = { ...tests, findings } as unknown as RunResult;
      const run = makeBaselineRun({ benchmark: result, tests: again }, 'core');
      expect(run.findings).toEqual([
        { rule: 'a', severity: 'error', message: 'of ours', count: 3, server: 'server' },
      ]);
    });
  });
});

/** As much of a run of the tests as baselines look at. */
function testsOf(
  name: string,
  outcomes: Readonly<Record<string, 'passed' | 'failed'>>,
  server = 'server',
): RunResult {
  return {
    harness: { version: '1.0.0' },
    startedAt: '2026-01-02T03:04:05.678Z',
    complete: true,
    suites: [
      {
        name,
        tests: Object.entries(outcomes).map(([test, outcome]) => ({
          id: `${name}/${test}`,
          outcome,
          flaky: false,
          server,
        })),
      },
    ],
    findings: [{ rule: 'c', severity: 'warning', message: 'of the tests', count: 2, server }],
  } as unknown as RunResult;
}

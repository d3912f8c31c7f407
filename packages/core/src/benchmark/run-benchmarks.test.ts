import { describe, expect, it } from 'vitest';
import { FakeServers, harnessError, text, toolError } from '../runner/testing/fake-servers.ts';
import type { FakeServer } from '../runner/testing/fake-servers.ts';
import { ManualClock } from '../runner/testing/manual-clock.ts';
import { withPlan } from '../runner/testing/run-yaml.ts';
import { defaultInterleavedSettings } from './interleaved.ts';
import type { BenchmarkProgress } from './progress.ts';
import { runBenchmarks } from './run-benchmarks.ts';
import type { BenchmarkOptions } from './run-benchmarks.ts';
import type { BenchmarkResult, BenchmarkSettings, Measurement } from './types.ts';

const settings: BenchmarkSettings = {
  load: { kind: 'sequential' },
  processes: 3,
  iterations: 30,
  measureMs: 1000,
  warmupMs: 0,
  minimumSamples: 10,
  calibrate: false,
  keepSamples: false,
};

interface Options extends Partial<Omit<BenchmarkOptions, 'settings' | 'compare'>> {
  readonly servers?: Readonly<Record<string, FakeServer>>;
  readonly settings?: Partial<BenchmarkSettings>;
  /** Compare with the fake server called `base`. */
  readonly comparing?: boolean;
  readonly clock?: ManualClock;
}

async function run(
  yaml: string,
  options: Options = {},
): Promise<{
  readonly result: BenchmarkResult;
  readonly servers: FakeServers;
  readonly progress: readonly BenchmarkProgress[];
  readonly benchmark: (test: string) => Measurement;
}> {
  const { servers: scripts, comparing = false, clock = new ManualClock(), ...more } = options;
  const servers = new FakeServers(clock, scripts);
  const progress: BenchmarkProgress[] = [];
  const result = await withPlan(yaml, {}, (plan) =>
    runBenchmarks(plan, {
      env: {},
      harness: { version: '0.0.0', node: 'v24', platform: 'test' },
      snapshots: { mode: 'never', read: async () => undefined, write: async () => undefined },
      connect: servers.connect,
      clock,
      failOn: 'any',
      seed: 1,
      onProgress: (one) => progress.push(one),
      ...(comparing
        ? {
            compare: {
              baseOf: (server) => ({ ...server, session: { ...server.session, name: 'base' } }),
              base: { label: 'main' },
              head: { label: 'this' },
              settings: { ...defaultInterleavedSettings, waitForQuiet: false, pin: false },
            },
          }
        : {}),
      ...more,
      settings: { ...settings, ...more.settings },
    }),
  );
  const benchmark = (test: string): Measurement => {
    const found = result.benchmarks.find((one) => one.test === test);
    if (found === undefined) throw new Error(`there is no ${test}`);
    return found;
  };
  return { result, servers, progress, benchmark };
}

const slow = (ms: number, args = ''): string => `
test_suites:
  - name: speed
    test_cases:
      - { id: slow, tool_name: slow, input_params: { ms: ${ms} }, expected: { text: slow } }
${args}`;

describe('runBenchmarks', () => {
  it('calls each test in fresh processes and tells what its answers took', async () => {
    const { result, servers, benchmark } = await run(slow(7));
    expect(benchmark('slow')).toMatchObject({
      state: 'measured',
      calls: { ok: 30 },
      latency: { n: 30, p50Ms: 7, meanMs: 7, cvPercent: 0 },
      processes: [{ n: 10 }, { n: 10 }, { n: 10 }],
    });
    expect(servers.starts).toBe(3);
    expect(servers.open).toBe(0);
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0, complete: true });
  });

  it('tells no percentile for which there are too few calls', async () => {
    const { benchmark } = await run(slow(1), { settings: { iterations: 59 } });
    expect(benchmark('slow')).toMatchObject({ latency: { p95Ms: undefined } });
    const more = await run(slow(1), { settings: { iterations: 60 } });
    expect(more.benchmark('slow')).toMatchObject({ latency: { p95Ms: 1, p99Ms: undefined } });
  });

  it('ends the measuring with the time of the run and says that it was short', async () => {
    const { benchmark } = await run(slow(1000), { settings: { durationMs: 9000 } });
    expect(benchmark('slow')).toMatchObject({
      state: 'short',
      calls: { ok: 9 },
      reason: '9 of 30 calls in the time allowed',
    });
  });

  it('never takes wrong answers for fast ones', async () => {
    let calls = 0;
    const { result, benchmark } = await run(slow(5), {
      servers: {
        server: {
          tools: {
            slow: () => {
              calls += 1;
              return calls % 10 === 0 ? toolError('overloaded') : text('slow', { takesMs: 5 });
            },
          },
        },
      },
    });
    expect(benchmark('slow')).toMatchObject({ state: 'failed', calls: { 'tool-error': 3 } });
    expect(benchmark('slow')).not.toHaveProperty('latency');
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  it('measures the others when a server dies under one benchmark', async () => {
    const { result, servers, benchmark } = await run(slow(3, '      - { id: bad, tool_name: crash }\n'));
    expect(benchmark('bad')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('exited') as string,
    });
    expect(benchmark('slow')).toMatchObject({ state: 'measured', latency: { p50Ms: 3 } });
    expect(result.exitCode).toBe(1);
    expect(servers.open).toBe(0);
  });

  it('ends with 3 when the server cannot be started, and says why', async () => {
    const { result } = await run(slow(3), {
      servers: {
        server: {
          start: () => {
            throw harnessError('TARGET_NOT_STARTED', 'no such command');
          },
        },
      },
    });
    expect(result).toMatchObject({ verdict: 'errored', exitCode: 3, error: { message: 'no such command' } });
    expect(result.benchmarks[0]).toMatchObject({ state: 'skipped' });
  });

  it('keeps what was measured when it is interrupted, and ends every server', async () => {
    const controller = new AbortController();
    let starts = 0;
    const { result, servers } = await run(slow(3), {
      signal: controller.signal,
      servers: {
        server: {
          start: () => {
            starts += 1;
            if (starts === 3) controller.abort();
          },
        },
      },
    });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 130, complete: false });
    expect(result.benchmarks[0]).toMatchObject({ state: 'short', calls: { ok: 20 } });
    expect(servers.open).toBe(0);
  });

  it('skips what is disabled, what its condition excludes, and what sends no request', async () => {
    const { benchmark } = await run(
      slow(
        3,
        `      - { id: off, enabled: false, tool_name: echo }
      - { id: not-here, skip_if: "server.info.name == 'fake'", tool_name: echo }
`,
      ),
    );
    expect(benchmark('off')).toMatchObject({ state: 'skipped' });
    expect(benchmark('not-here')).toMatchObject({
      state: 'skipped',
      reason: expect.stringContaining('skip_if') as string,
    });
  });

  it('tells how far it is and how long it will still take', async () => {
    const { progress } = await run(slow(10));
    expect(progress.map(({ phase }) => phase)).toEqual([
      'process 1 of 3',
      'process 2 of 3',
      'process 3 of 3',
    ]);
    expect(progress.map(({ done }) => done)).toEqual([0, 1 / 3, 2 / 3]);
    expect(progress[2]?.leftMs).toBeCloseTo((progress[2]?.elapsedMs ?? NaN) / 2);
  });

  it('measures in the same order again with the same seed', async () => {
    const yaml = `
test_suites:
  - name: speed
    test_cases: [${Array.from({ length: 8 }, (_, index) => `{ id: t${index}, tool_name: tool-${index} }`).join(', ')}]
`;
    const tools = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`tool-${index}`, () => text('')]),
    );
    const order = async (seed: number): Promise<readonly string[]> =>
      (await run(yaml, { seed, servers: { server: { tools } } })).servers.log;
    expect(await order(5)).toEqual(await order(5));
    expect(await order(5)).not.toEqual(await order(6));
  });
});

describe('runBenchmarks with a base', () => {
  const byMs = (ms: number): FakeServer => ({
    tools: { slow: () => text('slow', { takesMs: ms }) },
  });
  const compared = (result: BenchmarkResult): unknown =>
    result.comparison?.benchmarks.find(({ id }) => id === 'speed/slow');

  it('calls a slower head regressed, with its size, its severity and where it stands', async () => {
    const { result, servers } = await run(slow(0), {
      comparing: true,
      servers: { base: byMs(2), server: byMs(2.6) },
    });
    expect(compared(result)).toMatchObject({
      verdict: 'regressed',
      severity: 'warning',
      sentence: expect.stringMatching(/^regressed: .*\+30 %/) as string,
      location: { line: 6 },
    });
    expect(result).toMatchObject({
      verdict: 'regressed',
      exitCode: 1,
      comparison: { stages: { pairs: [8, 14] }, base: { label: 'main' }, notPinned: 'it was not asked for' },
    });
    expect(servers.open).toBe(0);
  });

  it('leaves a regression that is not severe enough to the reader', async () => {
    const { result } = await run(slow(0), {
      comparing: true,
      failOn: 'error',
      servers: { base: byMs(2), server: byMs(2.6) },
    });
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(compared(result)).toMatchObject({ verdict: 'regressed' });
  });

  it('calls a faster head improved', async () => {
    const { result } = await run(slow(0), { comparing: true, servers: { base: byMs(2.6), server: byMs(2) } });
    expect(compared(result)).toMatchObject({ verdict: 'improved' });
    expect(result.exitCode).toBe(0);
  });

  it('calls the same server unchanged, and measures nothing twice', async () => {
    const { result } = await run(slow(0), { comparing: true, servers: { base: byMs(2), server: byMs(2) } });
    expect(compared(result)).toMatchObject({ verdict: 'unchanged' });
    expect(result.comparison?.stages).toEqual({ pairs: [8, 0], suspects: 0 });
  });

  it('says inconclusive of a base whose calls fail, and fails for a head whose calls do', async () => {
    const broken: FakeServer = { tools: { slow: () => ({ ...toolError('no'), takesMs: 1 }) } };
    const base = await run(slow(0), { comparing: true, servers: { base: broken, server: byMs(2) } });
    expect(compared(base.result)).toMatchObject({
      verdict: 'inconclusive',
      sentence: expect.stringContaining('base: ') as string,
    });
    expect(base.result.exitCode).toBe(0);
    const head = await run(slow(0), { comparing: true, servers: { base: byMs(2), server: broken } });
    expect(head.result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(head.result.benchmarks[0]).toMatchObject({ state: 'failed' });
  });

  it('ends both servers when it is interrupted in a pair', async () => {
    const controller = new AbortController();
    let starts = 0;
    const { result, servers } = await run(slow(0), {
      comparing: true,
      signal: controller.signal,
      servers: {
        base: byMs(2),
        server: {
          ...byMs(2),
          start: () => {
            starts += 1;
            if (starts === 4) controller.abort();
          },
        },
      },
    });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 130 });
    // Two pairs support no verdict, and are not thrown away.
    expect(compared(result)).toMatchObject({
      verdict: 'inconclusive',
      metrics: expect.arrayContaining([expect.objectContaining({ logRatios: [0, 0] })]) as unknown,
    });
    expect(servers.open).toBe(0);
  });
});

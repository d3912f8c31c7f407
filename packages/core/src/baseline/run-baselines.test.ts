import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../runner/result.ts';
import { defaultRetention } from './apply-event.ts';
import { complianceSuite } from './run-parts.ts';
import { RunBaselines, type FoundParts, type RunBaselinesOptions } from './run-baselines.ts';
import { defaultBaselineSettings } from './settings.ts';
import { openBaselineStore } from './stores/open.ts';
import { makeContracts } from './testing/make-runs.ts';

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-run-baselines-'));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function open(directory: string, over: Partial<RunBaselinesOptions> = {}): Promise<RunBaselines> {
  const store = await openBaselineStore('file', { directory }, { retention: defaultRetention });
  return await RunBaselines.open({
    mode: 'update',
    suites: ['core'],
    store,
    settings: defaultBaselineSettings(directory),
    author: () => ({ by: 'somebody', now: Date.UTC(2026, 0, 2) }),
    ...over,
  });
}

let made = 0;

/** As much of a run of the tests as baselines look at; each is a moment later than the one before. */
function tests(outcome: 'passed' | 'failed', over: Partial<RunResult> = {}): RunResult {
  made += 1;
  return {
    harness: { version: '1.0.0' },
    startedAt: new Date(Date.UTC(2026, 0, 2) + made * 1000).toISOString(),
    complete: true,
    exitCode: outcome === 'passed' ? 0 : 1,
    suites: [{ name: 'core', tests: [{ id: 'core/echo', outcome, flaky: false, server: 'server' }] }],
    servers: [{ name: 'server' }],
    findings: [],
    ...over,
  } as unknown as RunResult;
}

const contracts = (required: readonly string[]) =>
  new Map(makeContracts(required).map(({ server, contract }) => [server, contract]));

/** A benchmark run of which nothing can be kept. */
const failedBenchmark = {
  harness: { version: '1.0.0' },
  startedAt: '2026-01-02T00:00:00Z',
  complete: true,
  exitCode: 1,
  machine: {},
  settings: { load: { kind: 'sequential' } },
  servers: [],
  references: [],
  benchmarks: [
    { id: 'core/echo', suite: 'core', server: 'server', state: 'failed', reason: 'a wrong answer' },
  ],
  findings: [],
} as unknown as FoundParts['benchmark'];

describe('the baselines of a run', () => {
  it('of tests alone live: established, told what fails newly and is fixed, each recorded', async () => {
    const directory = newFolder();
    const told = [];
    for (const outcome of ['passed', 'failed', 'failed', 'passed'] as const) {
      const baselines = await open(directory);
      const [one] = await baselines.conclude({ tests: tests(outcome) }, {});
      told.push([one?.action?.kind, one?.outcomes.newlyFailing, one?.outcomes.fixed, one?.failures.length]);
    }
    expect(told).toEqual([
      ['established', [], [], 0],
      ['recorded', ['core/echo'], [], 1],
      ['recorded', [], [], 0],
      ['recorded', [], ['core/echo'], 0],
    ]);
    const kept = (await open(directory)).storedOf('core');
    expect(kept?.history).toHaveLength(4);
    expect(kept?.response_times).toEqual([]);
  });

  it('may begin with failures, so that a project that has some hears of new ones', async () => {
    const baselines = await open(newFolder(), { mode: 'establish' });
    const [one] = await baselines.conclude({ tests: tests('failed') }, {});
    expect(one?.action).toEqual({ kind: 'established', reasons: [] });
  });

  it.each<[string, FoundParts, RegExp]>([
    ['tests that were cut off', { tests: tests('passed', { complete: false }) }, /cut off/],
    ['benchmarks that failed', { benchmark: failedBenchmark }, /core\/echo: a wrong answer/],
  ])('refuse %s', async (_name, found, reason) => {
    const [one] = await (await open(newFolder())).conclude(found, {});
    expect(one?.action?.kind).toBe('refused');
    expect(one?.action?.reasons.join()).toMatch(reason);
  });

  it('keep what tests say when the benchmarks beside them are no measure', async () => {
    const directory = newFolder();
    const [one] = await (
      await open(directory)
    ).conclude({ benchmark: failedBenchmark, tests: tests('failed') }, {});
    expect(one?.action).toEqual({
      kind: 'established',
      reasons: expect.arrayContaining(['its benchmarks are left out: core/echo: a wrong answer']) as string[],
    });
    expect((await open(directory)).storedOf('core')?.approved.run).toMatchObject({
      benchmarks: [],
      outcomes: [{ test: 'core/echo', outcome: 'failed' }],
    });
  });

  it('of what the specification says of a server lie beside those of suites', async () => {
    const directory = newFolder();
    const suites = ['core', complianceSuite('server')];
    const found = async (requirement: 'passed' | 'failed') => {
      const baselines = await open(directory, { suites });
      const area = {
        suites: [
          {
            name: 'lifecycle',
            tests: [{ id: 'lifecycle/ping', outcome: requirement, flaky: false, server: 'server' }],
          },
        ],
      };
      return await baselines.conclude(
        { tests: tests('passed'), compliance: [tests('passed', area as unknown as Partial<RunResult>)] },
        {},
      );
    };
    await found('passed');
    expect((await found('failed')).map(({ suite, outcomes }) => [suite, outcomes.newlyFailing])).toEqual([
      ['core', []],
      ['compliance of server', ['lifecycle/ping']],
    ]);
  });

  it('tell a break of the contract at every run, or with `newest` until it was recorded', async () => {
    for (const [base, told] of [
      ['approved', [1, 1]],
      ['newest', [1, 0]],
    ] as const) {
      const directory = newFolder();
      const failures = [];
      for (const required of [[], ['why'], ['why']]) {
        const baselines = await open(directory, { since: base });
        const [one] = await baselines.conclude(
          { tests: tests('passed'), contracts: contracts(required) },
          {},
        );
        failures.push(one?.failures.length);
      }
      expect([base, failures]).toEqual([base, [0, ...told]]);
    }
  });

  it.each([130, 3] as const)('say nothing of a run that ended with %i', async (exitCode) => {
    const baselines = await open(newFolder());
    expect(await baselines.conclude({ tests: tests('failed', { exitCode }) }, {})).toEqual([]);
  });

  it.each([
    ['an error with a hint how to make one', 'Make one with baseline: cache.', /no baseline of "core"/],
    ['a result where that is no fault', undefined, undefined],
  ])('that are none are %s', async (_name, hintWithoutBaseline, message) => {
    const opened = open(newFolder(), { mode: 'compare', hintWithoutBaseline });
    if (message !== undefined) return await expect(opened).rejects.toThrow(message);
    const [one] = await (await opened).conclude({ tests: tests('passed') }, {});
    return expect(one).toMatchObject({ baseline: undefined, failures: [] });
  });

  it('that cannot be read are an error, or told and taken away by somebody', async () => {
    const directory = newFolder();
    await (await open(directory)).conclude({ tests: tests('passed') }, {});
    writeFileSync(join(directory, 'core', 'baseline.json'), '{');
    await expect(open(directory)).rejects.toThrow(/corrupt/);
    const told: string[] = [];
    const baselines = await open(directory, {
      onUnreadable: ({ code }, suite) => {
        told.push(`${suite}: ${code}`);
        rmSync(join(directory, suite), { recursive: true });
      },
    });
    const [one] = await baselines.conclude({ tests: tests('passed') }, {});
    expect(told).toEqual(['core: IO_READ']);
    expect(one?.action?.kind).toBe('established');
  });
});

import {
  defaultRetention,
  defaultValidity,
  establishBaseline,
  makeBaselineRun,
  openBaselineStore,
} from '@mcp-test-harness/core/baseline';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Occurrence } from '../../alerts/define.ts';
import { ManualClock } from '../../clock/testing/manual-clock.ts';
import { openStore, type Store } from '../../store/index.ts';
import { aRun } from '../../store/testing/runs.ts';
import { temporaryFolders } from '../../testing/folders.ts';
import { until } from '../../testing/mcp-server.ts';
import type { RunSummary, RunVerdict } from '../define.ts';
import { rememberingLogger } from '../testing/logger.ts';
import { emptyPlan } from '../testing/plan.ts';
import { settingsIn } from '../testing/settings.ts';
import { collectSummary } from './collect.ts';
import type { SummaryDocument } from './define.ts';
import { trendPercent } from './p95-trend.ts';
import type { Period } from './period.ts';
import { renderSummary } from './render.ts';
import { startSummaries } from './start-summaries.ts';

const folder = temporaryFolders();
const day = 86_400_000;
const period: Period = {
  kind: 'daily',
  key: '2026-11-25',
  from: Date.parse('2026-11-25T00:00:00Z'),
  until: Date.parse('2026-11-26T00:00:00Z'),
};

interface World {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly root: string;
}

async function world(start = '2026-11-25T01:00:00Z'): Promise<World> {
  const root = folder();
  const clock = new ManualClock(start);
  return { root, clock, store: await openStore({ file: join(root, 'store.db'), clock: clock.now }) };
}

let runs = 0;

/** A run that ended so, now. */
async function ended(
  { store, clock }: World,
  verdict: RunVerdict,
  more: { readonly suite?: string; readonly p95Ms?: number; readonly message?: string } = {},
): Promise<void> {
  const { suite = 'core', p95Ms = 100, message = 'expected this, got that' } = more;
  runs += 1;
  await store.runs.enqueue(aRun(`run ${runs}`));
  const claim = (await store.runs.claim({ owner: 'x', leaseMs: 1000 })) ?? expect.unreachable();
  const isBad = verdict !== 'passed';
  const summary: RunSummary = {
    version: 1,
    kind: 'test',
    verdict,
    startedAt: clock.now(),
    durationMs: 10,
    suites: [
      {
        suite,
        server: 'demo',
        passed: isBad ? 3 : 4,
        failed: verdict === 'failed' ? 1 : 0,
        errored: verdict === 'errored' ? 1 : 0,
        skipped: 1,
        flaky: 0,
        retries: 0,
        violations: {},
        latency: { n: 4, p50Ms: p95Ms / 2, p95Ms, p99Ms: p95Ms },
        baselineP95Ms: undefined,
      },
    ],
    failures:
      verdict === 'passed' ? [] : [{ test: `${suite}/echo`, outcome: verdict, message, location: undefined }],
    regressions: isBad
      ? [{ id: `${suite}/echo`, metric: 'latency', changePercent: 40 + runs, severity: 'warning' }]
      : [],
    notes: [],
    reports: [],
  };
  await store.runs.finish(claim, { verdict, summary: JSON.parse(JSON.stringify(summary)) as never });
}

const collect = ({ store, root }: World, trend = true): Promise<SummaryDocument> =>
  collectSummary(period, { store, baselineDir: join(root, 'baselines'), timezone: 'UTC', trend });

describe('what happened in a period', () => {
  it('is counted by run and by test, the worst suite first', async () => {
    const w = await world();
    await ended(w, 'passed', { suite: 'good' });
    await ended(w, 'failed', { suite: 'bad' });
    await w.clock.advance(1000);
    await ended(w, 'errored', { suite: 'bad', p95Ms: 300, message: 'the latest' });
    const { run } = await w.store.runs.enqueue(aRun('cancelled'));
    await w.store.runs.cancel(run.id);
    await w.store.serverHealth.save({
      server: 'demo',
      state: 'down',
      consecutiveFailures: 5,
      since: w.clock.now(),
      lastProbeAt: w.clock.now(),
      nextProbeAt: w.clock.now(),
      lastError: 'no answer',
      version: 0,
    });
    await w.clock.advance(day);
    await ended(w, 'passed');
    expect(await collect(w)).toMatchObject({
      period: 'daily',
      key: '2026-11-25',
      runs: { total: 4, passed: 1, failed: 1, errored: 1, lost: 0, cancelled: 1, skipped: 0 },
      tests: { passed: 10, failed: 1, errored: 1, skipped: 3 },
      successRate: 10 / 12,
      suites: [
        { suite: 'bad', server: 'demo', runs: 2, successRate: 6 / 8, p95Ms: 200 },
        { suite: 'good', runs: 1, successRate: 1 },
      ],
      failures: [{ test: 'bad/echo', times: 2, outcome: 'errored', message: 'the latest' }],
      regressions: [{ id: 'bad/echo', changePercent: 40 + runs - 1 }],
      servers: [{ server: 'demo', state: 'down', since: '2026-11-25T01:00:01.000Z' }],
      resultsRead: { read: 3, of: 3 },
    });
    await w.store.close();
  });

  it('tells of a suite that became slower over it', async () => {
    const w = await world();
    for (let n = 0; n < 20; n += 1) {
      await ended(w, 'passed', { p95Ms: 100 + 3 * n + (n % 3) });
      await w.clock.advance(60_000);
    }
    const { trends } = await collect(w);
    expect(trends).toEqual([
      expect.stringMatching(/^the 95th percentile of core on demo went up by 5\d % over this time$/),
    ]);
    await w.store.close();
  });

  it('tells of a drift of 1 % a day over thirty daily benchmarks, though no day differs from the one before', async () => {
    const w = await world();
    const store = await openBaselineStore(
      'file',
      { directory: join(w.root, 'baselines') },
      { retention: defaultRetention },
    );
    for (let n = 0; n < 30; n += 1) {
      const parts = { benchmark: benchmarkOf(new Date(w.clock.now() + n * day), 10 * 1.01 ** n) };
      const run = makeBaselineRun(parts, 'core');
      if (n === 0)
        await establishBaseline(store, parts, 'core', run, defaultValidity, {
          by: 'test',
          now: w.clock.now(),
        });
      else await store.change('core', () => ({ event: 'recorded', run, at: run.at, by: 'test' }));
    }
    const { trends } = await collect(w);
    expect(trends.join('\n')).toMatch(/latency.* of core\/echo drifts up, (0\.9|1\.\d|1) % a day/);
    expect((await collect(w, false)).trends).toEqual([]);
    await w.store.close();
  });

  it('has no trend in noise, nor in few runs', () => {
    const noise = Array.from({ length: 200 }, (_, n) => ({ at: n * 1000, value: 100 + ((n * 7919) % 13) }));
    expect(trendPercent(noise)).toBeUndefined();
    expect(trendPercent([1, 2, 3].map((value) => ({ at: value, value })))).toBeUndefined();
    const rising = noise.map(({ at }, n) => ({ at, value: 100 + n }));
    expect(trendPercent(rising)).toBeCloseTo(199, 0);
  });
});

/** As `runBenchmarks` gives it, as far as baselines look. */
function benchmarkOf(at: Date, ms: number): Parameters<typeof makeBaselineRun>[0]['benchmark'] {
  const processes = [0.99, 1, 1.01, 1, 1].map((factor) => ({
    n: 20,
    p25Ms: ms * factor,
    p50Ms: ms * factor,
    meanMs: ms * factor,
  }));
  const samplesMs = processes.map(({ p50Ms }) =>
    Array.from({ length: 20 }, (_, n) => p50Ms * (1 + (n % 5) / 500)),
  );
  return {
    schemaVersion: 1,
    kind: 'benchmark',
    harness: { version: '1.2.3', node: '24.0.0', platform: 'linux-x64' },
    config: {},
    startedAt: at.toISOString(),
    durationMs: 1000,
    complete: true,
    machine: { platform: 'linux-x64', kernel: '6', node: '24.0.0', cpuModel: 'x', cores: 2, memoryBytes: 1 },
    settings: { load: { kind: 'sequential' } },
    servers: [{ name: 'server', startupMs: [50], peakMemoryBytes: [] }],
    benchmarks: [
      {
        id: 'core/echo',
        suite: 'core',
        test: 'echo',
        server: 'server',
        state: 'measured',
        calls: { ok: 100 },
        processes,
        latency: {
          n: 100,
          minMs: ms,
          p25Ms: ms,
          p50Ms: ms,
          p90Ms: ms,
          p95Ms: ms,
          maxMs: ms,
          meanMs: ms,
          sdMs: ms / 100,
          cvPercent: 1,
          outlierPercent: 0,
          histogram: {},
        },
        throughputPerSecond: 1000 / ms,
        samplesMs,
      },
    ],
    references: [],
    findings: [],
    warnings: [],
    verdict: 'passed',
    exitCode: 0,
  } as never;
}

describe('a summary for people', () => {
  const hostile = '<img src=x onerror=alert(1)> | `code` @everyone \u001b[31m';

  it('takes foreign text for text, in every form', async () => {
    const w = await world();
    await ended(w, 'failed', { suite: hostile, message: hostile });
    const document = await collect(w);
    const html = renderSummary(document, 'html', '1.2.3');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x');
    const markdown = renderSummary(document, 'markdown', '1.2.3');
    for (const markup of ['<img', '@everyone', '\u001b']) expect(markdown).not.toContain(markup);
    expect(renderSummary(document, 'terminal', '1.2.3')).not.toContain('\u001b');
    expect(JSON.parse(renderSummary(document, 'json', '1.2.3'))).toEqual(document);
    await w.store.close();
  });

  it('reads like this on a screen', async () => {
    const w = await world();
    await ended(w, 'passed', { suite: 'good' });
    await ended(w, 'failed', { suite: 'bad', p95Ms: 1500 });
    const text = renderSummary(await collect(w), 'terminal', '1.2.3');
    expect(text.replace(/\+\d+ %/, '+41 %')).toMatchInlineSnapshot(`
      "Daily summary of 2026-11-25: 1 of 2 runs passed, 87.5 % of the tests, 1 slower than their baseline
        From    2026-11-25T00:00:00.000Z
        Until   2026-11-26T00:00:00.000Z (days of UTC)
        Runs    1 passed, 1 failed
        Tests   7 passed, 1 failed, 2 skipped

      Suites
        Suite  Server  Runs  Success  Failed  Errored     p95
        bad    demo       1   75.0 %       1        0   1.5 s
        good   demo       1    100 %       0        0  100 ms

      Tests that did not pass
        Test      Outcome  Last message             Times
        bad/echo  failed   expected this, got that      1

      Slower than their baseline
        Benchmark  Metric   Severity  Change
        bad/echo   latency  warning    +41 %
      "
    `);
    await w.store.close();
  });
});

describe('summaries of a service', () => {
  function start(w: World, owner: string, occurrences: Occurrence[] = []) {
    const settings = () =>
      settingsIn(w.root, emptyPlan, {
        reporting: { outputDir: join(w.root, 'reports'), formats: [], retentionMs: undefined },
      });
    const log = rememberingLogger();
    const running = startSummaries({
      store: w.store,
      settings,
      rules: () => (occurrence) => {
        occurrences.push(occurrence);
        const { period: kind, periodKey } = occurrence as Extract<Occurrence, { type: 'summary' }>;
        return [{ dedupKey: `${kind}:${periodKey}`, channel: 'mail', payload: null }];
      },
      log,
      version: '1.2.3',
      owner,
      clock: w.clock,
    });
    return { ...running, log };
  }

  const filesIn = (w: World, kind: string): readonly string[] => {
    try {
      const names = readdirSync(join(w.root, 'reports', kind));
      return names.filter((name) => !name.startsWith('.')).toSorted();
    } catch {
      return [];
    }
  };

  it('are one a day and one a week, over three replicas and a restart', async () => {
    // A Monday.
    const w = await world('2026-11-16T09:00:00Z');
    await ended(w, 'failed');
    let replicas = ['a', 'b', 'c'].map((owner) => start(w, owner));
    for (let n = 1; n <= 8; n += 1) {
      await w.clock.advance(day);
      await until(() => filesIn(w, 'daily').length === 3 * n);
      if (n === 4) {
        await Promise.all(replicas.map((one) => one.stop()));
        replicas = ['d', 'e', 'f'].map((owner) => start(w, owner));
      }
    }
    await until(() => filesIn(w, 'weekly').length === 3);
    await w.clock.advance(60_000);
    expect(filesIn(w, 'daily').filter((name) => name.endsWith('.json'))).toEqual(
      ['16', '17', '18', '19', '20', '21', '22', '23'].map((date) => `2026-11-${date}.json`),
    );
    expect(filesIn(w, 'weekly')).toEqual(['2026-W47.html', '2026-W47.json', '2026-W47.md']);
    const notes = await w.store.outbox.take({ leaseMs: 1000, limit: 100 });
    expect(notes.map(({ dedupKey }) => dedupKey).toSorted()).toEqual([
      ...['16', '17', '18', '19', '20', '21', '22', '23'].map((date) => `daily:2026-11-${date}`),
      'weekly:2026-W47',
    ]);
    await Promise.all(replicas.map((one) => one.stop()));
    const first = JSON.parse(
      readFileSync(join(w.root, 'reports/daily/2026-11-16.json'), 'utf8'),
    ) as SummaryDocument;
    expect(first.runs).toMatchObject({ total: 1, failed: 1 });
    await w.store.close();
  });

  it('do not begin with a day before the first run', async () => {
    const w = await world('2026-11-26T09:00:00Z');
    await ended(w, 'passed');
    const occurrences: Occurrence[] = [];
    const running = start(w, 'a', occurrences);
    await w.clock.advance(60_000);
    expect([occurrences, filesIn(w, 'daily')]).toEqual([[], []]);
    await w.clock.advance(day);
    await until(() => occurrences.length === 1);
    expect(occurrences[0]).toMatchObject({
      type: 'summary',
      period: 'daily',
      periodKey: '2026-11-26',
      reportPath: 'daily/2026-11-26.html',
      lines: expect.arrayContaining(['1 of 1 run passed, 100 % of the tests']),
    });
    await running.stop();
    await w.store.close();
  });

  it('are made by another replica when the one that had begun is lost', async () => {
    const w = await world('2026-11-25T09:00:00Z');
    await ended(w, 'passed');
    await w.clock.advance(day);
    await w.store.locks.acquire('summary:daily:2026-11-25', 'a replica that is no more', 600_000);
    const running = start(w, 'a');
    await w.clock.advance(300_000);
    expect(filesIn(w, 'daily')).toEqual([]);
    await w.clock.advance(3_600_000);
    await until(() => filesIn(w, 'daily').length === 3);
    await running.stop();
    await w.store.close();
  });
});

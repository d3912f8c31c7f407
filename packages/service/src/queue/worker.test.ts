import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import type { Claim, RunResult, Store } from '../store/index.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { aRun } from '../store/testing/runs.ts';
import type { RunQueue } from './define.ts';
import { createMemoryQueue } from './memory.ts';
import { startWorker, type StopReason, type Worker, type WorkerSettings } from './worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const passed: RunResult = { verdict: 'passed', summary: null };
const leaseMs = 30_000;

/** A run in the hands of a worker, for the test to end. */
interface Execution {
  readonly claim: Claim;
  readonly signal: AbortSignal;
  readonly end: (result: RunResult) => void;
  readonly fail: (error: unknown) => void;
}

describe('a worker', () => {
  let files = 0;
  let clock: ManualClock;
  let store: Store;
  let queue: RunQueue;
  let executions: Execution[];
  let events: string[];
  const workers: Worker[] = [];

  beforeEach(async () => {
    clock = new ManualClock('2026-11-26T12:00:00Z');
    store = await openSqliteStore({ file: join(folder, `${(files += 1)}.db`), clock: clock.now });
    queue = createMemoryQueue(store);
    executions = [];
    events = [];
  });
  afterEach(async () => {
    for (const { fail } of executions) fail(new Error('the test is over'));
    await Promise.all(workers.splice(0).map((worker) => worker.drain(0)));
    expect(await store.checkIntegrity()).toEqual([]);
    await store.close();
  });

  /** One whose runs end when the test says so, or when they are stopped. */
  function start(more: Partial<WorkerSettings> = {}): Worker {
    const worker = startWorker({
      queue,
      owner: 'a',
      concurrency: 2,
      leaseMs,
      pollMs: 5000,
      clock,
      onEvent: (event) => {
        events.push('claim' in event ? `${event.type} ${event.claim.run.key}` : event.type);
      },
      execute: (claim, signal) =>
        new Promise((end, fail) => {
          executions.push({ claim, signal, end, fail });
          signal.addEventListener('abort', () => fail(new Error('stopped')));
        }),
      ...more,
    });
    workers.push(worker);
    return worker;
  }

  const stateOf = async (key: string) => (await store.runs.list()).items.find((run) => run.key === key);
  const stopReason = (index: number) => executions[index]?.signal.reason as StopReason | undefined;

  it('carries runs out, as many at once as it may', async () => {
    for (const key of ['one', 'two', 'three']) await queue.enqueue(aRun(key));
    const worker = start();
    await clock.advance(0);
    expect(worker.active).toBe(2);
    executions[0]?.end(passed);
    await clock.advance(0);
    expect(executions).toHaveLength(3);
    expect(await stateOf(executions[0]?.claim.run.key ?? '')).toMatchObject({
      state: 'finished',
      verdict: 'passed',
    });
  });

  it('begins at once when the queue says that there is work, and finds by itself what others put there', async () => {
    start();
    await clock.advance(1);
    await queue.enqueue(aRun('said'));
    await clock.advance(0);
    expect(executions).toHaveLength(1);
    await store.runs.enqueue(aRun('found'));
    await clock.advance(4000);
    expect(executions).toHaveLength(1);
    await clock.advance(1000);
    expect(executions).toHaveLength(2);
  });

  it('keeps its lease for as long as a run takes', async () => {
    await queue.enqueue(aRun('long'));
    start();
    await clock.advance(10 * leaseMs);
    expect(await store.runs.recover()).toEqual({ requeued: [], failed: [] });
    executions[0]?.end(passed);
    await clock.advance(0);
    expect(await stateOf('long')).toMatchObject({ state: 'finished', attempt: 1 });
  });

  it('lets a run fail that could not be carried out, with its code', async () => {
    await queue.enqueue(aRun('k'));
    start();
    await clock.advance(0);
    executions[0]?.fail(new HarnessError({ code: 'TARGET_EXITED', message: 'the server ended' }));
    await clock.advance(0);
    expect(await stateOf('k')).toMatchObject({
      state: 'failed',
      error: { code: 'TARGET_EXITED', message: 'the server ended' },
    });
  });

  it('lets a run fail whose result the store refuses', async () => {
    await queue.enqueue(aRun('k'));
    start();
    await clock.advance(0);
    executions[0]?.end({ verdict: 'passed', summary: 'x'.repeat(300_000) });
    await clock.advance(0);
    expect(await stateOf('k')).toMatchObject({ state: 'failed', error: { code: 'USAGE' } });
  });

  it('stops a run whose end was asked for', async () => {
    const { run } = await queue.enqueue(aRun('k'));
    start();
    await clock.advance(0);
    await store.runs.cancel(run.id);
    await clock.advance(leaseMs / 3);
    expect(stopReason(0)).toBe('cancelled');
    expect(await stateOf('k')).toMatchObject({ state: 'cancelled' });
  });

  it('stops a run that belongs to somebody else, and stores nothing of it', async () => {
    await queue.enqueue(aRun('k'));
    start();
    await clock.advance(0);
    // As if this worker had slept for longer than its lease: another replica has taken the run back and on.
    for (const { claim } of executions) await store.runs.handBack(claim);
    const other = await store.runs.claim({ owner: 'b', leaseMs });
    await clock.advance(leaseMs / 3);
    expect(stopReason(0)).toBe('lease-lost');
    expect(events).toContain('lost k');
    expect(await stateOf('k')).toMatchObject({ state: 'running', owner: 'b' });
    await store.runs.finish(other as Claim, passed);
  });

  it('stops when the store is silent for longer than the lease', async () => {
    await queue.enqueue(aRun('k'));
    start({ queue: { ...queue, renew: () => Promise.reject(new Error('no answer')) } });
    await clock.advance(leaseMs);
    expect(stopReason(0)).toBeUndefined();
    await clock.advance(leaseMs / 3);
    expect(stopReason(0)).toBe('lease-lost');
  });

  it('stores a result as soon as a silent store is back', async () => {
    await queue.enqueue(aRun('k'));
    let silent = true;
    start({
      queue: {
        ...queue,
        finish: (...args) => (silent ? Promise.reject(new Error('no answer')) : queue.finish(...args)),
      },
    });
    await clock.advance(0);
    executions[0]?.end(passed);
    await clock.advance(5000);
    expect(await stateOf('k')).toMatchObject({ state: 'running' });
    silent = false;
    await clock.advance(1000);
    expect(await stateOf('k')).toMatchObject({ state: 'finished', attempt: 1 });
  });

  it('puts the runs of lost workers back', async () => {
    await queue.enqueue(aRun('k'));
    await store.runs.claim({ owner: 'lost', leaseMs });
    start();
    await clock.advance(2 * leaseMs);
    expect(events).toContain('recovered');
    expect(executions[0]?.claim.run).toMatchObject({ key: 'k', attempt: 2, crashes: 1 });
  });

  describe('that is drained', () => {
    it('claims nothing more and lets runs end within the grace', async () => {
      await queue.enqueue(aRun('running'));
      const worker = start();
      await clock.advance(0);
      const drained = worker.drain(10_000);
      await queue.enqueue(aRun('waiting'));
      await clock.advance(9000);
      executions[0]?.end(passed);
      await drained;
      expect(await stateOf('running')).toMatchObject({ state: 'finished' });
      expect(await stateOf('waiting')).toMatchObject({ state: 'queued', attempt: 0 });
      expect(worker.active).toBe(0);
    });

    it('hands the others back, for another worker to carry out', async () => {
      await queue.enqueue(aRun('k', { crashLimit: 1 }));
      const worker = start();
      await clock.advance(0);
      const drained = worker.drain(10_000);
      await clock.advance(10_000);
      await drained;
      expect(stopReason(0)).toBe('drain');
      expect(events).toEqual(['claimed k', 'handed-back k']);
      start({ owner: 'b' });
      await clock.advance(0);
      executions[1]?.end(passed);
      await clock.advance(0);
      expect(await stateOf('k')).toMatchObject({ state: 'finished', attempt: 2, crashes: 0 });
    });
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import type { Run, Store } from '../store/index.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { ScheduleSettings } from './define.ts';
import { parseSchedule } from './parse.ts';
import { startScheduler, type ScheduledJob, type Scheduler, type SchedulerEvent } from './scheduler.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-scheduler-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minute = 60_000;
const hour = 60 * minute;
const start = '2026-11-26T12:00:00Z';

describe('the scheduler', () => {
  let files = 0;
  let clock: ManualClock;
  let file: string;
  const stores: Store[] = [];
  const schedulers: Scheduler[] = [];
  let events: SchedulerEvent[];
  /** Due instants in the order in which their runs were carried out. */
  let carriedOut: (number | undefined)[];

  beforeEach(() => {
    clock = new ManualClock(start);
    file = join(folder, `${(files += 1)}.db`);
    events = [];
    carriedOut = [];
  });
  afterEach(async () => {
    await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop()));
    for (const store of stores.splice(0)) {
      expect(await store.checkIntegrity()).toEqual([]);
      await store.close();
    }
  });

  /** One replica: its own connection to the same store. */
  async function replica(jobs: readonly ScheduledJob[], faulty = () => false): Promise<Scheduler> {
    const store = await openSqliteStore({ file, clock: clock.now });
    stores.push(store);
    const scheduler = await startScheduler({
      store,
      queue: {
        enqueueDue: (batch) =>
          faulty() ? Promise.reject(new Error('no answer')) : store.schedules.enqueueDue(batch),
      },
      jobs,
      clock,
      onEvent: (event) => events.push(event),
    });
    schedulers.push(scheduler);
    return scheduler;
  }

  function job(settings: Partial<ScheduleSettings> & { readonly id: string }): ScheduledJob {
    const timing = settings.cron === undefined ? { everyMs: 10 * minute } : {};
    return {
      schedule: parseSchedule({ ...timing, ...settings }),
      work: { kind: 'suite', suite: settings.id, request: { suite: settings.id } },
    };
  }

  async function runs(): Promise<readonly Run[]> {
    const page = await stores[0]?.runs.list({}, { limit: 200 });
    return [...(page?.items ?? [])].sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0));
  }

  /** Minutes after the start. */
  const duesOf = async (id = 's') =>
    (await runs())
      .filter((run) => run.scheduleId === id && run.state !== 'skipped')
      .map((run) => ((run.dueAt ?? 0) - Date.parse(start)) / minute);

  /** Ends whatever waits, so that nothing overlaps. */
  async function finishAll(): Promise<void> {
    for (;;) {
      const claim = await stores[0]?.runs.claim({ owner: 'w', leaseMs: hour });
      if (claim === undefined) return;
      carriedOut.push(claim.run.dueAt);
      await stores[0]?.runs.finish(claim, { verdict: 'passed', summary: null });
    }
  }

  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += minute) {
      await clock.advance(minute);
      await finishAll();
    }
  }

  it('enqueues a run the moment it is due, with all that it needs', async () => {
    await replica([job({ id: 's' })]);
    await clock.advance(10 * minute - 1);
    expect(await runs()).toEqual([]);
    await clock.advance(1);
    expect(await runs()).toMatchObject([
      {
        key: 's@2026-11-26T12:10:00.000Z',
        kind: 'suite',
        suite: 's',
        scheduleId: 's',
        state: 'queued',
        dueAt: Date.parse(start) + 10 * minute,
        createdAt: Date.parse(start) + 10 * minute,
      },
    ]);
    expect(events).toEqual([{ type: 'due', scheduleId: 's', enqueued: 1, skipped: 0, dropped: 0, lagMs: 0 }]);
  });

  it('enqueues each due instant once, however many replicas look', async () => {
    const jobs = [job({ id: 's' }), job({ id: 't', everyMs: 7 * minute, jitterMs: 3 * minute })];
    await Promise.all([replica(jobs), replica(jobs), replica(jobs)]);
    await pass(hour);
    expect(await duesOf('s')).toEqual([10, 20, 30, 40, 50, 60]);
    const dues = await duesOf('t');
    expect(dues.length).toBeGreaterThanOrEqual(8);
    expect(new Set(dues).size).toBe(dues.length);
    expect(events.every((event) => event.type === 'due' && event.skipped === 0)).toBe(true);
    expect(events.reduce((sum, event) => sum + (event.type === 'due' ? event.enqueued : 0), 0)).toBe(
      (await runs()).length,
    );
  });

  it('goes on when a replica ends, and does not begin anew when one starts', async () => {
    const first = await replica([job({ id: 's' })]);
    await pass(15 * minute);
    await replica([job({ id: 's' })]);
    await first.stop();
    await pass(20 * minute);
    expect(await duesOf()).toEqual([10, 20, 30]);
  });

  it.each([
    ['none', { policy: 'none' }, []],
    ['one', { policy: 'one' }, [50]],
    ['all', { policy: 'all', limit: 3 }, [30, 40, 50]],
  ] as const)('catches up %s after a time without any replica', async (_name, catchUp, dues) => {
    const jobs = [job({ id: 's', catchUp, overlap: 'queue' })];
    await (await replica(jobs)).stop();
    await clock.advance(55 * minute);
    await replica(jobs);
    await pass(minute);
    expect(await duesOf()).toEqual(dues);
    expect(carriedOut).toEqual(dues.map((due) => Date.parse(start) + due * minute));
    expect(events).toMatchObject([{ type: 'due', dropped: 5 - dues.length }]);
    await pass(4 * minute);
    expect(await duesOf()).toEqual([...dues, 60]);
  });

  it('skips what is due while an earlier run is not over, and says so in the history', async () => {
    await replica([job({ id: 's', overlap: 'skip' })]);
    await clock.advance(10 * minute);
    await clock.advance(10 * minute);
    await finishAll();
    await clock.advance(10 * minute);
    expect((await runs()).map((run) => [run.state, run.error?.code])).toEqual([
      ['finished', undefined],
      ['skipped', 'overlap'],
      ['queued', undefined],
    ]);
  });

  it('lets one wait while an earlier run is not over, when asked to', async () => {
    await replica([job({ id: 's', overlap: 'queue' })]);
    await clock.advance(10 * minute);
    const claim = await stores[0]?.runs.claim({ owner: 'w', leaseMs: hour });
    await clock.advance(20 * minute);
    expect((await runs()).map((run) => run.state)).toEqual(['running', 'queued', 'skipped']);
    expect(await stores[0]?.runs.claim({ owner: 'v', leaseMs: hour })).toBeUndefined();
    if (claim !== undefined) await stores[0]?.runs.finish(claim, { verdict: 'passed', summary: null });
    expect((await stores[0]?.runs.claim({ owner: 'v', leaseMs: hour }))?.run.dueAt).toBe(
      Date.parse(start) + 20 * minute,
    );
  });

  it('loses nothing while the store does not answer', async () => {
    let silent = false;
    await replica([job({ id: 's', overlap: 'queue', catchUp: { policy: 'all', limit: 9 } })], () => silent);
    await pass(10 * minute);
    silent = true;
    await pass(25 * minute);
    silent = false;
    await pass(5 * minute);
    expect(await duesOf()).toEqual([10, 20, 30, 40]);
    expect(events.some((event) => event.type === 'store-fault')).toBe(true);
  });

  it('takes over changed, new and removed schedules', async () => {
    const scheduler = await replica([job({ id: 'kept' }), job({ id: 'changed' }), job({ id: 'gone' })]);
    await pass(10 * minute);
    await scheduler.replace([
      job({ id: 'kept' }),
      job({ id: 'changed', cron: '15 * * * *' }),
      job({ id: 'new', everyMs: 5 * minute }),
    ]);
    await pass(10 * minute);
    expect(await duesOf('kept')).toEqual([10, 20]);
    expect(await duesOf('changed')).toEqual([10, 15]);
    expect(await duesOf('gone')).toEqual([10]);
    expect(await duesOf('new')).toEqual([15, 20]);
  });

  it('enqueues nothing more once it is stopped', async () => {
    const scheduler = await replica([job({ id: 's' })]);
    await scheduler.stop();
    await clock.advance(hour);
    expect(await runs()).toEqual([]);
  });

  it('has nothing to do without jobs', async () => {
    await replica([]);
    await clock.advance(hour);
    expect(await runs()).toEqual([]);
  });
});

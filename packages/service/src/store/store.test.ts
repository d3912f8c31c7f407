/** What both stores promise. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultLimitBytes, type Claim, type Store } from './define.ts';
import { aRun } from './testing/runs.ts';
import { storeKinds, TestClock } from './testing/stores.ts';

const leaseMs = 30_000;
const result = { verdict: 'passed', summary: { passed: 3 }, reportPath: 'runs/1/report.html' };

for (const kind of storeKinds) {
  const title = kind.absent === undefined ? kind.name : `${kind.name} (skipped: ${kind.absent})`;
  describe.skipIf(kind.absent !== undefined)(`a store in ${title}`, () => {
    let clock: TestClock;
    let store: Store;
    let replica: Store;

    beforeEach(async () => {
      clock = new TestClock();
      const place = kind.place();
      // At once, as replicas start: only one of them may make the tables.
      [store, replica] = await Promise.all([place.open(clock), place.open(clock)]);
    });
    afterEach(async () => {
      expect(await store.checkIntegrity()).toEqual([]);
      await Promise.all([store.close(), replica.close()]);
    });

    async function claimed(from: Store = store, owner = 'a'): Promise<Claim> {
      const claim = await from.runs.claim({ owner, leaseMs });
      if (claim === undefined) throw new Error('nothing to claim');
      return claim;
    }

    describe('runs', () => {
      it('keeps all that is asked of a run', async () => {
        const wanted = aRun('k', {
          request: { text: 'ä \0 💥', deep: [1, null] },
          scheduleId: 'hourly',
          dueAt: clock.time,
          overlapKey: 'hourly',
          availableAt: clock.time + 5,
          priority: 2,
          crashLimit: 1,
          requestedBy: 'ci-system',
        });
        const { run, created } = await store.runs.enqueue(wanted);
        expect(created).toBe(true);
        expect(await replica.runs.get(run.id)).toEqual(run);
        expect(run).toMatchObject({ ...wanted, state: 'queued', attempt: 0, createdAt: clock.time });
      });

      it('takes two runs with one key for one run, over replicas too', async () => {
        const answers = await Promise.all(
          [store, replica, store, replica].map((one) => one.runs.enqueue(aRun('same'))),
        );
        expect(answers.filter((answer) => answer.created)).toHaveLength(1);
        expect(new Set(answers.map((answer) => answer.run.id)).size).toBe(1);
      });

      it('gives each run to one claimer, whoever asks at once', async () => {
        for (let n = 0; n < 8; n += 1) await store.runs.enqueue(aRun(`k${n}`));
        const claims = await Promise.all(
          Array.from({ length: 12 }, (_, n) =>
            (n % 2 === 0 ? store : replica).runs.claim({ owner: `w${n}`, leaseMs }),
          ),
        );
        const ids = claims.flatMap((claim) => (claim === undefined ? [] : [claim.run.id]));
        expect(ids).toHaveLength(8);
        expect(new Set(ids).size).toBe(8);
      });

      it('claims by priority, then by age, and not before a run is available', async () => {
        await store.runs.enqueue(aRun('later', { availableAt: clock.time + 1000 }));
        await store.runs.enqueue(aRun('first'));
        clock.advance(1);
        await store.runs.enqueue(aRun('second'));
        await store.runs.enqueue(aRun('urgent', { priority: 1 }));
        const order: string[] = [];
        for (let claim = await store.runs.claim({ owner: 'a', leaseMs }); claim !== undefined;) {
          order.push(claim.run.key);
          claim = await store.runs.claim({ owner: 'a', leaseMs });
        }
        expect(order).toEqual(['urgent', 'first', 'second']);
        clock.advance(1000);
        expect((await claimed()).run.key).toBe('later');
      });

      it('claims a named run only', async () => {
        await store.runs.enqueue(aRun('one'));
        const { run } = await store.runs.enqueue(aRun('two'));
        const claim = await store.runs.claim({ owner: 'a', leaseMs, runId: run.id });
        expect(claim?.run.key).toBe('two');
        expect(await store.runs.claim({ owner: 'a', leaseMs, runId: run.id })).toBeUndefined();
      });

      it('never runs two of one overlap key at once, the others wait for their turn', async () => {
        for (const key of ['one', 'two', 'three']) await store.runs.enqueue(aRun(key, { overlapKey: 'x' }));
        const claims = await Promise.all(
          [store, replica, store, replica].map((one, n) => one.runs.claim({ owner: `w${n}`, leaseMs })),
        );
        const got = claims.filter((claim) => claim !== undefined);
        expect(got).toHaveLength(1);
        for (const claim of got) await store.runs.finish(claim, result);
        await claimed();
        expect(await store.runs.claim({ owner: 'b', leaseMs })).toBeUndefined();
      });

      it('finishes a run with its result and shows the result apart from the run', async () => {
        await store.runs.enqueue(aRun('k'));
        const claim = await claimed();
        clock.advance(500);
        expect(await store.runs.finish(claim, result)).toBe(true);
        expect(await replica.runs.get(claim.run.id)).toMatchObject({
          state: 'finished',
          verdict: 'passed',
          reportPath: 'runs/1/report.html',
          startedAt: clock.time - 500,
          endedAt: clock.time,
          owner: undefined,
        });
        expect(await replica.runs.result(claim.run.id)).toEqual(result);
      });

      it('says yes again to a worker that lost the answer, and stores nothing twice', async () => {
        for (const key of ['finished', 'failed', 'back']) await store.runs.enqueue(aRun(key));
        const [finished, failed, back] = [await claimed(), await claimed(), await claimed()];
        const told = [{ dedupKey: 'told', channel: 'email', payload: null }];
        for (let n = 0; n < 2; n += 1) {
          expect(await store.runs.finish(finished, { ...result, summary: n }, told)).toBe(true);
          expect(await store.runs.fail(failed, { code: `x${n}`, message: 'x' })).toBe(true);
          expect(await store.runs.handBack(back)).toBe(true);
          clock.advance(1);
        }
        expect(await store.runs.result(finished.run.id)).toMatchObject({ summary: 0 });
        expect(await store.runs.get(failed.run.id)).toMatchObject({ error: { code: 'x0' } });
        expect(await store.outbox.counts()).toMatchObject({ pending: 1 });
        for (const claim of [failed, back]) expect(await store.runs.finish(claim, result)).toBe(false);
        // Of an attempt that is over it stays true, whoever has the run now.
        await claimed(replica, 'b');
        expect(await store.runs.handBack(back)).toBe(true);
      });

      it('refuses a result that is too large, and the run goes on', async () => {
        await store.runs.enqueue(aRun('k'));
        const claim = await claimed();
        const summary = 'x'.repeat(resultLimitBytes);
        await expect(store.runs.finish(claim, { verdict: 'passed', summary })).rejects.toMatchObject({
          code: 'USAGE',
          message: `the result of a run has ${resultLimitBytes + 2} bytes, the store takes ${resultLimitBytes}`,
        });
        expect(await store.runs.finish(claim, result)).toBe(true);
      });

      it('refuses names that PostgreSQL could not hold', async () => {
        await expect(store.runs.enqueue(aRun('nul\0'))).rejects.toMatchObject({ code: 'USAGE' });
      });

      it('keeps what a failure says harmless and short', async () => {
        await store.runs.enqueue(aRun('k'));
        const claim = await claimed();
        await store.runs.fail(claim, { code: 'TARGET_EXITED', message: `\0\ud800${'y'.repeat(9000)}` });
        const run = await store.runs.get(claim.run.id);
        expect(run).toMatchObject({ state: 'failed', error: { code: 'TARGET_EXITED' } });
        expect(run?.error?.message).toHaveLength(2000 + '… (9002 characters)'.length);
      });

      it('hands a run back without counting it against it', async () => {
        await store.runs.enqueue(aRun('k', { crashLimit: 1 }));
        const first = await claimed(store, 'a');
        expect(await store.runs.handBack(first)).toBe(true);
        const second = await claimed(replica, 'b');
        expect(second.run).toMatchObject({ key: 'k', attempt: 2, crashes: 0 });
        expect(await store.runs.finish(first, result)).toBe(false);
        expect(await replica.runs.finish(second, result)).toBe(true);
        expect(await store.runs.attempts(second.run.id)).toMatchObject([
          { attempt: 1, owner: 'a', endedAs: 'handed-back' },
          { attempt: 2, owner: 'b', endedAs: 'finished' },
        ]);
      });

      it('keeps a lease as long as it is renewed', async () => {
        await store.runs.enqueue(aRun('k'));
        const claim = await claimed();
        for (let n = 0; n < 3; n += 1) {
          clock.advance(leaseMs - 1);
          expect(await store.runs.renew(claim, leaseMs)).toEqual({ held: true, cancelRequested: false });
          expect(await replica.runs.recover()).toEqual({ requeued: [], failed: [] });
        }
      });

      it('takes a run back when its lease ran out; its late worker changes nothing', async () => {
        await store.runs.enqueue(aRun('k'));
        const late = await claimed(store, 'a');
        clock.advance(leaseMs + 1);
        const recovered = await Promise.all([store.runs.recover(), replica.runs.recover()]);
        expect(recovered.flatMap((one) => one.requeued)).toHaveLength(1);
        const next = await claimed(replica, 'b');
        expect(next.run).toMatchObject({ id: late.run.id, attempt: 2, crashes: 1 });
        expect(await store.runs.renew(late, leaseMs)).toEqual({ held: false, cancelRequested: false });
        expect(await store.runs.finish(late, result)).toBe(false);
        expect(await store.runs.fail(late, { code: 'x', message: 'x' })).toBe(false);
        expect(await store.runs.handBack(late)).toBe(false);
        expect(await replica.runs.finish(next, result)).toBe(true);
      });

      it('gives a run up when its workers are lost too often', async () => {
        await store.runs.enqueue(aRun('k', { crashLimit: 2 }));
        await claimed();
        clock.advance(leaseMs + 1);
        expect((await store.runs.recover()).requeued).toHaveLength(1);
        await claimed();
        clock.advance(leaseMs + 1);
        const { failed } = await store.runs.recover();
        expect(failed).toMatchObject([
          {
            state: 'failed',
            crashes: 2,
            error: { code: 'crashed', message: 'its worker was lost too often' },
          },
        ]);
      });

      it('cancels what waits at once, and tells the worker of what runs', async () => {
        const waiting = await store.runs.enqueue(aRun('waiting', { availableAt: clock.time + 1 }));
        await store.runs.enqueue(aRun('running'));
        const claim = await claimed();
        expect(await replica.runs.cancel(waiting.run.id)).toBe('cancelled');
        expect(await replica.runs.cancel(waiting.run.id)).toBe('over');
        expect(await replica.runs.cancel(claim.run.id)).toBe('requested');
        expect(await replica.runs.cancel('nobody')).toBe('unknown');
        expect(await store.runs.renew(claim, leaseMs)).toEqual({ held: true, cancelRequested: true });
        await store.runs.fail(claim, { code: 'cancelled', message: 'asked for by admin' });
        expect(await store.runs.get(claim.run.id)).toMatchObject({ state: 'cancelled' });
      });

      it('ends a cancelled run that is handed back or whose worker is lost', async () => {
        for (const key of ['back', 'lost']) await store.runs.enqueue(aRun(key));
        const [back, lost] = [await claimed(), await claimed()];
        for (const claim of [back, lost]) await store.runs.cancel(claim.run.id);
        await store.runs.handBack(back);
        clock.advance(leaseMs + 1);
        await store.runs.recover();
        for (const claim of [back, lost])
          expect(await store.runs.get(claim.run.id)).toMatchObject({
            state: 'cancelled',
            error: { code: 'cancelled' },
          });
      });

      it('counts what may start and what runs', async () => {
        for (const key of ['a', 'b', 'c']) await store.runs.enqueue(aRun(key));
        await store.runs.enqueue(aRun('later', { availableAt: clock.time + 1 }));
        await claimed();
        expect(await store.runs.depth()).toEqual({ queued: 2, running: 1 });
      });
    });

    describe('pages', () => {
      it('shows each run once, newest first, though more are added meanwhile', async () => {
        for (let n = 0; n < 25; n += 1) {
          // Several in one millisecond: the id decides.
          if (n % 3 === 0) clock.advance(1);
          await store.runs.enqueue(aRun(`k${n}`));
        }
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.runs.list({}, { limit: 4, cursor });
          expect(page.items.length).toBeLessThanOrEqual(4);
          seen.push(...page.items.map((run) => run.key));
          cursor = page.next;
          clock.advance(1);
          await store.runs.enqueue(aRun(`new${seen.length}`));
        } while (cursor !== undefined);
        expect(seen.filter((key) => key.startsWith('k'))).toHaveLength(25);
        expect(new Set(seen).size).toBe(25);
        expect(Math.abs(seen.indexOf('k24') - seen.indexOf('k0'))).toBeGreaterThan(20);
      });

      it('filters', async () => {
        await store.runs.enqueue(aRun('a', { suite: 's1', scheduleId: 'x' }));
        clock.advance(10);
        await store.runs.enqueue(aRun('b', { kind: 'benchmark', suite: 's2', server: 'other' }));
        await store.runs.finish(await claimed(), result);
        const keysOf = async (...args: Parameters<Store['runs']['list']>): Promise<string[]> =>
          (await store.runs.list(...args)).items.map((run) => run.key);
        expect(await keysOf()).toEqual(['b', 'a']);
        expect(await keysOf({ states: ['finished'] })).toEqual(['a']);
        expect(await keysOf({ states: [] })).toEqual([]);
        expect(await keysOf({ kind: 'benchmark' })).toEqual(['b']);
        expect(await keysOf({ suite: 's2' })).toEqual(['b']);
        expect(await keysOf({ server: 'demo' })).toEqual(['a']);
        expect(await keysOf({ scheduleId: 'x' })).toEqual(['a']);
        expect(await keysOf({ verdict: 'passed' })).toEqual(['a']);
        expect(await keysOf({ since: clock.time })).toEqual(['b']);
        expect(await keysOf({ until: clock.time })).toEqual(['a']);
      });

      it.each([
        ['a limit of 0', { limit: 0 }],
        ['a limit of 201', { limit: 201 }],
        ['half an item', { limit: 1.5 }],
        ['a cursor of somebody else', { cursor: Buffer.from("1' OR 1=1 --").toString('base64url') }],
      ])('refuses %s', async (_name, page) => {
        await expect(store.runs.list({}, page)).rejects.toMatchObject({ code: 'USAGE' });
      });
    });

    describe('schedules', () => {
      const schedule = { id: 'hourly', definition: '0 * * * *' };
      const due = (at: number) => aRun(`hourly ${at}`, { scheduleId: 'hourly', dueAt: at });

      it('begins a new one, goes on with a known one, and begins a changed one anew', async () => {
        const from = clock.time;
        expect(await store.schedules.register({ ...schedule, from })).toEqual({
          ...schedule,
          handledUntil: from,
        });
        expect((await replica.schedules.register({ ...schedule, from: from + 5 })).handledUntil).toBe(from);
        const changed = { id: 'hourly', definition: '30 * * * *' };
        expect(await store.schedules.register({ ...changed, from: from + 9 })).toEqual({
          ...changed,
          handledUntil: from + 9,
        });
        expect(await replica.schedules.list()).toEqual([{ ...changed, handledUntil: from + 9 }]);
      });

      it('never goes back, not even when it is changed', async () => {
        await store.schedules.register({ ...schedule, from: 1000 });
        expect(
          (await store.schedules.register({ id: 'hourly', definition: 'x', from: 10 })).handledUntil,
        ).toBe(1000);
      });

      it('enqueues what is due once, whichever replica is faster', async () => {
        const from = clock.time;
        await store.schedules.register({ ...schedule, from });
        const batch = {
          scheduleId: 'hourly',
          handledFrom: from,
          handledUntil: from + 2,
          runs: [due(from + 1), due(from + 2)],
          pendingLimit: 9,
        };
        const answers = await Promise.all(
          [store, replica, store].map((one) => one.schedules.enqueueDue(batch)),
        );
        expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
        expect((await store.runs.list()).items).toHaveLength(2);
        expect((await store.schedules.get('hourly'))?.handledUntil).toBe(from + 2);
      });

      it('records as skipped what is due while as many as may be are not over', async () => {
        const from = clock.time;
        await store.schedules.register({ ...schedule, from });
        const answer = await store.schedules.enqueueDue({
          scheduleId: 'hourly',
          handledFrom: from,
          handledUntil: from + 3,
          runs: [due(from + 1), due(from + 2), due(from + 3)],
          pendingLimit: 1,
        });
        expect(answer?.enqueued.map((run) => run.dueAt)).toEqual([from + 1]);
        expect(answer?.skipped.map((run) => [run.dueAt, run.state, run.error?.code])).toEqual([
          [from + 2, 'skipped', 'overlap'],
          [from + 3, 'skipped', 'overlap'],
        ]);
      });
    });

    describe('the health of servers', () => {
      const health = {
        server: 'demo',
        state: 'up',
        consecutiveFailures: 0,
        since: 1,
        lastProbeAt: 2,
        nextProbeAt: 3,
        lastError: undefined,
        version: 0,
      } as const;

      it('keeps one state a server; of two replicas that saw the same state one is told that it was late', async () => {
        const saved = await Promise.all([store.serverHealth.save(health), replica.serverHealth.save(health)]);
        expect(saved.filter(Boolean)).toHaveLength(1);
        const read = await store.serverHealth.get('demo');
        expect(read).toEqual({ ...health, version: 1 });
        const down = {
          ...health,
          state: 'down',
          version: 1,
          lastError: 'no answer',
          consecutiveFailures: 5,
        } as const;
        const again = await Promise.all([store.serverHealth.save(down), replica.serverHealth.save(down)]);
        expect(again.filter(Boolean)).toHaveLength(1);
        expect(await replica.serverHealth.list()).toEqual([{ ...down, version: 2 }]);
      });
    });

    describe('notifications', () => {
      const mail = (dedupKey: string) => ({ dedupKey, channel: 'email', payload: { text: 'hi' } });

      it('are added once', async () => {
        const added = await Promise.all([store, replica, store].map((one) => one.outbox.add(mail('daily'))));
        expect(added.filter(Boolean)).toHaveLength(1);
        expect(await store.outbox.counts()).toEqual({ pending: 1, sent: 0, dead: 0 });
      });

      it('are taken by one sender each', async () => {
        for (let n = 0; n < 6; n += 1) await store.outbox.add(mail(`n${n}`));
        const taken = await Promise.all(
          [store, replica, store, replica].map((one) => one.outbox.take({ leaseMs, limit: 2 })),
        );
        const keys = taken.flat().map((one) => one.dedupKey);
        expect(keys).toHaveLength(6);
        expect(new Set(keys).size).toBe(6);
      });

      it('are tried again when they are put off, and given up for good', async () => {
        await store.outbox.add(mail('n'));
        const [first] = await store.outbox.take({ leaseMs, limit: 9 });
        if (first === undefined) throw new Error('nothing was taken');
        await store.outbox.retry(first, { error: '421 later', notBefore: clock.time + 100 });
        expect(await store.outbox.take({ leaseMs, limit: 9 })).toEqual([]);
        clock.advance(100);
        const [second] = await store.outbox.take({ leaseMs, limit: 9 });
        expect(second).toMatchObject({ attempts: 2, lastError: '421 later' });
        if (second === undefined) return;
        expect(await store.outbox.sent(first)).toBe(false);
        expect(await store.outbox.giveUp(second, '550 unknown')).toBe(true);
        expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 0, dead: 1 });
      });

      it('of a run go out if and only if it ended so', async () => {
        for (const key of ['finished', 'failed', 'lost']) await store.runs.enqueue(aRun(key));
        const [finished, failed, lost] = [await claimed(), await claimed(), await claimed()];
        await store.runs.handBack(lost);
        await store.runs.finish(finished, result, [mail('finished')]);
        await store.runs.fail(failed, { code: 'x', message: 'x' }, [mail('failed')]);
        expect(await store.runs.finish(lost, result, [mail('lost')])).toBe(false);
        await expect(
          store.runs.finish(await claimed(), result, [{ ...mail('big'), payload: 'x'.repeat(300_000) }]),
        ).rejects.toMatchObject({ code: 'USAGE' });
        const taken = await store.outbox.take({ leaseMs, limit: 9 });
        expect(taken.map((one) => one.dedupKey).sort()).toEqual(['failed', 'finished']);
        expect((await store.runs.get(lost.run.id))?.state).toBe('running');
      });

      it('of a sender that was lost come up again', async () => {
        await store.outbox.add(mail('n'));
        await store.outbox.take({ leaseMs, limit: 9 });
        clock.advance(leaseMs - 1);
        expect(await replica.outbox.take({ leaseMs, limit: 9 })).toEqual([]);
        clock.advance(1);
        const [again] = await replica.outbox.take({ leaseMs, limit: 9 });
        expect(again?.attempts).toBe(2);
        if (again !== undefined) expect(await replica.outbox.sent(again)).toBe(true);
      });
    });

    describe('locks', () => {
      it('let something happen once, until it is forgotten', async () => {
        const take = () =>
          Promise.all([store, replica, store].map((one) => one.locks.takeOnce('weekly 2026-48', 1000)));
        expect((await take()).filter(Boolean)).toHaveLength(1);
        expect((await take()).filter(Boolean)).toHaveLength(0);
        clock.advance(1000);
        expect((await take()).filter(Boolean)).toHaveLength(1);
      });

      it('have one holder, who may renew and release', async () => {
        expect(await store.locks.acquire('retention', 'a', 1000)).toBe(true);
        expect(await replica.locks.acquire('retention', 'b', 1000)).toBe(false);
        clock.advance(900);
        expect(await store.locks.acquire('retention', 'a', 1000)).toBe(true);
        clock.advance(900);
        expect(await replica.locks.acquire('retention', 'b', 1000)).toBe(false);
        await replica.locks.release('retention', 'b');
        await store.locks.release('retention', 'a');
        expect(await replica.locks.acquire('retention', 'b', 1000)).toBe(true);
      });
    });

    describe('sessions', () => {
      const session = (name: string, expiresAt: number) => ({
        name,
        keyDigest: 'ab',
        keyId: 'k1',
        expiresAt,
      });

      it('are known to every replica until they are over or closed', async () => {
        const open = { ...session('one', clock.time + 1000), keyId: undefined };
        await store.sessions.open(open);
        await store.sessions.open(session('two', clock.time + 2000));
        expect(await replica.sessions.find('one')).toEqual(open);
        expect(await replica.sessions.find('three')).toBeUndefined();
        clock.time += 1000;
        expect(await replica.sessions.find('one')).toBeUndefined();
        await replica.sessions.close('two');
        expect(await store.sessions.find('two')).toBeUndefined();
      });

      it('are a thousand at most: the oldest give way', async () => {
        for (let n = 0; n <= 1000; n += 1) await store.sessions.open(session(`s${n}`, clock.time + 1000 + n));
        expect(await store.sessions.find('s0')).toBeUndefined();
        expect(await store.sessions.find('s1')).toBeDefined();
        expect(await store.sessions.find('s1000')).toBeDefined();
      });

      it('that are over are removed', async () => {
        await store.sessions.open(session('over', clock.time));
        const policy = { runsOlderThanMs: 1000, notificationsOlderThanMs: 1000 };
        await store.prune(policy);
        clock.time -= 1;
        expect(await store.sessions.find('over')).toBeUndefined();
      });
    });

    describe('retention', () => {
      it('removes what ended long ago with all that belongs to it, and nothing that waits or runs', async () => {
        for (let n = 0; n < 3; n += 1) await store.runs.enqueue(aRun(`k${n}`));
        const [old, open] = [await claimed(), await claimed()];
        await store.runs.finish(old, result);
        await store.outbox.add({ dedupKey: 'waits', channel: 'email', payload: {} });
        await store.locks.takeOnce('old', 1);
        clock.advance(1000);
        const policy = { runsOlderThanMs: 1000, notificationsOlderThanMs: 1000 };
        expect((await store.prune(policy)).runs).toBe(0);
        clock.advance(1);
        expect(await store.prune(policy)).toEqual({ runs: 1, notifications: 0, locks: 0 });
        expect(await store.runs.get(old.run.id)).toBeUndefined();
        expect(await store.runs.result(old.run.id)).toBeUndefined();
        expect(await store.runs.attempts(old.run.id)).toEqual([]);
        expect(await store.runs.get(open.run.id)).toMatchObject({ state: 'running' });
        expect((await store.runs.list()).items).toHaveLength(2);
      });
    });

    it('answers a ping, and not when it is closed', async () => {
      await store.ping();
      expect(await store.now()).toBe(clock.time);
      const other = await kind.place().open(clock);
      await other.close();
      await expect(other.ping()).rejects.toMatchObject({ code: 'IO_WRITE' });
    });
  });
}

/** What every queue promises, over two replicas on the system's clock. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Store } from '../store/index.ts';
import { openPostgresStore } from '../store/postgres.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { startTestPostgres } from '../store/testing/postgres.ts';
import { aRun } from '../store/testing/runs.ts';
import type { RunQueue } from './define.ts';
import { createMemoryQueue } from './memory.ts';
import { openPgBossQueue } from './pg-boss.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-queue-'));
const postgres = await startTestPostgres();
const url = 'url' in postgres ? postgres.url : '';
const absent = 'absent' in postgres ? postgres.absent : undefined;

afterAll(async () => {
  if ('dispose' in postgres) await postgres.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Replica {
  readonly store: Store;
  readonly queue: RunQueue;
}

interface QueueKind {
  readonly name: string;
  readonly absent: string | undefined;
  open(place: string): Promise<Replica>;
}

const kinds: readonly QueueKind[] = [
  {
    name: 'memory on SQLite',
    absent: undefined,
    open: async (place) => {
      const store = await openSqliteStore({ file: join(folder, `${place}.db`) });
      return { store, queue: createMemoryQueue(store) };
    },
  },
  {
    name: 'memory on PostgreSQL',
    absent,
    open: async (place) => {
      const store = await openPostgresStore({ url, schema: place, maxConnections: 4 });
      return { store, queue: createMemoryQueue(store) };
    },
  },
  {
    name: 'pg-boss on PostgreSQL',
    absent,
    open: async (place) => {
      const store = await openPostgresStore({ url, schema: place, maxConnections: 4 });
      return { store, queue: await openPgBossQueue({ store, deferMs: 100, forgottenMs: 0 }) };
    },
  },
];

const leaseMs = 60_000;
const result = { verdict: 'passed', summary: null };

for (const kind of kinds) {
  const title = kind.absent === undefined ? kind.name : `${kind.name} (skipped: ${kind.absent})`;
  describe.skipIf(kind.absent !== undefined)(`a queue: ${title}`, () => {
    let replicas: readonly [Replica, Replica];
    let queues: readonly [RunQueue, RunQueue];

    beforeEach(async () => {
      const place = `queue_${randomBytes(5).toString('hex')}`;
      replicas = await Promise.all([kind.open(place), kind.open(place)]);
      queues = [replicas[0].queue, replicas[1].queue];
    });
    afterEach(async () => {
      expect(await replicas[0].store.checkIntegrity()).toEqual([]);
      for (const { queue, store } of replicas) {
        await queue.close();
        await store.close();
      }
    });

    /** All that a replica gets until the queue is empty; it finishes each. */
    async function work(queue: RunQueue, owner: string): Promise<string[]> {
      const keys: string[] = [];
      for (let claim = await queue.claim({ owner, leaseMs }); claim !== undefined;) {
        keys.push(claim.run.key);
        expect(await queue.finish(claim, result)).toBe(true);
        claim = await queue.claim({ owner, leaseMs });
      }
      return keys;
    }

    it('gives every run to one replica', async () => {
      const wanted = Array.from({ length: 24 }, (_, n) => `k${n}`);
      await Promise.all(wanted.map((key, n) => queues[n % 2 === 0 ? 0 : 1].enqueue(aRun(key))));
      const done = await Promise.all(queues.map((queue, n) => work(queue, `replica-${n}`)));
      expect(done.flat().sort()).toEqual([...wanted].sort());
      expect(await queues[0].depth()).toEqual({ queued: 0, running: 0 });
    });

    it('carries a due instant out once, though both replicas found it', async () => {
      const [{ store }] = replicas;
      await store.schedules.register({ id: 's', definition: 'x', from: 0 });
      const batch = {
        scheduleId: 's',
        handledFrom: 0,
        handledUntil: 60_000,
        runs: [aRun('s 60000', { scheduleId: 's', dueAt: 60_000 })],
        pendingLimit: 1,
      };
      const found = await Promise.all(queues.map((queue) => queue.enqueueDue(batch)));
      expect(found.filter((one) => one !== undefined)).toHaveLength(1);
      expect((await Promise.all(queues.map((queue) => work(queue, 'w')))).flat()).toEqual(['s 60000']);
    });

    it('gives a run out again at once when it is handed back', async () => {
      await queues[0].enqueue(aRun('k', { crashLimit: 1 }));
      const claim = await queues[0].claim({ owner: 'a', leaseMs });
      // Twice, as when the first answer was lost: it waits once.
      expect(await queues[0].handBack(claim as Claim)).toBe(true);
      expect(await queues[0].handBack(claim as Claim)).toBe(true);
      expect(await work(queues[1], 'b')).toEqual(['k']);
    });

    it('gives a run out again when its worker was lost', async () => {
      await queues[0].enqueue(aRun('k'));
      const lost = await queues[0].claim({ owner: 'lost', leaseMs: 1 });
      await sleep(10);
      const recovered = await Promise.all(queues.map((queue) => queue.recover()));
      expect(recovered.flatMap(({ requeued }) => requeued.map((run) => run.key))).toEqual(['k']);
      expect(await work(queues[1], 'b')).toEqual(['k']);
      expect(await queues[0].finish(lost as Claim, result)).toBe(false);
    });

    it('keeps runs of one overlap key apart, and gives each its turn', async () => {
      for (const key of ['one', 'two', 'three']) await queues[0].enqueue(aRun(key, { overlapKey: 'x' }));
      const first = await queues[0].claim({ owner: 'a', leaseMs });
      expect(await queues[1].claim({ owner: 'b', leaseMs })).toBeUndefined();
      expect(await queues[0].finish(first as Claim, result)).toBe(true);
      const rest: string[] = [];
      // What could not start is looked at again a little later.
      while (rest.length < 2) {
        rest.push(...(await work(queues[1], 'b')));
        await sleep(10);
      }
      expect(new Set([first?.run.key, ...rest])).toEqual(new Set(['one', 'two', 'three']));
    });

    it('does not give out what was cancelled or is not available yet', async () => {
      const { run } = await queues[0].enqueue(aRun('cancelled'));
      await replicas[1].store.runs.cancel(run.id);
      await queues[0].enqueue(aRun('later', { availableAt: (await replicas[0].store.now()) + 3_600_000 }));
      expect(await work(queues[0], 'a')).toEqual([]);
    });

    it('finds what was put into the store past the queue', async () => {
      await replicas[0].store.runs.enqueue(aRun('k'));
      await sleep(10);
      await queues[0].recover();
      expect(await work(queues[1], 'b')).toEqual(['k']);
    });

    it('tells the workers of its process that there is work', async () => {
      let calls = 0;
      const forget = queues[0].onWork(() => (calls += 1));
      await queues[0].enqueue(aRun('k'));
      await queues[0].enqueue(aRun('k'));
      expect(calls).toBe(1);
      forget();
      await queues[0].enqueue(aRun('k2'));
      expect(calls).toBe(1);
    });
  });
}

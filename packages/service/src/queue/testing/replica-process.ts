/** One replica of a service that does nothing but schedule and carry out runs: for tests that kill it. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseSchedule } from '../../scheduler/parse.ts';
import { startScheduler } from '../../scheduler/scheduler.ts';
import { openStore } from '../../store/open.ts';
import { openQueue } from '../open.ts';
import { startWorker } from '../worker.ts';

const [url = '', schema = '', owner = ''] = process.argv.slice(2);

const store = await openStore({ url, schema, maxConnections: 5 });
const queue = await openQueue(store);
const worker = startWorker({
  queue,
  owner,
  concurrency: 3,
  leaseMs: 2000,
  pollMs: 100,
  execute: async (_claim, signal) => {
    await sleep(randomInt(20, 200), undefined, { signal });
    return { verdict: 'passed', summary: { owner } };
  },
  notificationsOf: ({ run }) => [{ dedupKey: run.key, channel: 'test', payload: null }],
});
const scheduler = await startScheduler({
  store,
  queue,
  jobs: ['a', 'b', 'c'].map((id) => ({
    schedule: parseSchedule({ id, everyMs: 1000, overlap: 'queue', catchUp: { policy: 'all', limit: 500 } }),
    work: { kind: 'suite', suite: id, request: null },
  })),
});

process.once('SIGTERM', () => {
  void (async () => {
    await scheduler.stop();
    await worker.drain(100);
    await queue.close();
    await store.close();
  })();
});

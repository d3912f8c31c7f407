import { createServer } from 'node:http';
import { openStore, type Run } from '@mcp-test-harness/service/store';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestPostgres } from '../../packages/service/src/store/testing/postgres.ts';
import { temporaryFolders } from '../support/folders.ts';
import { serviceConfig, startServe } from '../support/serve.ts';
import { echoTest } from '../support/suites.ts';

const newFolder = temporaryFolders();
const postgres = await startTestPostgres();
const absent = 'absent' in postgres ? postgres.absent : undefined;
afterAll(async () => {
  if (!('absent' in postgres)) await postgres.dispose();
});

/** Collects what a webhook is sent. */
async function startReceiver() {
  const told: { readonly title: string; readonly url?: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { notifications } = JSON.parse(body) as { readonly notifications: typeof told };
      told.push(...notifications);
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { readonly port: number };
  return { url: `http://127.0.0.1:${port}/`, told, close: () => server.close() };
}

describe(`three replicas on one PostgreSQL${absent === undefined ? '' : ` (skipped: ${absent})`}`, () => {
  it.skipIf(absent !== undefined)(
    'carry out every due run exactly once and tell of a failure once, one killed and the database restarted',
    { timeout: 240_000 },
    async () => {
      if ('absent' in postgres) return;
      const receiver = await startReceiver();
      const occasion = { on_failure: true, on_recovery: true, on_regression: false, daily_summary: false };
      const folders = [newFolder(), newFolder(), newFolder()];
      const replicas = await Promise.all(
        folders.map((folder) =>
          startServe(
            folder,
            serviceConfig(folder, {
              test_suites: [
                { name: 'sound', test_cases: [echoTest('echo')] },
                { name: 'also-sound', test_cases: [echoTest('echo')] },
                { name: 'broken', test_cases: [echoTest('echo', { expected: { text: 'another' } })] },
              ],
              schedules: [{ name: 'often', kind: 'test', every: '3s' }] as unknown as object,
              service: { public_url: 'https://harness.example.org/' },
              reporting: {
                distribution: {
                  webhooks: [
                    { name: 'ops', url: receiver.url, allow_networks: ['127.0.0.0/8'], ...occasion },
                  ],
                },
              },
            }),
            { DATABASE_URL: postgres.url },
          ),
        ),
      );
      const [first, ...others] = replicas;
      if (first === undefined) throw new Error('there is no replica');
      await first.waitFor(({ event }) => event === 'run started', 'run started');
      first.kill('SIGKILL');
      await first.ended;
      await sleep(4000);
      await postgres.stop();
      await sleep(3000);
      await postgres.start();
      // Leases of the killed one run out, and the others go on.
      await Promise.race(
        others.map((one) =>
          one.waitFor(
            ({ event, attempt }) => event === 'run finished' && Number(attempt) > 1,
            'a run taken over',
          ),
        ),
      );
      await sleep(6000);
      for (const one of others) one.kill('SIGTERM');
      for (const one of others) expect(await one.ended).toMatchObject({ exitCode: 0 });
      receiver.close();

      const store = await openStore({ url: postgres.url });
      try {
        expect(await store.checkIntegrity()).toEqual([]);
        const runs: Run[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.runs.list({}, { limit: 200, cursor });
          runs.push(...page.items);
          cursor = page.next;
        } while (cursor !== undefined);
        for (const suite of ['sound', 'also-sound', 'broken']) {
          const dues = runs
            .filter((run) => run.suite === suite)
            .map(({ dueAt = 0 }) => dueAt)
            .toSorted((one, other) => one - other);
          const [begin = 0] = dues;
          expect(dues.length).toBeGreaterThan(4);
          expect(dues).toEqual(dues.map((_, index) => begin + index * 3000));
        }
        for (const run of runs.filter(({ state }) => state === 'finished')) {
          const attempts = await store.runs.attempts(run.id);
          expect(attempts.filter(({ endedAs }) => endedAs === 'finished')).toHaveLength(1);
        }
        expect(runs.filter(({ state }) => state === 'failed')).toEqual([]);
      } finally {
        await store.close();
      }
      expect(receiver.told).toMatchObject([
        {
          title: 'broken: 1 of 1 test failed',
          url: expect.stringMatching(/^https:\/\/harness\.example\.org\/runs\/[^/]+$/),
        },
      ]);
    },
  );
});

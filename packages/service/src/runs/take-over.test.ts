import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openQueue, startWorker, type Worker } from '../queue/index.ts';
import { openStore, type Run, type Store } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { scriptedServer, until } from '../testing/mcp-server.ts';
import { createRunExecutor, type RunExecutor } from './execute-run.ts';
import { rememberingLogger } from './testing/logger.ts';
import { planOf, settingsIn } from './testing/settings.ts';

const folder = temporaryFolders();
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

describe('a run whose worker is drained', () => {
  it('is handed back and carried out by another, told once, with the reports of both attempts apart', async () => {
    const root = folder();
    const go = join(root, 'go');
    const plan = await planOf(root, {
      server: scriptedServer(
        `tools.echo = async () => { while (!require('node:fs').existsSync(${JSON.stringify(go)})) await new Promise((next) => setTimeout(next, 10)); return 'echo'; };`,
      ),
      test_suites: [{ name: 'a', test_cases: [{ id: 'waits', tool_name: 'echo' }] }],
    });
    const store = await openStore({ file: join(root, 'store.db') });
    const queue = await openQueue(store);
    const settings = settingsIn(root, plan);
    ends.push(
      () => store.close(),
      () => queue.close(),
    );

    const replica = (owner: string): { readonly worker: Worker; readonly executor: RunExecutor } => {
      const executor = createRunExecutor({
        settings: () => settings,
        log: rememberingLogger(),
        version: '1.2.3',
        env: { PATH: process.env['PATH'] },
      });
      ends.push(() => executor.close());
      const worker = startWorker({
        queue,
        owner,
        concurrency: 1,
        leaseMs: 60_000,
        pollMs: 20,
        execute: async (claim, signal) => (await executor.execute(claim, signal)).result,
        notificationsOf: ({ run }) => [{ dedupKey: `ended ${run.id}`, channel: 'test', payload: null }],
      });
      ends.push(() => worker.drain(0));
      return { worker, executor };
    };

    const first = replica('first');
    const { run } = await queue.enqueue({ key: 'one', kind: 'test', request: { kind: 'test', suites: [] } });
    await until(() => (first.executor.active()[0]?.servers.length ?? 0) > 0, 60_000);
    await first.worker.drain(0);
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'queued', crashes: 0 });

    replica('second');
    writeFileSync(go, '');
    const ended = await endOf(store, run.id);
    expect(ended).toMatchObject({ state: 'finished', verdict: 'passed', attempt: 2, crashes: 0 });
    expect(ended.reportPath).toMatch(new RegExp(`/${run.id}-a2$`));
    expect((await store.runs.attempts(run.id)).map(({ owner, endedAs }) => [owner, endedAs])).toEqual([
      ['first', 'handed-back'],
      ['second', 'finished'],
    ]);
    expect(await store.outbox.counts()).toEqual({ pending: 1, sent: 0, dead: 0 });
  }, 90_000);
});

async function endOf(store: Store, id: string): Promise<Run> {
  let run: Run | undefined;
  const look = async (): Promise<void> => {
    run = await store.runs.get(id);
  };
  await until(() => {
    void look();
    return run?.state === 'finished' || run?.state === 'failed';
  }, 60_000);
  return run ?? expect.unreachable();
}

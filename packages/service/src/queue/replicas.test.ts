import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Run } from '../store/index.ts';
import { openPostgresStore, type PostgresStore } from '../store/postgres.ts';
import { startTestPostgres } from '../store/testing/postgres.ts';

const postgres = await startTestPostgres();
const absent = 'absent' in postgres ? ` (skipped: ${postgres.absent})` : '';
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  if ('dispose' in postgres) await postgres.dispose();
});

const schema = 'replicas';

function startReplica(url: string, owner: string): { child: ChildProcess; ended: Promise<unknown> } {
  const child = spawn(
    process.execPath,
    [
      '--conditions=mcp-test-harness-source',
      join(import.meta.dirname, 'testing', 'replica-process.ts'),
      url,
      schema,
      owner,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.push(child);
  return { child, ended: new Promise((done) => child.once('exit', done)) };
}

async function allRuns(store: PostgresStore): Promise<Run[]> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.runs.list({}, { limit: 200, cursor });
    runs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return runs;
}

async function until(condition: (runs: readonly Run[]) => boolean, store: PostgresStore): Promise<void> {
  while (!condition(await allRuns(store))) await sleep(100);
}

describe.skipIf('absent' in postgres)(`three replicas on one PostgreSQL${absent}`, () => {
  it('carry every due instant out exactly once, though one is killed and the database restarts', async () => {
    if ('absent' in postgres) return;
    const store = await openPostgresStore({ url: postgres.url, schema });
    const finished = (runs: readonly Run[]) => runs.filter((run) => run.state === 'finished').length;
    const [first, second, third] = ['first', 'second', 'third'].map((owner) =>
      startReplica(postgres.url, owner),
    );

    await until((runs) => finished(runs) >= 6, store);
    await until((runs) => runs.some((run) => run.owner === 'third'), store);
    third?.child.kill('SIGKILL');
    await third?.ended;
    await until((runs) => runs.every((run) => run.owner !== 'third'), store);

    await postgres.stop();
    await sleep(1500);
    await postgres.start();
    const before = finished(await allRuns(store));
    await until((runs) => finished(runs) >= before + 9, store);

    for (const replica of [first, second]) replica?.child.kill('SIGTERM');
    expect(await Promise.all([first?.ended, second?.ended])).toEqual([0, 0]);

    const runs = await allRuns(store);
    expect(await store.checkIntegrity()).toEqual([]);
    // What was in somebody's hands at the end was finished or handed back.
    expect(runs.filter((run) => run.state !== 'finished' && run.state !== 'queued')).toEqual([]);
    for (const id of ['a', 'b', 'c']) {
      const dues = runs.flatMap((run) => (run.scheduleId === id ? [run.dueAt ?? Number.NaN] : []));
      dues.sort((one, other) => one - other);
      const expected = dues.map((_, index) => (dues[0] ?? Number.NaN) + index * 1000);
      expect(dues).toEqual(expected);
    }
    expect((await store.outbox.counts()).pending).toBe(finished(runs));
    await store.close();
  }, 240_000);
});

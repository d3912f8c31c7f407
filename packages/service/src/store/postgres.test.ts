import { afterAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from './postgres.ts';
import { cancelRun } from './runs.ts';
import { startTestPostgres } from './testing/postgres.ts';
import { aRun } from './testing/runs.ts';

const postgres = await startTestPostgres();
const absent = 'absent' in postgres ? ` (skipped: ${postgres.absent})` : '';
const url = 'url' in postgres ? postgres.url : '';

afterAll(async () => {
  if ('dispose' in postgres) await postgres.dispose();
});

describe.skipIf('absent' in postgres)(`a store in PostgreSQL${absent}`, () => {
  it('does not give out a run that is being cancelled', async () => {
    const store = await openPostgresStore({ url, schema: 'race' });
    const { run } = await store.runs.enqueue(aRun('k'));
    let claiming: ReturnType<typeof store.runs.claim> | undefined;
    await store.transact(async ({ perform, now }) => {
      await perform(cancelRun(now, run.id));
      // Sees the run as it was before, and waits for this transaction's end.
      claiming = store.runs.claim({ owner: 'a', leaseMs: 1000 });
      for (;;) {
        const { rows } = await store.executeSql(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
        );
        if (rows.length > 0) break;
      }
    });
    expect(await claiming).toBeUndefined();
    expect((await store.runs.get(run.id))?.state).toBe('cancelled');
    await store.close();
  });

  it('uses the clock of the database, not that of the replica', async () => {
    const store = await openPostgresStore({ url, schema: 'clock' });
    const { rows } = await store.executeSql('SELECT CAST(extract(epoch FROM now()) * 1000 AS bigint) AS now');
    expect(await store.now()).toBeGreaterThanOrEqual(Number(rows[0]?.['now']));
    await store.close();
  });

  it('goes on by itself when the database was restarted', async () => {
    if (!('stop' in postgres)) return;
    const store = await openPostgresStore({ url, schema: 'restart', connectTimeoutMs: 2000 });
    await store.runs.enqueue(aRun('before'));
    await postgres.stop();
    await expect(store.ping()).rejects.toMatchObject({
      code: 'IO_READ',
      hint: 'Is the database up, and is DATABASE_URL right?',
    });
    await postgres.start();
    expect((await store.runs.list()).items.map((run) => run.key)).toEqual(['before']);
    expect((await store.runs.enqueue(aRun('after'))).created).toBe(true);
    await store.close();
  });

  it('tries again when its connection breaks before the commit, and does nothing twice', async () => {
    const store = await openPostgresStore({ url, schema: 'broken' });
    let calls = 0;
    await store.transact(async ({ executeSql }) => {
      calls += 1;
      await executeSql(`INSERT INTO locks (name, holder, expires_at) VALUES ('n', 'h', 1)`);
      if (calls === 1) await executeSql('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(calls).toBe(2);
    const { rows } = await store.executeSql('SELECT count(*) AS count FROM broken.locks');
    expect(Number(rows[0]?.['count'])).toBe(1);
    await store.close();
  });

  it('rolls back what fails, and leaves the connection fit for others', async () => {
    const store = await openPostgresStore({ url, schema: 'rollback', maxConnections: 1 });
    const failing = store.transact(async ({ executeSql }) => {
      await executeSql(`INSERT INTO locks (name, holder, expires_at) VALUES ('n', 'h', 1)`);
      await executeSql('SELECT nonsense');
    });
    await expect(failing).rejects.toMatchObject({ code: 'IO_WRITE', details: { sqlState: '42703' } });
    expect(await store.locks.acquire('n', 'me', 1000)).toBe(true);
    await store.close();
  });

  it('shows no password when it cannot be reached', async () => {
    const error: unknown = await openPostgresStore({
      url: 'postgres://user:canary-secret@127.0.0.1:1/db',
      connectTimeoutMs: 500,
    }).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'IO_READ', details: { reason: 'unreachable' } });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error as object))).not.toContain('canary-secret');
  });

  it.each(['Upper', 'a"b', '', 'x'.repeat(42), '1a'])('refuses the schema name %j', async (schema) => {
    await expect(openPostgresStore({ url, schema })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

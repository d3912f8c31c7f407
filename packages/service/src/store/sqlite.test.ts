import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Run, Store } from './define.ts';
import { openStore } from './open.ts';
import { backUp } from './sqlite-backup.ts';
import { aRun } from './testing/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function allRuns(store: Store): Promise<Run[]> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.runs.list({}, { limit: 200, cursor });
    runs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return runs;
}

describe('a store in a SQLite file', () => {
  it.skipIf(process.platform === 'win32')(
    'is readable by its user and group only, its journal too',
    async () => {
      const file = join(folder, 'private', 'store.db');
      const store = await openStore({ file });
      await store.runs.enqueue(aRun('k'));
      const modes = readdirSync(join(folder, 'private')).map((name) => [
        name,
        statSync(join(folder, 'private', name)).mode & 0o137,
      ]);
      expect(modes).toEqual([
        ['store.db', 0],
        ['store.db-shm', 0],
        ['store.db-wal', 0],
      ]);
      await store.close();
    },
  );

  it('may be a link to one elsewhere', async () => {
    const file = join(folder, 'link.db');
    symlinkSync(join(folder, 'linked.db'), file);
    const store = await openStore({ file });
    expect((await store.runs.enqueue(aRun('k'))).created).toBe(true);
    await store.close();
    expect(statSync(join(folder, 'linked.db')).size).toBeGreaterThan(0);
  });

  it('that cannot be made names the file and the way out', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const file = join(folder, 'a-file', 'store.db');
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'IO_WRITE',
      message: expect.stringContaining(file),
    });
  });

  it('that is no database is left alone', async () => {
    const file = join(folder, 'letter.db');
    const letter = 'Dear Sir or Madam, '.repeat(300);
    writeFileSync(file, letter);
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'IO_WRITE',
      hint: 'The file is damaged or no store at all. Stop the service and restore the newest backup.',
    });
    expect(readFileSync(file, 'utf8')).toBe(letter);
  });

  it('that was damaged says so when it is checked', async () => {
    const file = join(folder, 'damaged.db');
    let store = await openStore({ file });
    for (let n = 0; n < 200; n += 1) await store.runs.enqueue(aRun(`k${n}`));
    await store.close();
    const handle = openSync(file, 'r+');
    const { size } = statSync(file);
    for (let at = 8192 + 100; at < size; at += 4096) writeSync(handle, Buffer.alloc(600, 0xee), 0, 600, at);
    store = await openStore({ file });
    const findings = await store.checkIntegrity();
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]?.rule).toBe('the database is sound');
    await store.close();
  });

  it('whose rows contradict each other says which', async () => {
    const file = join(folder, 'contradiction.db');
    const store = await openStore({ file });
    const { run } = await store.runs.enqueue(aRun('k'));
    const database = new DatabaseSync(file);
    database.exec(`UPDATE runs SET attempt = 3`);
    database.close();
    expect(await store.checkIntegrity()).toEqual([
      { rule: 'every attempt is recorded', message: `every attempt is recorded: broken by ${run.id}` },
    ]);
    await store.close();
  });

  it('waits for the transaction of another process, but not for ever, and without holding up this one', async () => {
    const file = join(folder, 'busy.db');
    const store = await openStore({ file, busyLimitMs: 60 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await expect(store.runs.enqueue(aRun('k'))).rejects.toMatchObject({
      code: 'IO_WRITE',
      hint: 'Another process holds the store for too long. Only one service may use a file.',
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    expect(await store.runs.list()).toMatchObject({ items: [] });
    const waiting = store.runs.enqueue(aRun('k'));
    await sleep(10);
    other.exec('ROLLBACK');
    expect((await waiting).created).toBe(true);
    other.close();
    await store.close();
  });

  it('is backed up while it is written to: the copy is whole and of one moment', async () => {
    const store = await openStore({ file: join(folder, 'live.db') });
    for (let n = 0; n < 300; n += 1) await store.runs.enqueue(aRun(`before ${n}`));
    const target = join(folder, 'backup.db');
    const done = new AbortController();
    const writing = (async () => {
      for (let n = 0; !done.signal.aborted; n += 1) {
        await store.runs.enqueue(aRun(`during ${n}`));
        await sleep(0);
      }
    })();
    await store.backup?.(target);
    done.abort();
    await writing;
    await expect(store.backup?.(target)).rejects.toMatchObject({ message: `${target} exists` });
    await store.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('backup.db'))).toEqual(['backup.db']);
    const copy = await openStore({ file: target });
    expect(await copy.checkIntegrity()).toEqual([]);
    const keys = (await allRuns(copy)).map((run) => run.key);
    expect(keys.filter((key) => key.startsWith('before'))).toHaveLength(300);
    const during = keys.filter((key) => key.startsWith('during'));
    expect(new Set(during)).toEqual(new Set(during.map((_, n) => `during ${n}`)));
    await copy.close();
  });

  it('is backed up on a Node.js without backups of SQLite too', async () => {
    const file = join(folder, 'old-node.db');
    const store = await openStore({ file });
    await store.runs.enqueue(aRun('k'));
    const database = new DatabaseSync(file);
    const target = join(folder, 'old-node-backup.db');
    await backUp({ DatabaseSync }, database, target);
    database.close();
    await store.close();
    const copy = await openStore({ file: target });
    expect((await allRuns(copy)).map((run) => run.key)).toEqual(['k']);
    await copy.close();
  });

  it('loses and doubles no run when its process is killed ten times at any moment', async () => {
    const file = join(folder, 'killed.db');
    const said: string[] = [];
    const kills = 10;
    for (let round = 0; round <= kills; round += 1) {
      const last = round === kills;
      const child = spawn(
        process.execPath,
        [
          '--conditions=mcp-test-harness-source',
          '--disable-warning=ExperimentalWarning',
          join(import.meta.dirname, 'testing', 'worker-process.ts'),
          file,
          // Hours apart: what the one before held has run out.
          String(1_000_000_000_000 + round * 3_600_000),
          last ? 'until-empty' : 'for-ever',
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let output = '';
      const worked = new Promise<void>((done) => {
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes('finished')) done();
        });
        child.once('exit', () => done());
      });
      const closed = new Promise((done) => child.once('close', done));
      await worked;
      if (!last) {
        await sleep(Math.random() * 60);
        child.kill('SIGKILL');
      }
      await closed;
      expect([last, child.exitCode]).toEqual([last, last ? 0 : null]);
      // A line that was cut off in the middle was not acknowledged.
      said.push(
        ...output
          .slice(0, output.lastIndexOf('\n') + 1)
          .split('\n')
          .slice(0, -1),
      );
      const store = await openStore({ file });
      expect(await store.checkIntegrity()).toEqual([]);
      await store.close();
    }

    const store = await openStore({ file });
    const runs = await allRuns(store);
    const stateOf = new Map(runs.map((run) => [run.key, run.state]));
    expect(new Set(stateOf.values())).toEqual(new Set(['finished']));
    for (const line of said) expect(stateOf.get(line.split(' ')[1] ?? '')).toBe('finished');
    // Each kill may have caught one enqueued run whose acknowledgement was on its way.
    const acknowledged = said.filter((line) => line.startsWith('enqueued')).length;
    expect(acknowledged).toBeGreaterThan(kills);
    expect(runs.length - acknowledged).toBeLessThanOrEqual(kills);
    // Each was carried out once, and once more only for the worker that was killed with it in its hands.
    const attempts = (await Promise.all(runs.map((run) => store.runs.attempts(run.id)))).flat();
    expect(attempts.filter((attempt) => attempt.endedAs === 'finished')).toHaveLength(runs.length);
    const lost = attempts.filter((attempt) => attempt.endedAs !== 'finished');
    expect(lost.every((attempt) => attempt.endedAs === 'lease-expired')).toBe(true);
    expect(lost.length).toBeLessThanOrEqual(kills);
    await store.close();
  }, 240_000);
});

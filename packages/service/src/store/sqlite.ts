/** The store in one SQLite file: for one service process, with commands such as `backup create` beside it. */
import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Store } from './define.ts';
import { migrate, type MigrationSettings } from './migrations/migrate.ts';
import {
  queryFirst,
  type Answer,
  type Driver,
  type Operation,
  type Row,
  type Statement,
} from './operation.ts';
import { createSqlStore } from './sql-store.ts';
import { backUp } from './sqlite-backup.ts';
import { asStoreError, findFaults, isBusy } from './sqlite-faults.ts';
import { JournalSync } from './sqlite-journal.ts';

export interface SqliteSettings extends MigrationSettings {
  readonly file: string;
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly clock?: (() => number) | undefined;
  /** How long a transaction waits for another process's; 10 seconds when absent. */
  readonly busyLimitMs?: number | undefined;
}

/** Opens the store, creates it when there is none, and brings it up to date. */
export async function openSqliteStore(settings: SqliteSettings): Promise<Store> {
  const { file, clock = Date.now, busyLimitMs = 10_000 } = settings;
  if (settings.schemaChanges === 'refuse' && !existsSync(file))
    throw new HarnessError({
      code: 'IO_READ',
      message: `there is no store at ${file}`,
      hint: 'The service makes it when it starts for the first time.',
    });
  const sqlite = await import('node:sqlite');
  const database = openDatabase(sqlite.DatabaseSync, file);
  const driver = createDriver(sqlite, database, { file, clock, busyLimitMs });
  try {
    await driver.write((now) => migrate(now, settings));
  } catch (error) {
    await driver.close();
    throw error;
  }
  return createSqlStore(driver);
}

function openDatabase(Database: typeof Sqlite.DatabaseSync, file: string): Sqlite.DatabaseSync {
  let database: Sqlite.DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
    // SQLite would create the file readable by all; its journal takes over the mode of the file.
    closeSync(openSync(file, 'a', 0o640));
    database = new Database(file);
    // WAL: readers do not wait for a writer. NORMAL: for the disk we wait ourselves, see JournalSync.
    database.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON',
    );
    // From here on waiting is done outside of SQLite, which would hold up the whole process.
    database.exec('PRAGMA busy_timeout = 0');
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, file);
  }
}

interface DriverSettings {
  readonly file: string;
  readonly clock: () => number;
  readonly busyLimitMs: number;
}

function createDriver(
  sqlite: typeof Sqlite,
  database: Sqlite.DatabaseSync,
  { file, clock, busyLimitMs }: DriverSettings,
): Driver {
  const prepared = new Map<string, Sqlite.StatementSync>();
  // Where the file is a link, SQLite puts the journal beside what it leads to.
  const journal = new JournalSync(realpathSync(file));

  const answer = ({ text, values, returnsRows }: Statement): Answer => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = database.prepare(text);
      prepared.set(text, statement);
    }
    if (returnsRows) {
      const rows = statement.all(...values) as Row[];
      return { rows, changes: rows.length };
    }
    return { rows: [], changes: Number(statement.run(...values).changes) };
  };

  /** Begin, every statement, commit: without giving way. */
  const perform = <T>(begin: string, operation: (now: number) => Operation<T>): T => {
    database.exec(begin);
    try {
      const running = operation(clock());
      let step = running.next();
      while (step.done !== true) step = running.next(answer(step.value));
      database.exec('COMMIT');
      return step.value;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  const performWhenFree = async <T>(begin: string, operation: (now: number) => Operation<T>): Promise<T> => {
    const giveUpAt = performance.now() + busyLimitMs;
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 100)) {
      try {
        return perform(begin, operation);
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUpAt) throw asStoreError(error, file);
      }
      await sleep(waitMs);
    }
  };

  const countChanges = (): unknown =>
    answer({ text: 'SELECT total_changes() AS count', values: [], returnsRows: true }).rows[0]?.['count'];

  /** What it resolves with outlives a power failure. */
  const write = async <T>(operation: (now: number) => Operation<T>): Promise<T> => {
    let isChanged = false;
    const noting = function* (now: number): Operation<T> {
      const before = countChanges();
      const result = yield* operation(now);
      isChanged = countChanges() !== before;
      return result;
    };
    // IMMEDIATE: whoever begins to write has nobody else's writing to fear until the end.
    const result = await performWhenFree('BEGIN IMMEDIATE', noting);
    if (isChanged)
      await journal.durable().catch((error: unknown) => Promise.reject(asStoreError(error, file)));
    return result;
  };

  return {
    kind: 'sqlite',
    write,
    read: (operation) => performWhenFree('BEGIN', operation),
    ping: () => performWhenFree('BEGIN', () => queryFirst('SELECT 1 AS one')).then(() => undefined),
    now: async () => clock(),
    checkIntegrity: async () => findFaults(database, file),
    backup: (target) => backUp(sqlite, database, target),
    close: async () => {
      // First, since SQLite removes the file with its last connection.
      await journal.close();
      prepared.clear();
      database.close();
    },
  };
}

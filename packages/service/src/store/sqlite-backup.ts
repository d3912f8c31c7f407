import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { findFaults } from './sqlite-faults.ts';

/** Copies page by page while others write, checks the copy, and only then gives it its name. */
export async function backUp(
  sqlite: Pick<typeof Sqlite, 'DatabaseSync'> & Partial<Pick<typeof Sqlite, 'backup'>>,
  database: Sqlite.DatabaseSync,
  target: string,
): Promise<void> {
  if (existsSync(target))
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `${target} exists`,
      hint: 'A backup never replaces a file: choose another name.',
    });
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, 'wx', 0o640));
    // Node.js before 22.16 has no backup: then SQLite copies all at once, and the process waits.
    if (typeof sqlite.backup === 'function') await sqlite.backup(database, partial);
    else database.prepare('VACUUM INTO ?').run(partial);
    const copy = new sqlite.DatabaseSync(partial);
    try {
      // A copy that is to be moved about is one file: no journal beside it.
      copy.exec('PRAGMA journal_mode = DELETE');
      const faults = findFaults(copy, partial);
      if (faults[0] !== undefined) throw new Error(faults[0]);
    } finally {
      copy.close();
    }
    syncToDisk(partial);
    renameSync(partial, target);
    // Windows cannot open folders, and needs no sync of them.
    if (process.platform !== 'win32') syncToDisk(dirname(target));
  } catch (error) {
    rmSync(partial, { force: true });
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `the backup to ${target} failed: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'The store itself was not touched.',
      cause: error,
    });
  }
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

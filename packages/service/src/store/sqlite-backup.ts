import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import { HarnessError } from '@mcp-test-harness/core';
import { findFaults } from './sqlite-faults.ts';

/** Copies page by page while others write, checks the copy, and only then gives it its name. */
export async function backUp(
  sqlite: typeof Sqlite,
  database: Sqlite.DatabaseSync,
  target: string,
): Promise<void> {
  if (typeof sqlite.backup !== 'function')
    throw new HarnessError({
      code: 'CONFIG_NOT_SUPPORTED',
      message: `Node.js ${process.versions.node} has no backup of SQLite databases`,
      hint: 'Use Node.js 22.16 or newer.',
    });
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
    await sqlite.backup(database, partial);
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

import type { DatabaseSync } from 'node:sqlite';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';

/** SQLite's primary result codes that are met here. */
const busy = 5;
const corrupt = 11;
const notADatabase = 26;

function resultCodeOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'errcode' in error
    ? Number(error.errcode) & 0xff
    : undefined;
}

/** Another connection is writing. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === busy;
}

/** Says what is wrong with the store's file. */
export function asStoreError(error: unknown, file: string): HarnessError {
  if (isHarnessError(error)) return error;
  const code = resultCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    code === corrupt || code === notADatabase
      ? 'The file is damaged or no store at all. Stop the service and restore the newest backup.'
      : code === busy
        ? 'Another process holds the store for too long. Only one service may use a file.'
        : 'Look at the file, its rights and the free space of its disk.';
  return new HarnessError({ code: 'IO_WRITE', message: `the store ${file}: ${message}`, hint, cause: error });
}

/** What SQLite itself finds wrong; empty when the file is sound. */
export function findFaults(database: DatabaseSync, file: string): readonly string[] {
  try {
    const sound = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    const dangling = database.prepare('PRAGMA foreign_key_check').all() as {
      table: string;
      parent: string;
    }[];
    return [
      ...sound.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...dangling.map(
        ({ table, parent }) => `a row of ${table} refers to a row of ${parent} that is not there`,
      ),
    ];
  } catch (error) {
    return [asStoreError(error, file).message];
  }
}

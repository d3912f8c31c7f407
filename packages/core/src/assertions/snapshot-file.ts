import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';

/** Snapshots of one suite by key. */
export type SnapshotEntries = Map<string, JsonValue>;

/**
 * Reads a snapshot file; one that does not exist is empty.
 * @throws HarnessError IO_READ naming the file
 */
export async function readSnapshotFile(file: string): Promise<SnapshotEntries> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw unreadable(file, error);
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw unreadable(file, error);
  }
  if (value === null || value === undefined) return new Map();
  if (!isJsonObject(value)) throw unreadable(file, new Error('it is no mapping of snapshots by name'));
  return new Map(Object.entries(value));
}

/**
 * Writes a snapshot file whole or not at all; without entries, the file is removed.
 * @throws HarnessError IO_WRITE naming the file
 */
export async function writeSnapshotFile(
  file: string,
  suite: string,
  entries: SnapshotEntries,
): Promise<void> {
  try {
    if (entries.size === 0) {
      await rm(file, { force: true });
      return;
    }
    const temporary = `${file}.${process.pid}.tmp`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, await formatSnapshots(suite, entries));
    await rename(temporary, file);
  } catch (error) {
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `the snapshots ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}

async function formatSnapshots(suite: string, entries: SnapshotEntries): Promise<string> {
  const { Document } = await import('yaml');
  const sorted = new Map(
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sortMembers(value)]),
  );
  const document = new Document(sorted, { aliasDuplicateObjects: false });
  document.commentBefore = ` Snapshots of the suite ${JSON.stringify(suite)}, written by --update-snapshots.\n Review a change here as you review code.`;
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}

/** Members in a stable order, so that a new order of the server's is no change. */
function sortMembers(value: JsonValue): unknown {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sortMembers);
  if (!isJsonObject(value)) return value;
  return new Map(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortMembers(value[key] as JsonValue)]),
  );
}

function unreadable(file: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `the snapshots ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Mend the file, or delete it and run with --update-snapshots.',
    cause,
  });
}

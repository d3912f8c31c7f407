import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { JsonValue } from '../json.ts';
import { readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts';
import type { SnapshotEntries } from './snapshot-file.ts';
import type { SnapshotStore } from './types.ts';

export interface SnapshotStoreOptions {
  /** Directory that holds `__snapshots__`: that of the configuration file. */
  readonly dir: string;
  /** --update-snapshots. */
  readonly update: boolean;
  /** In CI nothing is ever written. */
  readonly ci: boolean;
}

interface SuiteSnapshots {
  readonly file: string;
  readonly entries: SnapshotEntries;
  readonly asked: Set<string>;
  /** Settles when everything set so far is on disk. */
  saving: Promise<void>;
  /** A save that has not begun yet and will include what is set now. */
  queued: Promise<void> | undefined;
}

/**
 * Snapshots in `<dir>/__snapshots__/<suite>.yaml`, one file for a suite, read when first asked for. Writes of one
 * run are serialised and atomic; several that come together are saved together.
 */
export function createSnapshotStore({ dir, update, ci }: SnapshotStoreOptions): Required<SnapshotStore> {
  const suites = new Map<string, Promise<SuiteSnapshots>>();
  const mode = update && !ci ? 'update' : 'never';
  let written = 0;

  const locate = (suite: string): string => join(dir, '__snapshots__', `${fileNameOf(suite)}.yaml`);
  const open = (suite: string): Promise<SuiteSnapshots> => {
    const known = suites.get(suite);
    if (known !== undefined) return known;
    const opened = openSuite(locate(suite));
    suites.set(suite, opened);
    return opened;
  };
  const save = (suite: string, snapshots: SuiteSnapshots): Promise<void> => {
    snapshots.queued ??= saveAfter(snapshots, suite);
    const { queued } = snapshots;
    snapshots.saving = queued.catch(() => undefined);
    return queued;
  };

  return {
    mode,
    locate,
    async read(suite, key) {
      const snapshots = await open(suite);
      snapshots.asked.add(key);
      return snapshots.entries.get(key);
    },
    async write(suite, key, value) {
      if (mode === 'never') return;
      const snapshots = await open(suite);
      snapshots.asked.add(key);
      snapshots.entries.set(key, value);
      written += 1;
      await save(suite, snapshots);
    },
    async finish(wholeSuites) {
      const obsolete: { suite: string; key: string }[] = [];
      for (const suite of wholeSuites) {
        const snapshots = await open(suite);
        const keys = [...snapshots.entries.keys()].filter((key) => !snapshots.asked.has(key));
        obsolete.push(...keys.map((key) => ({ suite, key })));
        if (mode === 'never' || keys.length === 0) continue;
        for (const key of keys) snapshots.entries.delete(key);
        await save(suite, snapshots);
      }
      return { written, obsolete, removed: mode === 'update' && obsolete.length > 0 };
    },
  };
}

async function saveAfter(snapshots: SuiteSnapshots, suite: string): Promise<void> {
  await snapshots.saving;
  snapshots.queued = undefined;
  await writeSnapshotFile(snapshots.file, suite, snapshots.entries);
}

async function openSuite(file: string): Promise<SuiteSnapshots> {
  const entries: Map<string, JsonValue> = await readSnapshotFile(file);
  return { file, entries, asked: new Set(), saving: Promise.resolve(), queued: undefined };
}

/** The suite's name where it can be a file's name on every system, otherwise a likeness with a hash. */
function fileNameOf(suite: string): string {
  const plain = suite
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^\.+/, '-')
    .slice(0, 100);
  if (plain === suite) return suite;
  return `${plain}-${createHash('sha256').update(suite).digest('hex').slice(0, 8)}`;
}

/** The directory that holds all backups. */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, type BackupManifest } from './manifest.ts';
import { timeOfBackup } from './names.ts';
import { undefinedIfMissing } from './walk.ts';

export const defaultBackupDirectory = '/var/backups/mcp-test-harness';

/** While it is made, or removed, a backup has a name that is none. */
export const partialPrefix = '.partial-';

/**
 * Does work on the directory while nobody else does, after what a killed process has left half done is gone.
 * @throws HarnessError IO_WRITE when another process works on it, or others may write there
 */
export async function withBackups<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true, mode: 0o750 }).catch((cause: unknown) => {
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `cannot make ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Name another directory with --dir.',
      cause,
    });
  });
  await requireOwn(directory);
  return await withLock(
    join(directory, '.lock'),
    fileOperations,
    async () => {
      for (const name of await readdir(directory))
        if (name.startsWith(partialPrefix)) await rm(join(directory, name), { recursive: true, force: true });
      return await work();
    },
    { patienceMs: 1000 },
  );
}

/** Whoever can write a backup decides what a restore puts in place. */
export async function requireOwn(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await lstat(path);
  if ((mode & 0o022) === 0) return;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `${path} may be written by others than its owner (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
    hint: `Whoever can write backups decides what is restored: chmod go-w ${path}`,
  });
}

/** A backup as lists show it: by its manifest, its parts unread. */
export interface ListedBackup {
  readonly name: string;
  /** ms since 1970. */
  readonly at: number;
  readonly manifest: BackupManifest | undefined;
  /** Why there is no manifest to believe. */
  readonly problem: string | undefined;
}

/** Newest first; none where there is no such directory. */
export async function listBackups(directory: string): Promise<readonly ListedBackup[]> {
  const names: readonly string[] = await readdir(directory).catch(
    (error: unknown) => undefinedIfMissing(error) ?? [],
  );
  const found: ListedBackup[] = [];
  for (const name of names.toSorted().toReversed()) {
    const at = timeOfBackup(name);
    if (at === undefined || !(await lstat(join(directory, name))).isDirectory()) continue;
    try {
      found.push({ name, at, manifest: await readManifest(join(directory, name)), problem: undefined });
    } catch (error) {
      found.push({
        name,
        at,
        manifest: undefined,
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return found;
}

/** The newest backup that is one, and is not what a restore has put aside. */
export async function latestBackup(directory: string): Promise<ListedBackup | undefined> {
  return (await listBackups(directory)).find(({ manifest }) => manifest?.backup_type === 'full');
}

export interface RetentionOptions {
  readonly olderThanMs: number;
  /** So many of the newest are kept, however old they are. Only those that can be believed count. */
  readonly keep: number;
  readonly now: number;
  readonly dryRun?: boolean | undefined;
}

/** Removes old backups, and nothing else: what has another name, is a link or a file, or is the directory itself stays. */
export async function pruneBackups(
  directory: string,
  { olderThanMs, keep, now, dryRun = false }: RetentionOptions,
): Promise<readonly string[]> {
  const all = await listBackups(directory);
  const kept = new Set(
    all
      .filter(({ manifest }) => manifest?.backup_type === 'full')
      .slice(0, keep)
      .map(({ name }) => name),
  );
  const old = all.filter(({ name, at }) => now - at > olderThanMs && !kept.has(name)).map(({ name }) => name);
  if (dryRun) return old;
  for (const name of old) {
    // Renamed first: what is half removed must not look like a backup.
    const doomed = join(directory, `${partialPrefix}${name}-removed`);
    await rename(join(directory, name), doomed);
    await rm(doomed, { recursive: true, force: true });
  }
  return old;
}

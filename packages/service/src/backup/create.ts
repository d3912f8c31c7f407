import { HarnessError, HarnessErrorList, isHarnessError } from '@mcp-test-harness/core/errors';
import { codeOf } from '@mcp-test-harness/core/files';
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupPlaces, Environment, PartPlan } from './define.ts';
import { partialPrefix, pruneBackups, withBackups } from './directory.ts';
import {
  digestOf,
  manifestFile,
  manifestSum,
  renderManifest,
  type BackupManifest,
  type SavedPart,
} from './manifest.ts';
import { backupName } from './names.ts';
import { planParts } from './places.ts';
import { savePart } from './save-part.ts';
import { undefinedIfMissing } from './walk.ts';

/** What both kinds of backup need to know. */
export interface BackupContext {
  /** Holds all backups. */
  readonly directory: string;
  /** Of this command line. */
  readonly version: string;
  readonly env: Environment;
  readonly now: () => number;
}

export interface CreateOptions extends BackupContext {
  readonly places: BackupPlaces;
  /** Reports that were changed since are saved. */
  readonly reportsDays: number;
  /** Names of parts that may be absent. Any other that is not there is a failure: it may be on a disk that is not mounted. */
  readonly allowMissing: readonly string[];
  readonly secrets: readonly string[];
  readonly withSecrets: boolean;
  readonly seal?: ((plaintext: string, place: string) => Promise<string>) | undefined;
  /** Undefined: nothing is removed. */
  readonly retention: { readonly days: number; readonly keep: number } | undefined;
}

export interface CreatedBackup {
  readonly name: string;
  readonly folder: string;
  readonly manifest: BackupManifest;
  /** Names of older ones that were removed. */
  readonly removed: readonly string[];
}

const dayMs = 86_400_000;

/**
 * Makes a backup. It is there whole, under its name, or not at all.
 * @throws HarnessErrorList with every part that could not be saved
 */
export async function createBackup(options: CreateOptions): Promise<CreatedBackup> {
  const { directory, places, now, retention } = options;
  return await withBackups(directory, async () => {
    const plans = await planParts(places, {
      directory,
      reportsSince: now() - options.reportsDays * dayMs,
    });
    const made = await writeBackup(plans, {
      ...options,
      type: 'full',
      configFile: places.configFile,
      retentionDays: retention?.days,
      rawDatabase: false,
    });
    const removed =
      retention === undefined
        ? []
        : await pruneBackups(directory, {
            olderThanMs: retention.days * dayMs,
            keep: retention.keep,
            now: now(),
          });
    return { ...made, removed };
  });
}

interface WriteOptions extends BackupContext {
  readonly type: BackupManifest['backup_type'];
  readonly configFile: string;
  readonly allowMissing: readonly string[] | 'all';
  readonly secrets: readonly string[];
  readonly withSecrets: boolean;
  readonly seal?: ((plaintext: string, place: string) => Promise<string>) | undefined;
  readonly retentionDays: number | undefined;
  readonly rawDatabase: boolean;
}

/** Writes one backup; the caller has the lock of the directory. */
export async function writeBackup(
  plans: readonly PartPlan[],
  options: WriteOptions,
): Promise<Omit<CreatedBackup, 'removed'>> {
  const { directory } = options;
  const at = await freeTime(directory, options.now());
  const name = backupName(at);
  const partial = join(directory, `${partialPrefix}${name}`);
  try {
    await mkdir(partial, { mode: 0o700 });
    const parts = await saveAll(plans, partial, name, options);
    const manifest: BackupManifest = {
      format: 1,
      backup_date: new Date(at).toISOString(),
      backup_type: options.type,
      components: parts.map((part) => part.name),
      version: options.version,
      retention_days: options.retentionDays ?? null,
      config: {
        file: options.configFile,
        sha256: await digestOf(options.configFile).catch(() => null),
      },
      missing: plans.map((plan) => plan.name).filter((one) => !parts.some((part) => part.name === one)),
      parts: [...parts],
    };
    const { text, sum } = renderManifest(manifest);
    await writeFile(join(partial, manifestFile), text, { mode: 0o600 });
    await writeFile(join(partial, manifestSum), sum, { mode: 0o600 });
    for (const file of [...parts.map((part) => part.file), manifestFile, manifestSum])
      await syncToDisk(join(partial, file));
    await syncToDisk(partial);
    await rename(partial, join(directory, name));
    await syncToDisk(directory);
    return { name, folder: join(directory, name), manifest };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (isHarnessError(cause)) throw cause;
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `the backup was not made: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Nothing of it was kept. Check the rights and the free space of the directory.',
      cause,
    });
  }
}

async function saveAll(
  plans: readonly PartPlan[],
  folder: string,
  name: string,
  options: WriteOptions,
): Promise<readonly SavedPart[]> {
  const saved: SavedPart[] = [];
  const errors: HarnessError[] = [];
  for (const plan of plans) {
    try {
      const part = await savePart(plan, { ...options, folder, place: `backup:${name}` });
      if (part !== undefined) saved.push(part);
      else if (options.allowMissing !== 'all' && !options.allowMissing.includes(plan.name))
        errors.push(missing(plan));
    } catch (error) {
      errors.push(isHarnessError(error) ? error : failed(plan, error));
    }
  }
  const [first, ...more] = errors;
  if (first !== undefined) throw new HarnessErrorList([first, ...more]);
  return saved;
}

/** Two backups in one second: the later waits for the next, by its name. */
async function freeTime(directory: string, at: number): Promise<number> {
  const taken = await lstat(join(directory, backupName(at))).catch(undefinedIfMissing);
  return taken === undefined ? at : await freeTime(directory, at + 1000);
}

export async function syncToDisk(path: string): Promise<void> {
  // Windows opens no directories, and needs no sync of them.
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (process.platform !== 'win32') throw error;
  });
  try {
    await handle?.sync().catch((error: unknown) => {
      // Some file systems sync no directories.
      if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'EPERM') throw error;
    });
  } finally {
    await handle?.close();
  }
}

function missing({ name, root }: PartPlan): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `there is nothing of ${name} in ${root}`,
    hint: `When that is as it should be, say --allow-missing ${name}.`,
  });
}

function failed({ name }: PartPlan, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_WRITE',
    message: `${name} was not saved: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Nothing of the backup was kept.',
    cause,
  });
}

import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import { chmod, chown, copyFile, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { unpackArchive, type ArchiveEntry } from './archive.ts';
import { writeBackup, syncToDisk, type BackupContext } from './create.ts';
import type { PartPlan } from './define.ts';
import { withBackups } from './directory.ts';
import {
  readJournal,
  rollBack,
  rollForward,
  tidy,
  writeJournal,
  type DatabaseAccess,
  type RestoreJournal,
} from './journal.ts';
import type { BackupManifest, SavedPart } from './manifest.ts';
import { serviceLockIn } from './places.ts';
import { asideOf, dropSchema, schemasThere, servicesConnected } from './postgres-tools.ts';
import { databaseFiles, isConfiguration } from './save-part.ts';
import { swapFiles, type SwapFiles, type SwapOperation } from './swap.ts';
import { verifyBackup, withArchive, type VerifyBackupOptions } from './verify.ts';
import { stagingPrefix, undefinedIfMissing, walkPart, type Walk } from './walk.ts';

export interface RestoreOptions extends BackupContext, VerifyBackupOptions {
  readonly name: string;
  /** Everything below this directory instead of where it was: a drill, which touches nothing else. */
  readonly drillRoot?: string | undefined;
  /** Of the present configuration, when it can be read: keys are left where they are. */
  readonly keyFiles: readonly string[];
  readonly databaseUrl: string | undefined;
  /** Says why a service seems to run; undefined when none does. */
  readonly runningService?: (() => Promise<string | undefined>) | undefined;
  /** Whoever asks knows that no service runs, whatever seems to. A lock that a living process holds is heeded all the same. */
  readonly assumeStopped?: boolean | undefined;
  /** Replaced by tests that let a step fail. */
  readonly files?: SwapFiles | undefined;
}

export interface RestoredBackup {
  readonly name: string;
  readonly manifest: BackupManifest;
  /** Names of the parts that were put back. */
  readonly restored: readonly string[];
  /** What was replaced, as a backup of its own; undefined when there was nothing, and in a drill. */
  readonly safety: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Puts a backup back: verified first, unpacked beside what is there, swapped by renames. Whatever fails before the swap
 * has changed nothing; what fails in it is taken back; what is killed in it is completed by {@link finishRestore}.
 * @throws HarnessError
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredBackup> {
  const { directory, name, drillRoot } = options;
  return await withBackups(directory, async () => {
    await finishJournal(directory, access(options));
    const { manifest, problems, notes } = await verifyBackup(directory, name, options);
    if (manifest === undefined || problems.length > 0) throw notSound(directory, name, problems);
    if (drillRoot !== undefined) return await putBack(options, inDrill(manifest, drillRoot), notes);
    const why = options.assumeStopped === true ? undefined : await options.runningService?.();
    if (why !== undefined) throw serviceRuns(why);
    return await withoutService(manifest, options, () => putBack(options, manifest, notes));
  });
}

/** What was made of a restore that had been killed. */
export interface FinishedRestore {
  readonly backup: string;
  readonly outcome: 'completed' | 'undone';
}

/** Completes, or undoes, a restore that was killed; undefined when there is none. To be called before a service starts. */
export async function finishRestore(
  directory: string,
  database: DatabaseAccess,
): Promise<FinishedRestore | undefined> {
  // Without a journal nothing is locked, made or asked: this is called at every start.
  if ((await readJournal(directory)) === undefined) return undefined;
  return await withBackups(directory, () => finishJournal(directory, database));
}

async function finishJournal(
  directory: string,
  database: DatabaseAccess,
): Promise<FinishedRestore | undefined> {
  const journal = await readJournal(directory);
  if (journal === undefined) return undefined;
  if (journal.state === 'staging') {
    await rollBack(directory, journal, database);
    return { backup: journal.backup, outcome: 'undone' };
  }
  if (journal.state === 'swapping') await rollForward(directory, journal, database);
  await tidy(directory, journal, database);
  return { backup: journal.backup, outcome: 'completed' };
}

const access = ({ databaseUrl, env }: RestoreOptions): DatabaseAccess => ({ url: databaseUrl, env });

/** Holds the lock of the service meanwhile, so that none starts. */
async function withoutService<T>(
  manifest: BackupManifest,
  { databaseUrl, assumeStopped }: RestoreOptions,
  work: () => Promise<T>,
): Promise<T> {
  const database = manifest.parts.find(({ name }) => name === 'database');
  if (database === undefined) return await work();
  if (database.kind === 'postgres' && databaseUrl !== undefined && assumeStopped !== true) {
    const connected = await servicesConnected(databaseUrl);
    if (connected > 0) throw serviceRuns(`${connected} connections of services to the database`);
  }
  await mkdir(database.root, { recursive: true, mode: 0o750 });
  let locked = false;
  try {
    return await withLock(
      serviceLockIn(database.root),
      fileOperations,
      () => {
        locked = true;
        return work();
      },
      { patienceMs: 0 },
    );
  } catch (error) {
    if (!locked && isHarnessError(error)) throw serviceRuns(error.message);
    throw error;
  }
}

async function putBack(
  options: RestoreOptions,
  manifest: BackupManifest,
  notes: readonly string[],
): Promise<RestoredBackup> {
  const { directory, name, drillRoot, files = swapFiles } = options;
  const isDrill = drillRoot !== undefined;
  const said = [...notes];
  const parts: SavedPart[] = [];
  for (const part of manifest.parts) {
    if (!isDrill && part.name === 'audit-log' && (await hasLog(part))) {
      said.push(
        'the audit log was left as it is: an earlier one in its place would hide what was done since',
      );
      continue;
    }
    parts.push(part);
  }
  const plans = new Map(parts.map((part) => [part, presentPlan(part, manifest, options)]));
  // Of a database, what is there may be what is broken: it is kept as the files that it is.
  const safety = isDrill ? undefined : await saveAside([...plans.values()], options, manifest);
  const journal: RestoreJournal = {
    format: 1,
    backup: name,
    state: 'staging',
    stagings: [
      ...new Set(
        parts.filter(({ kind }) => isDrill || kind !== 'postgres').map((part) => stagingOf(part, name)),
      ),
    ],
    made: await missingDirectories(parts.map((part) => part.root)),
    operations: [],
  };
  await writeJournal(directory, journal);
  let prepared: RestoreJournal;
  try {
    prepared = { ...journal, state: 'swapping', ...(await prepare(plans, options, isDrill)) };
    await writeJournal(directory, prepared);
  } catch (error) {
    await rollBack(directory, journal, access(options));
    throw error;
  }
  try {
    await rollForward(directory, prepared, access(options), files);
  } catch (error) {
    await rollBack(directory, prepared, access(options));
    throw asRestoreError(error);
  }
  await tidy(directory, prepared, access(options));
  return { name, manifest, restored: parts.map((part) => part.name), safety, notes: said };
}

/** Those of the paths, and of the directories above them, that are not there. */
async function missingDirectories(paths: readonly string[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const path of paths)
    for (let one = path; (await lstat(one).catch(undefinedIfMissing)) === undefined; one = dirname(one))
      missing.add(one);
  return [...missing];
}

/** A log that has begun is not replaced. */
async function hasLog({ root, names = [] }: SavedPart): Promise<boolean> {
  const [log = ''] = names;
  const found = await lstat(join(root, log)).catch(undefinedIfMissing);
  return found !== undefined && found.size > 0;
}

/** What is in the place of a part now, by the same rules by which the part was saved. */
function presentPlan(part: SavedPart, manifest: BackupManifest, options: RestoreOptions): PartPlan {
  const skip = new Map<string, string>([
    ...part.excluded.map(({ path, reason }) => [join(part.root, path), reason] as const),
    ...options.keyFiles.map((path) => [path, 'a key'] as const),
    ...manifest.parts
      .filter((other) => other !== part)
      .flatMap((other) =>
        other.kind === 'files'
          ? (other.names ?? []).map((name) => join(other.root, name))
          : other.root === part.root
            ? []
            : [other.root],
      )
      .map((path) => [path, 'another part'] as const),
    [options.directory, 'backups'],
  ]);
  return {
    name: part.name,
    kind: part.kind,
    root: part.root,
    names: part.names,
    skip,
    withoutKeys: isConfiguration(part.name),
    database:
      part.schema === undefined || options.databaseUrl === undefined
        ? undefined
        : { url: options.databaseUrl, schema: part.schema },
  };
}

async function saveAside(
  plans: readonly PartPlan[],
  options: RestoreOptions,
  manifest: BackupManifest,
): Promise<string | undefined> {
  const present: PartPlan[] = [];
  for (const plan of plans) {
    const { database } = plan;
    if (plan.kind !== 'postgres') present.push(plan);
    else if (database !== undefined && (await schemasThere(database.url, database.schema)).own)
      present.push(plan);
  }
  const made = await writeBackup(present, {
    ...options,
    type: 'before-restore',
    configFile: manifest.config.file,
    allowMissing: 'all',
    // It lies where the configuration lay, for who could read that.
    secrets: [],
    withSecrets: true,
    retentionDays: undefined,
    rawDatabase: true,
  });
  return made.manifest.parts.length === 0 ? undefined : made.name;
}

const stagingOf = (part: SavedPart, name: string): string => join(part.root, `${stagingPrefix}${name}`);

/** Unpacks everything beside its place, and says what is to be done then. */
async function prepare(
  plans: ReadonlyMap<SavedPart, PartPlan>,
  options: RestoreOptions,
  isDrill: boolean,
): Promise<Pick<RestoreJournal, 'operations' | 'postgres'>> {
  const { directory, name, unseal } = options;
  const folder = join(directory, name);
  const operations: SwapOperation[] = [];
  let postgres: RestoreJournal['postgres'];
  for (const [part, plan] of plans) {
    if (part.kind === 'postgres' && !isDrill) {
      postgres = await prepareSchema(part, join(folder, part.file), options);
      continue;
    }
    await mkdir(part.root, { recursive: true, mode: 0o750 });
    const staging = join(stagingOf(part, name), part.name);
    const fresh = join(staging, 'new');
    const entries =
      part.kind === 'sqlite' || part.kind === 'postgres'
        ? await stageFile(part, join(folder, part.file), fresh)
        : await withArchive(folder, name, part, unseal, (archive) => unpackArchive(archive, fresh));
    const present = await presentFiles(plan);
    refuseConflicts(part, entries, present);
    operations.push(...(await planSwap(part, entries, present, fresh, join(staging, 'kept'))));
  }
  // What is put back last of all is what says where everything else is.
  return { operations: inPhases(operations), ...(postgres === undefined ? {} : { postgres }) };
}

async function prepareSchema(
  { schema = '' }: SavedPart,
  dump: string,
  { databaseUrl }: RestoreOptions,
): Promise<NonNullable<RestoreJournal['postgres']>> {
  if (databaseUrl === undefined)
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: 'the backup holds a database of PostgreSQL, and nothing says where it is to go',
      hint: 'Set DATABASE_URL, or name the configuration by --config.',
    });
  // Of an earlier restore that could not remove it.
  await dropSchema(databaseUrl, asideOf(schema));
  return { schema, dump, hadSchema: (await schemasThere(databaseUrl, schema)).own };
}

/** A database is one file, and belongs to who owns its directory. */
async function stageFile(part: SavedPart, file: string, fresh: string): Promise<readonly ArchiveEntry[]> {
  const path = part.names?.[0] ?? part.file;
  const target = join(fresh, path);
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await copyFile(file, target);
  await chmod(target, 0o640);
  const { uid, gid } = await stat(part.root);
  if (process.getuid?.() === 0) await chown(target, uid, gid);
  await syncToDisk(target);
  return [
    {
      path,
      isDirectory: false,
      sizeBytes: part.bytes,
      mode: 0o640,
      uid,
      gid,
      modifiedAt: undefined,
    },
  ];
}

async function presentFiles(plan: PartPlan): Promise<Walk> {
  // Links of a database to elsewhere, and what is no file, are told by the conflict.
  const names = plan.kind === 'sqlite' ? databaseFiles(plan.names?.[0] ?? '') : plan.names;
  return await walkPart(plan.kind === 'postgres' ? { ...plan, names: [] } : { ...plan, names });
}

/** What is not in the safety backup is not replaced either. */
function refuseConflicts(part: SavedPart, entries: readonly ArchiveEntry[], { excluded }: Walk): void {
  for (const { path, reason } of excluded) {
    const inItsWay = entries.find((entry) => entry.path === path || entry.path.startsWith(`${path}/`));
    if (inItsWay === undefined) continue;
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `${join(part.root, path)} is ${reason} and in the way of ${JSON.stringify(inItsWay.path)} from the backup`,
      hint: 'Move it away, then restore again. Nothing was changed.',
    });
  }
}

async function planSwap(
  part: SavedPart,
  entries: readonly ArchiveEntry[],
  present: Walk,
  fresh: string,
  kept: string,
): Promise<readonly SwapOperation[]> {
  const at = (path: string): string => (path === '.' ? part.root : join(part.root, path));
  const saved = new Map(entries.map((entry) => [entry.path, entry]));
  const isMerge = part.kind === 'merge';
  const operations: SwapOperation[] = [];
  for (const { path, isDirectory } of present.entries) {
    if (isDirectory) {
      if (part.kind !== 'tree' || saved.get(path)?.isDirectory === true) continue;
      operations.push({ kind: 'remove-directory', target: at(path), mode: await modeOf(at(path)) });
    } else if (!isMerge || saved.has(path)) {
      operations.push({ kind: 'aside', target: at(path), kept: join(kept, path) });
    }
  }
  for (const { path, isDirectory, mode, uid, gid } of entries) {
    const target = at(path);
    if (!isDirectory) {
      operations.push({ kind: 'put', staged: join(fresh, path), target });
      continue;
    }
    const found = await lstat(target).catch(undefinedIfMissing);
    const isThere = found?.isDirectory() === true;
    // A directory that other things are in too keeps its mode.
    if (isThere && part.kind !== 'tree') continue;
    operations.push({
      kind: 'directory',
      target,
      mode: (mode ?? 0o750) & 0o777,
      ...(isThere ? { before: found.mode & 0o777 } : {}),
      ...(process.getuid?.() === 0 && uid !== undefined && gid !== undefined
        ? { owner: [uid, gid] as [number, number] }
        : {}),
    });
  }
  return operations;
}

async function modeOf(path: string): Promise<number> {
  return (await lstat(path)).mode & 0o777;
}

const phases: readonly SwapOperation['kind'][] = ['aside', 'remove-directory', 'directory', 'put'];

/** Out of the way what is there, from the inside out; then into place what is new, from the outside in. */
function inPhases(operations: readonly SwapOperation[]): SwapOperation[] {
  return phases.flatMap((kind) => {
    const some = operations.filter((operation) => operation.kind === kind);
    if (kind === 'remove-directory') some.sort((a, b) => b.target.length - a.target.length);
    if (kind === 'directory') some.sort((a, b) => a.target.length - b.target.length);
    return some;
  });
}

/** The same parts, below another directory. */
function inDrill(manifest: BackupManifest, drillRoot: string): BackupManifest {
  return {
    ...manifest,
    parts: manifest.parts.map((part) => ({
      ...part,
      root: join(drillRoot, relative(rootOf(part.root), part.root)),
    })),
  };
}

function rootOf(path: string): string {
  const parent = dirname(path);
  return parent === path ? path : rootOf(parent);
}

function notSound(
  directory: string,
  name: string,
  problems: readonly { readonly file: string; readonly reason: string }[],
): HarnessError {
  const said = problems.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
  return new HarnessError({
    code: 'IO_READ',
    message: `the backup ${join(directory, name)} is not restored: ${said}`,
    hint: 'Nothing was changed. Use another: mcp-test-harness backup list.',
  });
}

function serviceRuns(why: string): HarnessError {
  return new HarnessError({
    code: 'IO_WRITE',
    message: `the service seems to run: ${why}`,
    hint: 'Stop it first: systemctl stop mcp-test-harness. Nothing was changed.',
  });
}

function asRestoreError(error: unknown): HarnessError {
  const reason = error instanceof Error ? error.message : String(error);
  return new HarnessError({
    code: 'IO_WRITE',
    message: `the restore failed and was taken back: ${reason}`,
    hint: isHarnessError(error) ? error.hint : 'Check the rights and the free space of the places.',
    cause: error,
  });
}

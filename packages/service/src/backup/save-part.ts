import { HarnessError } from '@mcp-test-harness/core/errors';
import { chmod, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSqliteFile, openStore } from '../store/index.ts';
import { packArchive, type Extent } from './archive.ts';
import type { Environment, Exclusion, PartPlan } from './define.ts';
import { digestOf, type SavedPart } from './manifest.ts';
import { copyAuditLog } from './places.ts';
import { dumpSchema } from './postgres-tools.ts';
import { tooOld, undefinedIfMissing, walkPart, type Walk } from './walk.ts';

interface SaveOptions {
  /** The directory of the backup, while it is made. */
  readonly folder: string;
  readonly env: Environment;
  /** Encrypts the configuration. */
  readonly seal?: ((plaintext: string, place: string) => Promise<string>) | undefined;
  /** What a sealed text belongs to. */
  readonly place: string;
  /** Values that must not be in a backup in the clear. */
  readonly secrets: readonly string[];
  readonly withSecrets: boolean;
  /** A database that may be damaged is saved as the files that it is: no service runs. */
  readonly rawDatabase: boolean;
}

/** Saves a part into the folder; undefined when there is nothing of it. */
export async function savePart(plan: PartPlan, options: SaveOptions): Promise<SavedPart | undefined> {
  if (plan.kind === 'postgres') return await savePostgres(plan, options);
  if ((await lstat(plan.root).catch(undefinedIfMissing)) === undefined) return undefined;
  if (plan.kind === 'sqlite') {
    const [name = ''] = plan.names ?? [];
    if ((await lstat(join(plan.root, name)).catch(undefinedIfMissing)) === undefined) return undefined;
    return options.rawDatabase
      ? await saveFiles({ ...plan, kind: 'files', names: databaseFiles(name) }, options)
      : await saveSqlite(plan, name, options);
  }
  return await saveFiles(plan, options);
}

/** Whether a part may hold secrets: the tree of the configuration, and files of it that lie elsewhere. */
export const isConfiguration = (name: string): boolean =>
  !['baselines', 'reports', 'database', 'audit-log'].includes(name);

/** A database and what SQLite keeps beside it. */
export const databaseFiles = (name: string): readonly string[] => [name, `${name}-wal`, `${name}-shm`];

async function saveFiles(plan: PartPlan, options: SaveOptions): Promise<SavedPart | undefined> {
  const isAuditLog = plan.name === 'audit-log';
  const copies = join(options.folder, '.audit-log');
  const source = isAuditLog ? { ...plan, root: copies } : plan;
  if (isAuditLog) {
    await mkdir(copies, { mode: 0o700 });
    await copyAuditLog(plan, copies);
  }
  const walk = await walkPart(source);
  if (plan.kind === 'files' && walk.entries.length === 0) return undefined;
  const isSecret = isConfiguration(plan.name);
  if (isSecret && options.seal === undefined) await refuseSecrets(plan, walk, options);
  const file = `${fileNames[plan.name] ?? plan.name}.tar.gz`;
  const extent = await packArchive(join(options.folder, file), source.root, walk.entries);
  if (isAuditLog) await rm(copies, { recursive: true });
  const seal = isSecret ? options.seal : undefined;
  if (seal === undefined) return await describe(plan, file, extent, walk.excluded, options.folder);
  const sealed = `${fileNames[plan.name] ?? plan.name}.tar.sealed`;
  const archive = join(options.folder, file);
  const text = await seal((await readFile(archive)).toString('base64'), `${options.place}:${plan.name}`);
  await writeFile(join(options.folder, sealed), text, { mode: 0o600, flag: 'wx' });
  await rm(archive);
  return { ...(await describe(plan, sealed, extent, walk.excluded, options.folder)), sealed: true };
}

/** As the deployment guide calls them. */
const fileNames: Readonly<Record<string, string>> = { configuration: 'config' };

async function saveSqlite(plan: PartPlan, name: string, { folder }: SaveOptions): Promise<SavedPart> {
  const file = 'database.sqlite';
  const store = await openStore({ file: join(plan.root, name), schemaChanges: 'refuse' });
  try {
    await store.backup?.(join(folder, file));
  } finally {
    await store.close();
  }
  const [fault] = await checkSqliteFile(join(folder, file));
  if (fault !== undefined)
    throw new HarnessError({
      code: 'IO_READ',
      message: `the database is damaged: ${fault}`,
      hint: 'A backup of it would be no help. Restore an earlier one.',
    });
  const { size } = await stat(join(folder, file));
  return await describe(plan, file, { files: 1, directories: 0, unpackedBytes: size }, [], folder);
}

async function savePostgres(plan: PartPlan, { folder, env }: SaveOptions): Promise<SavedPart> {
  const { database } = plan;
  if (database === undefined) throw new Error(`${plan.name} does not say which database it is`);
  const file = 'database.dump';
  await dumpSchema({ ...database, env }, join(folder, file));
  const { size } = await stat(join(folder, file));
  return {
    ...(await describe(plan, file, { files: 1, directories: 0, unpackedBytes: size }, [], folder)),
    schema: database.schema,
  };
}

async function describe(
  { name, kind, root, names }: PartPlan,
  file: string,
  { files, directories, unpackedBytes }: Extent,
  excluded: readonly Exclusion[],
  folder: string,
): Promise<SavedPart> {
  const path = join(folder, file);
  await chmod(path, 0o600);
  const [{ size }, sha256] = await Promise.all([stat(path), digestOf(path)]);
  return {
    name,
    kind,
    file,
    sha256,
    bytes: size,
    root,
    ...(names === undefined ? {} : { names: [...names] }),
    files,
    directories,
    unpacked_bytes: unpackedBytes,
    sealed: false,
    excluded: [...summarise(excluded)],
  };
}

/** There may be thousands of old reports, and nobody wants to read their names. */
function summarise(excluded: readonly Exclusion[]): readonly Exclusion[] {
  const others = excluded.filter(({ reason }) => reason !== tooOld);
  const old = excluded.length - others.length;
  return old === 0 ? others : [...others, { path: '.', reason: `${old} that are ${tooOld}` }];
}

/** Shorter ones are found in texts that have nothing to do with them. */
const shortestSecret = 8;
/** Files of a configuration are smaller. */
const searchedBytes = 4 * 1024 * 1024;

async function refuseSecrets(plan: PartPlan, { entries }: Walk, options: SaveOptions): Promise<void> {
  if (options.withSecrets) return;
  const secrets = options.secrets.filter(({ length }) => length >= shortestSecret);
  if (secrets.length === 0) return;
  const holding: string[] = [];
  for (const { path, isDirectory, sizeBytes } of entries) {
    if (isDirectory || sizeBytes > searchedBytes) continue;
    const text = await readFile(join(plan.root, path), 'utf8');
    if (secrets.some((secret) => text.includes(secret))) holding.push(path);
  }
  if (holding.length === 0) return;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `secrets of the configuration stand in ${holding.map((path) => JSON.stringify(path)).join(', ')}, and would be in the backup in the clear`,
    hint: 'Write ${NAME} there and give it by the environment; or configure security.data_protection, by which the configuration is encrypted; or say --with-secrets.',
  });
}

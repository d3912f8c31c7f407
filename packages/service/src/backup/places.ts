/** Where everything of a service lies, and the parts that this makes. */
import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import { copyFile, link } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { findParts, headOf, lockOf } from '../audit/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import type { BackupPlaces, PartPlan } from './define.ts';
import { undefinedIfMissing } from './walk.ts';

/** The store of a service without PostgreSQL. */
export const databaseFileIn = (dataDir: string): string => join(dataDir, 'store.db');

/** Held by a running service; who has it may replace what a service works on. */
export const serviceLockIn = (dataDir: string): string => join(dataDir, 'service.lock');

/** What a configuration says of where things are. */
export function placesOf(settings: ServiceSettings): BackupPlaces {
  const { file, service, security, reporting, baselineDir } = settings;
  const directory = dirname(file);
  const { audit, encryption, rbacFile, api } = security;
  const elsewhere: readonly (readonly [string, string | undefined])[] = [
    ['rbac', rbacFile],
    ['tls-config', api?.tlsFile],
  ];
  return {
    configFile: file,
    // As the deployment guide lays it out: suites and policies lie beside config/.
    configRoot: basename(directory) === 'config' ? dirname(directory) : directory,
    elsewhere: new Map(
      elsewhere.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const])),
    ),
    keyFiles: [...(audit === undefined ? [] : [audit.keyFile]), ...filesNamedIn(encryption?.options ?? {})],
    baselineDir,
    reportDir: reporting.outputDir,
    dataDir: service.dataDir,
    database:
      service.databaseUrl === undefined
        ? { kind: 'sqlite', file: databaseFileIn(service.dataDir) }
        : { kind: 'postgres', url: service.databaseUrl, schema: 'mcp_test_harness' },
    auditFile: audit?.file,
  };
}

/** Files that the options of a key provider name: keys, tokens, and what it is trusted by. */
function filesNamedIn(options: object): readonly string[] {
  return Object.entries(options).flatMap(([option, value]: readonly [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return filesNamedIn(value);
    return typeof value === 'string' && (option === 'path' || option.endsWith('_file')) ? [value] : [];
  });
}

interface PlanOptions {
  /** Where backups lie: no part of any. */
  readonly directory: string;
  /** Older reports are left out, in ms since 1970. */
  readonly reportsSince?: number | undefined;
}

/** What is to be saved. */
export async function planParts(places: BackupPlaces, options: PlanOptions): Promise<readonly PartPlan[]> {
  const { configRoot, baselineDir, reportDir, dataDir, database, auditFile, keyFiles, elsewhere } = places;
  const auditFiles = auditFile === undefined ? [] : await auditFilesOf(auditFile);
  const others = new Map([
    ...keyFiles.map((path) => [path, 'a key'] as const),
    ...[baselineDir, reportDir, dataDir, ...auditFiles].map((path) => [path, 'another part'] as const),
    ...(auditFile === undefined ? [] : [[lockOf(auditFile), 'a lock'] as const]),
    [options.directory, 'backups'] as const,
  ]);
  /** All of those, but the root itself. */
  const skipIn = (root: string): ReadonlyMap<string, string> =>
    new Map([...others].filter(([path]) => path !== root));
  const trees: PartPlan[] = [
    { name: 'configuration', kind: 'tree', root: configRoot, skip: skipIn(configRoot), withoutKeys: true },
    ...[...elsewhere]
      .filter(([, path]) => !isBelow(path, configRoot))
      .map(([name, path]): PartPlan => ({
        name,
        kind: 'files',
        root: dirname(path),
        names: [basename(path)],
        withoutKeys: true,
      })),
    { name: 'baselines', kind: 'tree', root: baselineDir, skip: skipIn(baselineDir) },
    {
      name: 'reports',
      kind: 'merge',
      root: reportDir,
      skip: skipIn(reportDir),
      changedSince: options.reportsSince,
    },
  ];
  return [
    ...trees,
    database.kind === 'sqlite'
      ? { name: 'database', kind: 'sqlite', root: dirname(database.file), names: [basename(database.file)] }
      : { name: 'database', kind: 'postgres', root: dataDir, database },
    ...(auditFile === undefined
      ? []
      : [
          {
            name: 'audit-log',
            kind: 'files',
            root: dirname(auditFile),
            names: auditFiles.map((path) => basename(path)),
          } as const,
        ]),
  ];
}

/** A log, its rotated parts and its head; the log also when it is not there, so that its absence is noticed. */
async function auditFilesOf(file: string): Promise<readonly string[]> {
  const parts = await findParts(file).catch((error: unknown) => undefinedIfMissing(error) ?? []);
  return [...new Set([file, ...parts, headOf(file)])];
}

/**
 * Copies an audit log as it is at one moment, while services write it. They wait for copies of the last part only:
 * earlier ones do not change any more, and a second name is enough.
 */
export async function copyAuditLog(plan: PartPlan, into: string): Promise<void> {
  const [name = '', ...others] = plan.names ?? [];
  const log = join(plan.root, name);
  await withLock(lockOf(log), fileOperations, async () => {
    const current = new Set([log, headOf(log)]);
    for (const one of [log, ...others.map((other) => join(plan.root, other))]) {
      const target = join(into, basename(one));
      const copied = current.has(one)
        ? copyFile(one, target)
        : link(one, target).catch(() => copyFile(one, target));
      await copied.catch(undefinedIfMissing);
    }
  });
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

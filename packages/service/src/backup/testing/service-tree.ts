/** A service's files in one folder, laid out as the deployment guide does: etc, var/lib, var/log. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createAuditKey, loadAuditKey, openAuditLog } from '../../audit/index.ts';
import { openStore } from '../../store/index.ts';
import { aRun } from '../../store/testing/runs.ts';
import type { BackupPlaces } from '../define.ts';
import { databaseFileIn } from '../places.ts';

/** Of nothing: what a test looks for is that it is not in a backup. */
export const privateKey = '-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n';

/** Names that programs which read lists of names line by line, or as options, stumble over. */
export const oddNames = [
  'a\nb.html',
  '-rf',
  '--checkpoint-action=exec=sh',
  '@archive',
  'ä ö.json',
  ' ',
  "it's",
];

export interface ServiceTree {
  readonly folder: string;
  readonly places: BackupPlaces;
}

export async function makeServiceTree(folder: string): Promise<ServiceTree> {
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const etc = at('etc', 'mcp-test-harness');
  write(join(etc, 'config', 'production.yaml'), 'global: { environment: production }\n');
  write(join(etc, 'config', 'environments', 'aws.yaml'), 'global: { fail_fast: true }\n');
  write(join(etc, 'test-suites', 'core', 'core.yaml'), 'test_suites: []\n');
  write(join(etc, 'rbac.yaml'), 'roles: []\nusers: []\n');
  write(join(etc, 'tls', 'server.key'), privateKey);
  mkdirSync(join(etc, 'test-suites', 'custom'));
  symlinkSync('production.yaml', join(etc, 'config', 'current.yaml'));
  symlinkSync('/etc/hostname', join(etc, 'config', 'outside.yaml'));
  chmodSync(join(etc, 'rbac.yaml'), 0o640);
  const lib = at('var', 'lib', 'mcp-test-harness');
  write(join(lib, 'baselines', 'core-protocol', 'baseline.json'), '{"response_times": [1, 2]}\n');
  linkSync(
    join(lib, 'baselines', 'core-protocol', 'baseline.json'),
    join(lib, 'baselines', 'core-protocol', 'baseline.1.json'),
  );
  const log = at('var', 'log', 'mcp-test-harness');
  for (const name of oddNames) write(join(log, 'reports', 'runs', name), `report ${name}\n`);
  const store = await openStore({ file: databaseFileIn(lib) });
  for (let n = 0; n < 20; n += 1) await store.runs.enqueue(aRun(`run ${n}`));
  await store.close();
  await createAuditKey(join(etc, 'audit.key'));
  const audit = await openAuditLog({
    file: join(log, 'audit.log'),
    key: await loadAuditKey(join(etc, 'audit.key')),
  });
  await audit.append({ action: 'test:run', outcome: 'succeeded', actor: { via: 'cli' } });
  return {
    folder,
    places: {
      configFile: join(etc, 'config', 'production.yaml'),
      configRoot: etc,
      elsewhere: new Map([['rbac', join(etc, 'rbac.yaml')]]),
      keyFiles: [join(etc, 'audit.key')],
      baselineDir: join(lib, 'baselines'),
      reportDir: join(log, 'reports'),
      dataDir: lib,
      database: { kind: 'sqlite', file: databaseFileIn(lib) },
      auditFile: join(log, 'audit.log'),
    },
  };
}

/** What is in a folder: names, kinds, modes and contents; not locks, and not how SQLite has laid out a file. */
export function digestTree(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (/service\.lock$|audit\.log\.lock$/.test(name)) continue;
    const path = join(folder, name);
    const stats = lstatSync(path);
    const mode = (stats.mode & 0o777).toString(8);
    found[name] = stats.isDirectory()
      ? `directory ${mode}`
      : stats.isSymbolicLink()
        ? `link to ${readlinkSync(path)}`
        : `file ${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  }
  return found;
}

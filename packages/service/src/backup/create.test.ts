import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { list } from 'tar';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { createBackup, type CreateOptions } from './create.ts';
import { latestBackup, listBackups, pruneBackups } from './directory.ts';
import { backupName } from './names.ts';
import { makeServiceTree, oddNames, privateKey, type ServiceTree } from './testing/service-tree.ts';
import { verifyBackup } from './verify.ts';

const newFolder = temporaryFolders();
const dayMs = 86_400_000;
const now = Date.parse('2026-11-26T12:00:00Z');
let tree: ServiceTree;

beforeAll(async () => {
  tree = await makeServiceTree(newFolder());
});

const options = (more: Partial<CreateOptions> = {}): CreateOptions => ({
  directory: join(mkdtempSync(join(newFolder(), 'd-')), 'backups'),
  places: tree.places,
  version: '1.2.3',
  env: {},
  now: () => now,
  reportsDays: 30,
  allowMissing: [],
  secrets: [],
  withSecrets: false,
  retention: undefined,
  ...more,
});

async function namesIn(archive: string): Promise<readonly string[]> {
  const names: string[] = [];
  await list({ file: archive, onReadEntry: ({ path }) => names.push(path) });
  return names;
}

describe('a backup', () => {
  it('holds every part, and a manifest that says what, how much and with which checksum', async () => {
    const { folder, name, manifest } = await createBackup(options());
    expect(name).toBe('20261126_120000');
    expect(readdirSync(folder).toSorted()).toEqual([
      'audit-log.tar.gz',
      'baselines.tar.gz',
      'config.tar.gz',
      'database.sqlite',
      'manifest.json',
      'manifest.json.sha256',
      'reports.tar.gz',
    ]);
    expect(manifest).toMatchObject({
      backup_date: '2026-11-26T12:00:00.000Z',
      backup_type: 'full',
      version: '1.2.3',
      components: ['configuration', 'baselines', 'reports', 'database', 'audit-log'],
      missing: [],
    });
    for (const { file, sha256, bytes } of manifest.parts) {
      const content = readFileSync(join(folder, file));
      expect([file, bytes, sha256]).toEqual([
        file,
        content.length,
        createHash('sha256').update(content).digest('hex'),
      ]);
    }
    expect(await verifyBackup(join(folder, '..'), name, { env: {} })).toMatchObject({ problems: [] });
  });

  it('holds policies that lie beside config/, and keeps odd names', async () => {
    const { folder } = await createBackup(options());
    expect(await namesIn(join(folder, 'config.tar.gz'))).toEqual(
      expect.arrayContaining(['./rbac.yaml', './config/production.yaml', './test-suites/custom/']),
    );
    expect(await namesIn(join(folder, 'reports.tar.gz'))).toEqual(
      expect.arrayContaining(oddNames.map((name) => `./runs/${name}`)),
    );
  });

  it('holds no key, and says which it has left out', async () => {
    const { folder, manifest } = await createBackup(options());
    const [configuration] = manifest.parts;
    expect(configuration?.excluded).toEqual([
      { path: 'audit.key', reason: 'a key' },
      { path: 'config/outside.yaml', reason: 'a link out of the tree' },
      { path: 'tls/server.key', reason: 'a private key' },
    ]);
    const names = await namesIn(join(folder, 'config.tar.gz'));
    expect(names.filter((name) => /key|outside/.test(name))).toEqual([]);
    expect(privateKey).toContain('PRIVATE KEY');
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    const { folder } = await createBackup(options());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('is none when a part is missing: nothing is left, and the part is named', async () => {
    const baselines = tree.places.baselineDir;
    renameSync(baselines, `${baselines}.away`);
    try {
      const wanted = options();
      await expect(createBackup(wanted)).rejects.toMatchObject({
        message: `there is nothing of baselines in ${baselines}`,
        hint: expect.stringContaining('--allow-missing baselines') as string,
      });
      expect(readdirSync(wanted.directory)).toEqual([]);
      const { manifest } = await createBackup({ ...wanted, allowMissing: ['baselines'] });
      expect(manifest.components).not.toContain('baselines');
      expect(manifest.missing).toEqual(['baselines']);
    } finally {
      renameSync(`${baselines}.away`, baselines);
    }
  });

  it('of a damaged database is none', async () => {
    const { folder, places } = await makeServiceTree(newFolder());
    const file = places.database.kind === 'sqlite' ? places.database.file : '';
    const bytes = readFileSync(file);
    bytes.fill(0x55, 4096, 12_288);
    writeFileSync(file, bytes);
    const wanted = options({ places });
    await expect(createBackup(wanted)).rejects.toThrow(/database|store/);
    expect(readdirSync(wanted.directory)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  it('leaves out reports that are older than asked for, and says how many', async () => {
    const { places } = await makeServiceTree(newFolder());
    const old = new Date(now - 31 * dayMs);
    utimesSync(join(places.reportDir, 'runs', 'a\nb.html'), old, old);
    const { folder, manifest } = await createBackup(options({ places }));
    expect(await namesIn(join(folder, 'reports.tar.gz'))).not.toContain('./runs/a\nb.html');
    expect(manifest.parts.find(({ name }) => name === 'reports')?.excluded).toEqual([
      { path: '.', reason: '1 that are older than asked for' },
    ]);
  });

  it('does not follow a link that somebody has put among the reports', async () => {
    const { places } = await makeServiceTree(newFolder());
    symlinkSync('/etc/passwd', join(places.reportDir, 'runs', 'passwd'));
    symlinkSync('/etc', join(places.reportDir, 'etc'));
    const { folder } = await createBackup(options({ places }));
    const names = await namesIn(join(folder, 'reports.tar.gz'));
    expect(names.filter((name) => /passwd|etc/.test(name))).toEqual([]);
  });

  it('refuses a directory that others may write', async () => {
    const directory = join(newFolder(), 'open');
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    await expect(createBackup(options({ directory }))).rejects.toThrow(/may be written by others/);
  });

  it('removes what a killed one has left', async () => {
    const wanted = options();
    mkdirSync(join(wanted.directory, '.partial-20261126_000000'), { recursive: true });
    await createBackup(wanted);
    expect(readdirSync(wanted.directory)).toEqual(['20261126_120000']);
  });
});

describe('secrets in a configuration', () => {
  const canary = 'canary-5f2b9c31';

  it('are not saved in the clear: the file is named', async () => {
    const { places } = await makeServiceTree(newFolder());
    writeFileSync(join(places.configRoot, 'config', 'staging.yaml'), `password: ${canary}\n`);
    const wanted = options({ places, secrets: [canary] });
    await expect(createBackup(wanted)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('config/staging.yaml') as string,
    });
    await expect(createBackup(wanted)).rejects.not.toThrow(canary);
    expect(await createBackup({ ...wanted, withSecrets: true })).toMatchObject({ name: '20261126_120000' });
  });

  it('are encrypted where a key provider is configured', async () => {
    const { places } = await makeServiceTree(newFolder());
    writeFileSync(join(places.configRoot, 'config', 'staging.yaml'), `password: ${canary}\n`);
    const sealed: string[] = [];
    const seal = async (text: string, place: string): Promise<string> => {
      sealed.push(place);
      return `sealed ${Buffer.from(text).toString('base64')}`;
    };
    const { folder, manifest } = await createBackup(options({ places, secrets: [canary], seal }));
    expect(sealed).toEqual(['backup:20261126_120000:configuration']);
    expect(readdirSync(folder)).toContain('config.tar.sealed');
    expect(manifest.parts[0]).toMatchObject({ name: 'configuration', sealed: true });
  });
});

describe('retention', () => {
  /** Backups of so many days ago; what they hold does not matter here. */
  async function backupsOf(ages: readonly number[]): Promise<string> {
    const wanted = options({ allowMissing: ['baselines', 'reports', 'database', 'audit-log'] });
    const places = {
      ...tree.places,
      baselineDir: '/nowhere/b',
      reportDir: '/nowhere/r',
      auditFile: undefined,
    };
    const database = { kind: 'sqlite', file: '/nowhere/store.db' } as const;
    for (const age of ages)
      await createBackup({ ...wanted, places: { ...places, database }, now: () => now - age * dayMs });
    return wanted.directory;
  }

  it('removes what is older, keeps the newest however old, and touches nothing else', async () => {
    const directory = await backupsOf([1, 29, 31, 40, 50]);
    mkdirSync(join(directory, 'notes'));
    mkdirSync(join(directory, '20200101_000000.old'));
    const elsewhere = join(newFolder(), 'precious');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(directory, '20200101_000000'));
    const left = await pruneBackups(directory, { olderThanMs: 30 * dayMs, keep: 3, now });
    expect(left).toEqual([backupName(now - 40 * dayMs), backupName(now - 50 * dayMs)]);
    expect(readdirSync(directory).toSorted()).toEqual([
      '20200101_000000',
      '20200101_000000.old',
      ...[31, 29, 1].map((age) => backupName(now - age * dayMs)),
      'notes',
    ]);
    expect(existsSync(elsewhere)).toBe(true);
  });

  it('goes with create', async () => {
    const directory = await backupsOf([31, 32]);
    const { removed } = await createBackup(options({ directory, retention: { days: 30, keep: 1 } }));
    expect(removed).toEqual([backupName(now - 31 * dayMs), backupName(now - 32 * dayMs)]);
  });

  it('counts only backups that can be believed among those to keep', async () => {
    const directory = await backupsOf([40, 50]);
    rmSync(join(directory, backupName(now - 40 * dayMs), 'manifest.json.sha256'));
    const removed = await pruneBackups(directory, { olderThanMs: 30 * dayMs, keep: 1, now });
    expect(removed).toEqual([backupName(now - 40 * dayMs)]);
    expect(await latestBackup(directory)).toMatchObject({ name: backupName(now - 50 * dayMs) });
  });

  it('lists the newest first, also those that are broken', async () => {
    const directory = await backupsOf([2, 1]);
    writeFileSync(join(directory, backupName(now - dayMs), 'manifest.json'), '{}');
    expect(await listBackups(directory)).toMatchObject([
      {
        name: backupName(now - dayMs),
        manifest: undefined,
        problem: expect.stringContaining('checksum') as string,
      },
      { name: backupName(now - 2 * dayMs), problem: undefined },
    ]);
  });
});

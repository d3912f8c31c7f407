import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import { verifyWholeLog, loadAuditKey } from '../audit/index.ts';
import { openStore } from '../store/index.ts';
import { aRun } from '../store/testing/runs.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { createBackup } from './create.ts';
import { renderManifest, type BackupManifest } from './manifest.ts';
import { databaseFileIn, serviceLockIn } from './places.ts';
import { finishRestore, restoreBackup, type RestoredBackup, type RestoreOptions } from './restore.ts';
import { swapFiles } from './swap.ts';
import { digestTree, makeServiceTree, type ServiceTree } from './testing/service-tree.ts';
import { verifyBackup } from './verify.ts';

const newFolder = temporaryFolders();

interface Saved extends ServiceTree {
  readonly directory: string;
  readonly name: string;
  readonly backup: string;
}

/** A service that has been backed up. */
async function savedService(): Promise<Saved> {
  const tree = await makeServiceTree(newFolder());
  const directory = join(newFolder(), 'backups');
  const { name, folder } = await createBackup({
    directory,
    places: tree.places,
    version: '1.2.3',
    env: {},
    now: Date.now,
    reportsDays: 30,
    allowMissing: [],
    secrets: [],
    withSecrets: false,
    retention: undefined,
  });
  return { ...tree, directory, name, backup: folder };
}

const restore = (saved: Saved, more: Partial<RestoreOptions> = {}): Promise<RestoredBackup> =>
  restoreBackup({
    directory: saved.directory,
    name: saved.name,
    version: '1.2.3',
    env: {},
    now: Date.now,
    keyFiles: saved.places.keyFiles,
    databaseUrl: undefined,
    ...more,
  });

/** The database as a program sees it: how it lies in its file differs from copy to copy. */
function databaseOf(folder: string): unknown {
  const file = databaseFileIn(join(folder, 'var/lib/mcp-test-harness'));
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file);
  try {
    return database.prepare('SELECT id, run_key, state FROM runs ORDER BY id').all();
  } finally {
    database.close();
  }
}

/** Everything of a service, without the bytes of the database. */
function stateOf(folder: string): unknown {
  const database = databaseOf(folder);
  const files = Object.entries(digestTree(folder)).filter(([name]) => !/store\.db/.test(name));
  return { database, files };
}

/** What people do to a service that makes a restore necessary. */
async function wreck({ places }: Saved): Promise<void> {
  writeFileSync(join(places.configRoot, 'config', 'production.yaml'), 'global: [\n');
  writeFileSync(join(places.configRoot, 'config', 'new.yaml'), 'global: {}\n');
  mkdirSync(join(places.configRoot, 'config', 'more', 'deep'), { recursive: true });
  rmSync(join(places.configRoot, 'test-suites'), { recursive: true });
  rmSync(join(places.configRoot, 'rbac.yaml'));
  mkdirSync(join(places.configRoot, 'rbac.yaml'));
  rmSync(places.baselineDir, { recursive: true });
  rmSync(join(places.reportDir, 'runs', '-rf'));
  const store = await openStore({ file: databaseFileIn(places.dataDir) });
  await store.runs.enqueue(aRun('after the backup'));
  await store.close();
}

describe('a restore', () => {
  it('gives back what was there, and removes what was not', async () => {
    const saved = await savedService();
    const before = stateOf(saved.folder);
    await wreck(saved);
    expect(stateOf(saved.folder)).not.toEqual(before);
    const { restored, safety, notes } = await restore(saved);
    // A link to a file of the tree comes back as a file with what it led to.
    const link = join(saved.places.configRoot, 'config', 'current.yaml');
    expect(readFileSync(link, 'utf8')).toBe('global: { environment: production }\n');
    rmSync(link);
    symlinkSync('production.yaml', link);
    expect(stateOf(saved.folder)).toEqual(before);
    expect(restored).toEqual(['configuration', 'baselines', 'reports', 'database']);
    expect(notes).toEqual([expect.stringContaining('the audit log was left as it is')]);
    expect(await verifyBackup(saved.directory, safety ?? '', { env: {} })).toMatchObject({
      manifest: { backup_type: 'before-restore' },
      problems: [],
    });
    const store = await openStore({ file: databaseFileIn(saved.places.dataDir), schemaChanges: 'refuse' });
    expect(await store.checkIntegrity()).toEqual([]);
    await store.close();
  });

  it('can itself be taken back, by what it has put aside', async () => {
    const saved = await savedService();
    writeFileSync(join(saved.places.configRoot, 'config', 'production.yaml'), 'global: [\n');
    writeFileSync(join(saved.places.configRoot, 'config', 'new.yaml'), 'global: {}\n');
    const wrecked = stateOf(saved.folder);
    const { safety } = await restore(saved);
    expect(stateOf(saved.folder)).not.toEqual(wrecked);
    await restore({ ...saved, name: safety ?? '' });
    const link = join(saved.places.configRoot, 'config', 'current.yaml');
    rmSync(link);
    symlinkSync('production.yaml', link);
    expect(stateOf(saved.folder)).toEqual(wrecked);
  });

  it('leaves reports that came later, and keys', async () => {
    const saved = await savedService();
    writeFileSync(join(saved.places.reportDir, 'later.json'), '{}');
    writeFileSync(join(saved.places.configRoot, 'tls', 'later.key'), '-----BEGIN EC PRIVATE KEY-----\n');
    await restore(saved);
    expect(existsSync(join(saved.places.reportDir, 'later.json'))).toBe(true);
    expect(readdirSync(join(saved.places.configRoot, 'tls'))).toEqual(['later.key', 'server.key']);
    expect(existsSync(join(saved.places.configRoot, 'audit.key'))).toBe(true);
  });

  it('brings everything back where nothing is left but the backups, the audit log too', async () => {
    const saved = await savedService();
    const key = await loadAuditKey(join(saved.places.configRoot, 'audit.key'));
    const before = databaseOf(saved.folder);
    for (const name of ['etc', 'var']) rmSync(join(saved.folder, name), { recursive: true });
    const { restored, safety } = await restore(saved, { keyFiles: [] });
    expect(restored).toContain('audit-log');
    expect(safety).toBeUndefined();
    expect(databaseOf(saved.folder)).toEqual(before);
    expect(await verifyWholeLog({ file: saved.places.auditFile ?? '', key })).toMatchObject({
      state: 'intact',
    });
  });

  it('does not take the journal of another database for its own', async () => {
    const saved = await savedService();
    const file = databaseFileIn(saved.places.dataDir);
    writeFileSync(`${file}-wal`, 'of the old one');
    writeFileSync(`${file}-shm`, 'of the old one');
    await restore(saved);
    expect(readdirSync(saved.places.dataDir).toSorted()).toEqual(['baselines', 'store.db']);
  });

  it('of a drill is elsewhere, and touches nothing', async () => {
    const saved = await savedService();
    await wreck(saved);
    const wrecked = digestTree(saved.folder);
    const root = join(newFolder(), 'drill');
    const { restored } = await restore(saved, { drillRoot: root });
    expect(restored).toContain('database');
    expect(digestTree(saved.folder)).toEqual(wrecked);
    expect(readFileSync(join(root, saved.places.configFile), 'utf8')).toContain('production');
    expect(readdirSync(join(root, saved.places.dataDir)).toSorted()).toEqual(['baselines', 'store.db']);
    expect(readdirSync(saved.directory)).toEqual([saved.name]);
  });

  it('is refused while the service runs', async () => {
    const saved = await savedService();
    const before = digestTree(saved.folder);
    await withLock(serviceLockIn(saved.places.dataDir), fileOperations, async () => {
      await expect(restore(saved)).rejects.toMatchObject({
        message: expect.stringContaining('the service seems to run') as string,
        hint: expect.stringContaining('systemctl stop') as string,
      });
    });
    await expect(restore(saved, { runningService: async () => 'it answers' })).rejects.toThrow(/it answers/);
    expect(digestTree(saved.folder)).toEqual(before);
  });

  it('is refused where something that is not saved is in the way', async () => {
    const saved = await savedService();
    rmSync(join(saved.places.configRoot, 'config'), { recursive: true });
    const elsewhere = newFolder();
    symlinkSync(elsewhere, join(saved.places.configRoot, 'config'));
    const before = digestTree(saved.folder);
    await expect(restore(saved)).rejects.toThrow(/is a link to a directory|is a link out of the tree/);
    expect(digestTree(saved.folder)).toEqual(before);
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('a backup that is not as it was made', () => {
  const damages: Readonly<Record<string, (file: string) => void>> = {
    'a flipped byte': (file) => {
      const bytes = readFileSync(file);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 0x01;
      writeFileSync(file, bytes);
    },
    'its end cut off': (file) => truncateSync(file, statSync(file).size - 1),
    'nothing in it': (file) => truncateSync(file, 0),
    'a byte more': (file) => writeFileSync(file, ' ', { flag: 'a' }),
    'its absence': (file) => rmSync(file),
  };

  it('is found out and not restored, whichever of its files it is; nothing is changed', async () => {
    const saved = await savedService();
    await wreck(saved);
    const before = digestTree(saved.folder);
    const files = readdirSync(saved.backup);
    expect(files).toHaveLength(7);
    for (const file of files)
      for (const [damage, inflict] of Object.entries(damages)) {
        const copy = `${saved.backup}.good`;
        cpSync(saved.backup, copy, { recursive: true });
        inflict(join(saved.backup, file));
        const verdict = await verifyBackup(saved.directory, saved.name, { env: {} });
        expect(verdict.problems.length, `${file} with ${damage}`).toBeGreaterThan(0);
        await expect(restore(saved), `${file} with ${damage}`).rejects.toMatchObject({ code: 'IO_READ' });
        expect(digestTree(saved.folder), `${file} with ${damage}`).toEqual(before);
        rmSync(saved.backup, { recursive: true });
        cpSync(copy, saved.backup, { recursive: true });
        rmSync(copy, { recursive: true });
      }
    expect(readdirSync(saved.directory)).toEqual([saved.name]);
    await restore(saved);
  });

  it('is found out when it has a file more', async () => {
    const saved = await savedService();
    writeFileSync(join(saved.backup, 'more.tar.gz'), '');
    expect(await verifyBackup(saved.directory, saved.name, { env: {} })).toMatchObject({
      problems: [{ file: 'more.tar.gz', reason: 'it is not in the manifest' }],
    });
    await expect(restore(saved)).rejects.toThrow(/not in the manifest/);
  });

  /** As somebody would who may write there: every checksum fits. */
  function forge(saved: Saved, change: (manifest: BackupManifest) => BackupManifest): void {
    const file = join(saved.backup, 'manifest.json');
    const manifest = change(JSON.parse(readFileSync(file, 'utf8')) as BackupManifest);
    const parts = manifest.parts.map((part) => {
      const bytes = readFileSync(join(saved.backup, part.file));
      return { ...part, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
    const { text, sum } = renderManifest({ ...manifest, parts });
    writeFileSync(file, text);
    writeFileSync(`${file}.sha256`, sum);
  }

  it('is not unpacked when an entry would leave its place, although its checksums fit', async () => {
    const saved = await savedService();
    const before = digestTree(saved.folder);
    const evil = newFolder();
    mkdirSync(join(evil, 'inner'));
    writeFileSync(join(evil, 'x'), 'x');
    await create(
      {
        file: join(saved.backup, 'config.tar.gz'),
        cwd: join(evil, 'inner'),
        gzip: true,
        preservePaths: true,
      },
      ['../x'],
    );
    forge(saved, (manifest) => manifest);
    await expect(restore(saved)).rejects.toThrow(/outside of its place/);
    expect(digestTree(saved.folder)).toEqual(before);
    expect(readdirSync(saved.directory)).toEqual([saved.name]);
  });

  it.each<[string, (manifest: BackupManifest) => BackupManifest]>([
    ['a path for a file', (m) => ({ ...m, parts: m.parts.map((p) => ({ ...p, file: '../x' })) })],
    ['a place that is relative', (m) => ({ ...m, parts: m.parts.map((p) => ({ ...p, root: 'etc' })) })],
    ['names that are paths', (m) => ({ ...m, parts: m.parts.map((p) => ({ ...p, names: ['../x'] })) })],
    ['a member that nobody knows', (m) => ({ ...m, run: 'me' }) as BackupManifest],
  ])('is not believed with %s', async (_what, change) => {
    const saved = await savedService();
    const file = join(saved.backup, 'manifest.json');
    const { text, sum } = renderManifest(change(JSON.parse(readFileSync(file, 'utf8')) as BackupManifest));
    writeFileSync(file, text);
    writeFileSync(`${file}.sha256`, sum);
    const { manifest, problems } = await verifyBackup(saved.directory, saved.name, { env: {} });
    expect([manifest, problems.length]).toEqual([undefined, 1]);
  });
});

describe('a restore that does not get to its end', () => {
  it('is taken back when one of its steps fails, whichever it is', { timeout: 120_000 }, async () => {
    const saved = await savedService();
    await wreck(saved);
    const before = stateOf(saved.folder);
    let steps = Infinity;
    for (let failAt = 0; failAt < steps; failAt += 7) {
      let count = 0;
      const failing = restore(saved, {
        files: {
          ...swapFiles,
          rename: async (from, to) => {
            if (count === failAt) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
            count += 1;
            await swapFiles.rename(from, to);
          },
        },
      });
      const ended = await failing.then(
        () => 'completed',
        (error: unknown) => String(error),
      );
      if (ended === 'completed') steps = count;
      else {
        expect(ended).toMatch(/taken back: no space left/);
        expect(stateOf(saved.folder), `step ${failAt}`).toEqual(before);
        expect(leftovers(saved)).toEqual([]);
      }
    }
    expect(steps).toBeGreaterThan(20);
  });

  it('is completed when it was killed, wherever that was', { timeout: 120_000 }, async () => {
    const saved = await savedService();
    await wreck(saved);
    const wrecked = join(newFolder(), 'wrecked');
    cpSync(saved.folder, wrecked, { recursive: true, verbatimSymlinks: true });
    await restore(saved);
    const after = stateOf(saved.folder);
    const kills = [
      ...[0, 6, 11, 19].map((at) => () => abandonedRestore(saved, at)),
      () => killedRestore(saved, 15),
    ];
    for (const [index, kill] of kills.entries()) {
      for (const name of readdirSync(saved.folder)) rmSync(join(saved.folder, name), { recursive: true });
      cpSync(wrecked, saved.folder, { recursive: true, verbatimSymlinks: true });
      await kill();
      const finished = await finishRestore(saved.directory, { url: undefined, env: {} });
      expect(finished).toEqual({ backup: saved.name, outcome: 'completed' });
      expect(stateOf(saved.folder), `kill ${index}`).toEqual(after);
      expect(leftovers(saved)).toEqual([]);
    }
    expect(await finishRestore(saved.directory, { url: undefined, env: {} })).toBeUndefined();
  });

  it('is undone when it was killed before it had changed anything', async () => {
    const saved = await savedService();
    const before = digestTree(saved.folder);
    const staging = join(saved.places.configRoot, `.mcp-test-harness-restore-${saved.name}`);
    mkdirSync(join(staging, 'configuration', 'new'), { recursive: true });
    writeFileSync(
      join(saved.directory, '.restore.json'),
      JSON.stringify({
        format: 1,
        backup: saved.name,
        state: 'staging',
        stagings: [staging],
        made: [],
        operations: [],
      }),
    );
    expect(await finishRestore(saved.directory, { url: undefined, env: {} })).toEqual({
      backup: saved.name,
      outcome: 'undone',
    });
    expect(digestTree(saved.folder)).toEqual(before);
  });
});

function leftovers({ folder, directory }: Saved): readonly string[] {
  return [
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /restore-/.test(name)),
    ...readdirSync(directory).filter((name) => !/^\d{8}_\d{6}$|^\.lock$/.test(basename(name))),
  ];
}

/** As if killed before that rename: it never goes on, and its locks are those of nobody. */
async function abandonedRestore(saved: Saved, stopAt: number): Promise<void> {
  let count = 0;
  await new Promise<void>((stopped, reject) => {
    const rename = async (from: string, to: string): Promise<void> => {
      if (count === stopAt) {
        stopped();
        await new Promise(() => undefined);
      }
      count += 1;
      await swapFiles.rename(from, to);
    };
    restore(saved, { files: { ...swapFiles, rename } }).then(
      () => reject(new Error(`there are only ${count} renames`)),
      reject,
    );
  });
  for (const lock of [join(saved.directory, '.lock'), serviceLockIn(saved.places.dataDir)])
    rmSync(lock, { force: true });
}

async function killedRestore({ directory, name }: Saved, killAt: number): Promise<void> {
  const script = join(import.meta.dirname, 'testing', 'restore-process.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=mcp-test-harness-source', script, directory, name, String(killAt)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  expect(await new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)))).toBe(
    'SIGKILL',
  );
}

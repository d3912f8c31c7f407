import { isHarnessError } from '@mcp-test-harness/core/errors';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSqliteFile } from '../store/index.ts';
import { inspectArchive } from './archive.ts';
import type { Environment } from './define.ts';
import { requireOwn } from './directory.ts';
import {
  digestOf,
  manifestFile,
  manifestSum,
  readManifest,
  type BackupManifest,
  type SavedPart,
} from './manifest.ts';
import { checkDump } from './postgres-tools.ts';

/** Something about a backup that is not as it was made. */
export interface BackupProblem {
  readonly file: string;
  readonly reason: string;
}

export interface VerifiedBackup {
  readonly name: string;
  /** Undefined when it cannot be believed. */
  readonly manifest: BackupManifest | undefined;
  readonly problems: readonly BackupProblem[];
  /** What could not be looked at here. */
  readonly notes: readonly string[];
}

export interface VerifyBackupOptions {
  readonly env: Environment;
  /** Decrypts the configuration; without it a sealed one is held against its checksum only. */
  readonly unseal?: ((sealed: string, place: string) => Promise<string>) | undefined;
}

/** Whether everything is there, as it was made, and safe to unpack. Changes nothing. */
export async function verifyBackup(
  directory: string,
  name: string,
  options: VerifyBackupOptions,
): Promise<VerifiedBackup> {
  const folder = join(directory, name);
  const problems: BackupProblem[] = [];
  const notes: string[] = [];
  let manifest: BackupManifest;
  try {
    await requireOwn(folder);
    manifest = await readManifest(folder);
  } catch (error) {
    return { name, manifest: undefined, problems: [{ file: manifestFile, reason: messageOf(error) }], notes };
  }
  const expected = new Set([manifestFile, manifestSum, ...manifest.parts.map(({ file }) => file)]);
  for (const file of await readdir(folder))
    if (!expected.has(file)) problems.push({ file, reason: 'it is not in the manifest' });
  if (expected.size !== manifest.parts.length + 2)
    problems.push({ file: manifestFile, reason: 'it names a file twice' });
  for (const part of manifest.parts) {
    try {
      const { problem, note } = await verifyPart(folder, name, part, options);
      if (problem !== undefined) problems.push({ file: part.file, reason: problem });
      if (note !== undefined) notes.push(note);
    } catch (error) {
      problems.push({ file: part.file, reason: messageOf(error) });
    }
  }
  return { name, manifest, problems, notes };
}

interface Verdict {
  readonly problem?: string | undefined;
  readonly note?: string | undefined;
}

async function verifyPart(
  folder: string,
  name: string,
  part: SavedPart,
  options: VerifyBackupOptions,
): Promise<Verdict> {
  const file = join(folder, part.file);
  const { size } = await stat(file);
  if (size !== part.bytes) return { problem: `it has ${size} bytes, and had ${part.bytes}` };
  if ((await digestOf(file)) !== part.sha256) return { problem: 'its checksum is another' };
  if (part.kind === 'sqlite') return { problem: (await checkSqliteFile(file))[0] };
  if (part.kind === 'postgres') {
    try {
      await checkDump(file, options.env);
      return {};
    } catch (error) {
      const isAbsent = /there is no pg_restore/.test(messageOf(error));
      return isAbsent
        ? { note: `${part.file}: held against its checksum only, since there is no pg_restore here` }
        : { problem: messageOf(error) };
    }
  }
  if (part.sealed && options.unseal === undefined)
    return {
      note: `${part.file}: held against its checksum only, since it is encrypted and no key is at hand`,
    };
  const found = await withArchive(folder, name, part, options.unseal, (archive) =>
    inspectArchive(archive, {
      files: part.files,
      directories: part.directories,
      unpackedBytes: part.unpacked_bytes,
    }),
  );
  const isWhole =
    found.files === part.files &&
    found.directories === part.directories &&
    found.unpackedBytes === part.unpacked_bytes;
  return isWhole ? {} : { problem: 'it holds less than its manifest says' };
}

/** Gives work the archive of a part, decrypted where it is encrypted. */
export async function withArchive<T>(
  folder: string,
  name: string,
  part: SavedPart,
  unseal: VerifyBackupOptions['unseal'],
  work: (archive: string) => Promise<T>,
): Promise<T> {
  const file = join(folder, part.file);
  if (!part.sealed) return await work(file);
  if (unseal === undefined) throw new Error(`${part.file} is encrypted, and no key provider is configured`);
  const bytes = Buffer.from(
    await unseal(await readFile(file, 'utf8'), `backup:${name}:${part.name}`),
    'base64',
  );
  const scratch = await mkdtemp(join(tmpdir(), 'mcp-test-harness-backup-'));
  try {
    const archive = join(scratch, 'archive.tar.gz');
    await writeFile(archive, bytes, { mode: 0o600 });
    return await work(archive);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  if (isHarnessError(error)) return error.message;
  return error instanceof Error ? error.message : String(error);
}

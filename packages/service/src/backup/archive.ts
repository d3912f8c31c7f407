/** Archives (`.tar.gz`) of regular files and directories. What else an archive may hold is refused, not skipped. */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, utimes } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { ReadEntry } from 'tar';
import type { WalkedEntry } from './walk.ts';

/** How much an archive holds. */
export interface Extent {
  readonly files: number;
  readonly directories: number;
  readonly unpackedBytes: number;
}

export interface ArchiveEntry {
  /** Relative, with `/`; `.` is the root. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly modifiedAt: Date | undefined;
}

/** Two names of one file are two files: links are refused where an archive is read. */
class Forgetful extends Map<never, string> {
  override get(): undefined {
    return undefined;
  }
}

/** Packs entries below a root, and the root's own mode. */
export async function packArchive(
  file: string,
  root: string,
  entries: readonly WalkedEntry[],
): Promise<Extent> {
  const { create } = await import('tar');
  await create(
    {
      file,
      cwd: root,
      gzip: true,
      follow: true,
      noDirRecurse: true,
      strict: true,
      linkCache: new Forgetful(),
    },
    // The prefix keeps names with a leading `@` from being taken for archives.
    ['./', ...entries.map(({ path }) => `./${path}`)],
  );
  return await inspectArchive(file);
}

/**
 * Reads an archive to its end, and refuses what must not be unpacked.
 * @param most what it may hold at most
 * @throws HarnessError IO_READ
 */
export async function inspectArchive(
  file: string,
  most: Extent = { files: Infinity, directories: Infinity, unpackedBytes: Infinity },
): Promise<Extent> {
  const extent = { files: 0, directories: 0, unpackedBytes: 0 };
  await readArchive(file, (entry, content) => {
    if (entry.isDirectory) extent.directories += 1;
    else extent.files += 1;
    extent.unpackedBytes += entry.sizeBytes;
    if (
      extent.files > most.files ||
      extent.directories > most.directories ||
      extent.unpackedBytes > most.unpackedBytes
    )
      throw unsafe(file, 'it holds more than its manifest says');
    content.resume();
  });
  return extent;
}

/**
 * Unpacks into a directory that is empty, with modes, times and, for root, owners. Resolves when the disk has it.
 * @throws HarnessError IO_READ for an archive that is broken or not safe, IO_WRITE when it cannot be written
 */
export async function unpackArchive(file: string, into: string): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const written: Promise<void>[] = [];
  await mkdir(into, { recursive: true, mode: 0o700 });
  try {
    await readArchive(file, (entry, content) => {
      entries.push(entry);
      const writing = entry.isDirectory
        ? mkdir(join(into, entry.path), { recursive: true }).then(() => content.resume())
        : writeEntry(join(into, entry.path), content);
      // Looked at below; without this a failure of one while another is read would end the process.
      writing.catch(() => undefined);
      written.push(writing.then(() => undefined));
    });
    await Promise.all(written);
    // From the inside out: a directory may be one that its owner must not write to.
    for (const entry of entries.toSorted((a, b) => b.path.length - a.path.length))
      await dress(join(into, entry.path), entry);
  } catch (cause) {
    await Promise.allSettled(written);
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `cannot unpack ${file} into ${into}: ${messageOf(cause)}`,
      hint: 'Check the rights and the free space of that disk.',
      cause,
    });
  }
  return entries;
}

type Visit = (entry: ArchiveEntry, content: ReadEntry) => void;

async function readArchive(file: string, visit: Visit): Promise<void> {
  const { list } = await import('tar');
  const seen = new Set<string>();
  let fault: unknown;
  try {
    await list({
      file,
      strict: true,
      noResume: true,
      onReadEntry: (read) => {
        try {
          if (fault !== undefined) throw fault;
          const entry = checkEntry(file, read, seen);
          visit(entry, read);
        } catch (error) {
          fault ??= error;
          read.resume();
        }
      },
    });
  } catch (cause) {
    fault ??= unsafe(file, messageOf(cause), cause);
  }
  if (fault !== undefined) throw fault;
}

function checkEntry(file: string, read: ReadEntry, seen: Set<string>): ArchiveEntry {
  const isDirectory = read.type === 'Directory';
  if (!isDirectory && read.type !== 'File' && read.type !== 'OldFile')
    throw unsafe(
      file,
      `${JSON.stringify(read.path)} is a ${read.type}, and only files and directories may be in it`,
    );
  const path = safePath(read.path);
  if (path === undefined || (path === '.' && !isDirectory))
    throw unsafe(file, `${JSON.stringify(read.path)} would be written outside of its place`);
  if (seen.has(path)) throw unsafe(file, `${JSON.stringify(read.path)} is in it twice`);
  seen.add(path);
  return {
    path,
    isDirectory,
    sizeBytes: read.size,
    mode: read.mode,
    uid: read.uid,
    gid: read.gid,
    modifiedAt: read.mtime,
  };
}

/** A path that stays below where it is unpacked, without its `./`; undefined for every other. */
export function safePath(path: string): string | undefined {
  if (path === '.' || path === './') return '.';
  const inner = path.replace(/^\.\//, '').replace(/\/$/, '');
  const segments = inner.split('/');
  const isUnsafe =
    inner === '' ||
    isAbsolute(inner) ||
    inner.includes('\0') ||
    (process.platform === 'win32' && /[\\:]/.test(inner)) ||
    segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  return isUnsafe ? undefined : inner;
}

async function writeEntry(target: string, content: ReadEntry): Promise<void> {
  // Nothing is read before somebody listens, so it may wait for the directory.
  await mkdir(dirname(target), { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const stream = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true });
    stream.once('close', resolve);
    const fail = (error: unknown): void => {
      stream.destroy();
      content.resume();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    stream.once('error', fail);
    content.once('error', fail);
    content.pipe(stream);
  });
}

async function dress(path: string, { mode, uid, gid, modifiedAt }: ArchiveEntry): Promise<void> {
  if (process.getuid?.() === 0 && uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  // Set-user-ID and its like are never given away by a backup.
  if (mode !== undefined) await chmod(path, mode & 0o777);
  if (modifiedAt !== undefined) await utimes(path, modifiedAt, modifiedAt);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function unsafe(file: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `${file} is not unpacked: ${reason}`,
    hint: 'It was damaged or changed since it was made. Use another backup.',
    cause,
  });
}

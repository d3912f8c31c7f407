import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** Files by name: relative, `/` between folders. What comes back from GitHub is this, never files where a name says. */
export type FileSet = ReadonlyMap<string, Uint8Array>;

export interface FileLimits {
  readonly files: number;
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all. */
  readonly totalBytes: number;
}

const mebibyte = 1024 * 1024;

/** Far more than a baseline or the reports of a job ever are. */
export const defaultLimits: FileLimits = {
  files: 500,
  fileBytes: 32 * mebibyte,
  totalBytes: 64 * mebibyte,
};

/** Why a name is not one of a file within a folder; undefined when it is. */
function faultOfName(name: string): string | undefined {
  if (name === '' || name.length > 255) return 'is empty or too long';
  if (/[\p{Cc}\p{Cf}\\:*?"<>|]/u.test(name)) return 'has characters that no file name needs';
  if (name.startsWith('/')) return 'is absolute';
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'leaves its folder';
  return undefined;
}

/** More than the limits allow, or not a plain file. */
export class FileSetError extends Error {
  override readonly name = 'FileSetError';
}

/** Counts what is added; throws {@link FileSetError} as soon as it is too much. */
export class BoundedFiles {
  readonly files = new Map<string, Uint8Array>();
  readonly #limits: FileLimits;
  #totalBytes = 0;

  constructor(limits: FileLimits) {
    this.#limits = limits;
  }

  /** How large the next file may be. */
  get roomBytes(): number {
    return Math.min(this.#limits.fileBytes, this.#limits.totalBytes - this.#totalBytes);
  }

  add(name: string, bytes: Uint8Array): void {
    const fault = faultOfName(name);
    if (fault !== undefined)
      throw new FileSetError(`the name ${JSON.stringify(name.slice(0, 100))} ${fault}`);
    if (this.files.has(name)) throw new FileSetError(`${JSON.stringify(name.slice(0, 100))} is there twice`);
    if (this.files.size >= this.#limits.files)
      throw new FileSetError(`there are more than ${this.#limits.files} files`);
    if (bytes.byteLength > this.roomBytes) throw new FileSetError(`the files are too large`);
    this.#totalBytes += bytes.byteLength;
    this.files.set(name, bytes);
  }
}

/** The plain files of a folder; an empty set when there is no folder. Links are not followed: they are an error. */
export async function readFolder(folder: string, limits: FileLimits = defaultLimits): Promise<FileSet> {
  const found = new BoundedFiles(limits);
  const walk = async (path: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const name = prefix + entry.name;
      const place = join(path, entry.name);
      if (entry.isDirectory()) {
        await walk(place, `${name}/`);
        continue;
      }
      if (!entry.isFile())
        throw new FileSetError(`${JSON.stringify(name.slice(0, 100))} is not a plain file`);
      const { size } = await lstat(place);
      if (size > found.roomBytes) throw new FileSetError('the files are too large');
      found.add(name, await readFile(place));
    }
  };
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined) return found.files;
  if (!stats.isDirectory()) throw new FileSetError('it is not a folder');
  await walk(folder, '');
  return found.files;
}

/** Names of the plain files of a folder. Links, and names that no artifact may have, are left out. */
export async function listPlainFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((name) => faultOfName(name) === undefined)
    .sort((one, other) => (one < other ? -1 : 1));
}

/** Makes a folder that holds these files and nothing else. */
export async function writeFolder(folder: string, files: FileSet): Promise<void> {
  await removeFolder(folder);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    const fault = faultOfName(name);
    if (fault !== undefined) throw new FileSetError(`the name ${JSON.stringify(name)} ${fault}`);
    const place = join(folder, name);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
}

/** A link in its place goes, and what it leads to stays. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

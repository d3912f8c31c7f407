import { mkdir, open, readdir, readFile, rename, stat, truncate, unlink } from 'node:fs/promises';

/** What is done to files, each as one step that can fail by itself. */
export interface FileOperations {
  readonly makeDirectory: (path: string) => Promise<void>;
  /** Undefined when there is no such file. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** In bytes; undefined when there is no such file. */
  readonly size: (path: string) => Promise<number | undefined>;
  /** Names in a directory; none when there is no such directory. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** Writes a file, new or not, and waits for the disk. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Adds to the end of a file and waits for the disk. */
  readonly append: (path: string, text: string) => Promise<void>;
  /** @throws an error of code EEXIST when the file exists */
  readonly createExclusively: (path: string, text: string) => Promise<void>;
  /** @param size in bytes */
  readonly truncate: (path: string, size: number) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** A file that is gone already is none that fails. */
  readonly remove: (path: string) => Promise<void>;
  /** Waits until the disk has the names of a directory, where the system can. */
  readonly syncDirectory: (path: string) => Promise<void>;
}

/** The real ones. */
export const fileOperations: FileOperations = {
  makeDirectory: async (path) => void (await mkdir(path, { recursive: true })),
  read: (path) => readFile(path, 'utf8').catch(undefinedIfMissing),
  size: (path) => stat(path).then(({ size }) => size, undefinedIfMissing),
  list: (path) => readdir(path).catch((error: unknown) => undefinedIfMissing(error) ?? []),
  write: (path, text) => writeWith(path, 'w', text),
  append: (path, text) => writeWith(path, 'a', text),
  createExclusively: (path, text) => writeWith(path, 'wx', text),
  truncate: (path, size) => truncate(path, size),
  rename: (from, to) => rename(from, to),
  remove: (path) => unlink(path).catch((error: unknown) => undefinedIfMissing(error)),
  syncDirectory,
};

async function writeWith(path: string, flags: string, text: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories, and some file systems sync none.
  const handle = await open(path, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

function undefinedIfMissing(error: unknown): undefined {
  // ENOTDIR: what should be its directory is a file.
  if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  return undefined;
}

/** The code of a system error. */
export function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code;
}

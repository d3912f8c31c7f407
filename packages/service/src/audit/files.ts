import { fileOperations } from '@mcp-test-harness/core/files';
import { open, readdir, rename, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What the log does to its files, each as one step that can fail by itself. */
export interface AuditFiles {
  /** Undefined when there is no such file. */
  readonly stat: (file: string) => Promise<{ readonly sizeBytes: number; readonly mode: number } | undefined>;
  readonly readFrom: (file: string, offset: number) => Promise<Buffer>;
  /** Undefined when there is no such file. */
  readonly readText: (file: string) => Promise<string | undefined>;
  /**
   * Adds to the end, at `atBytes`, and waits for the disk; makes the file when there is none. False, and nothing is
   * written, when it ends elsewhere: another program has put another file in its place.
   */
  readonly append: (file: string, text: string, atBytes: number) => Promise<boolean>;
  readonly truncate: (file: string, sizeBytes: number) => Promise<void>;
  /** Puts a text in the place of the old one, whole, and waits for the disk. */
  readonly replace: (file: string, text: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
}

/** Group may read, as is usual below /var/log. */
const fileMode = 0o640;

export const auditFiles: AuditFiles = {
  stat: async (file) => {
    const found = await stat(file).catch(undefinedIfMissing);
    return found === undefined ? undefined : { sizeBytes: found.size, mode: found.mode & 0o777 };
  },
  readFrom: async (file, offset) => {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(Math.max(0, size - offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },
  readText: (file) => fileOperations.read(file),
  append: async (file, text, atBytes) => {
    const isNew = (await stat(file).catch(undefinedIfMissing)) === undefined;
    const handle = await open(file, 'a', fileMode);
    try {
      // What is renamed from now on is written to all the same.
      const { size } = await handle.stat();
      if (size !== atBytes) return false;
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isNew) await fileOperations.syncDirectory(dirname(file));
    return true;
  },
  truncate: (file, sizeBytes) => truncate(file, sizeBytes),
  replace: async (file, text) => {
    const temporary = `${file}.tmp`;
    await writeAndSync(temporary, 'w', text);
    await rename(temporary, file);
  },
  rename: async (from, to) => {
    await rename(from, to);
    await fileOperations.syncDirectory(dirname(to));
  },
};

export const headOf = (file: string): string => `${file}.head`;
export const lockOf = (file: string): string => `${file}.lock`;

/** A log and its rotated parts, whoever rotated them; not the files beside it that are no parts of it. */
export async function findParts(file: string): Promise<readonly string[]> {
  const [folder, name] = [dirname(file), basename(file)];
  const others = new Set([
    headOf(name),
    lockOf(name),
    `${lockOf(name)}.breaking`,
    `${headOf(name)}.tmp`,
    `${name}.key`,
  ]);
  return (await readdir(folder))
    .filter(
      (one) =>
        one === name || ((one.startsWith(`${name}.`) || one.startsWith(`${name}-`)) && !others.has(one)),
    )
    .map((one) => join(folder, one))
    .toSorted();
}

async function writeAndSync(file: string, flags: string, text: string): Promise<void> {
  const handle = await open(file, flags, fileMode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if ((error as { readonly code?: string }).code !== 'ENOENT') throw error;
  return undefined;
}

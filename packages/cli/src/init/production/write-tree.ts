import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guardWrite } from '../../write-atomically.ts';

/** For the owner and the group of the service; nobody else reads it. */
const directoryMode = 0o750;
const fileMode = 0o640;

/** Paths below the root. */
export interface WrittenTree {
  readonly written: readonly string[];
  /** Were there already, and are as they were. */
  readonly kept: readonly string[];
}

/**
 * Writes files that are not there yet.
 * @throws HarnessError IO_WRITE
 */
export function writeTree(
  root: string,
  files: Readonly<Record<string, string>>,
  directories: readonly string[],
): WrittenTree {
  const written: string[] = [];
  const kept: string[] = [];
  for (const directory of directories) makeDirectory(join(root, directory));
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    makeDirectory(dirname(file));
    (writeNew(file, text) ? written : kept).push(path);
  }
  return { written, kept };
}

function makeDirectory(directory: string): void {
  guardWrite(directory, () => mkdirSync(directory, { recursive: true, mode: directoryMode }));
}

/** False when the file is there: nothing takes its place, be it a link that leads nowhere. */
function writeNew(file: string, text: string): boolean {
  return guardWrite(file, () => {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'wx', fileMode);
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'EEXIST') return false;
      throw error;
    }
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  });
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** In UTF-16 units. */
const pieceLength = 64 * 1024;

/**
 * Writes to a temporary name beside the file, then renames: readers see the old file or the new one, never half of one.
 * @throws HarnessError IO_WRITE
 */
export function writeAtomically(file: string, parts: Iterable<string>): void {
  guardWrite(file, () => {
    const descriptor = openSync(temporaryName(file), 'w');
    try {
      for (const piece of gather(parts)) writeFileSync(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporaryName(file), file);
  });
}

/** Pieces of a size that is worth a write. */
function* gather(parts: Iterable<string>): Generator<string> {
  let gathered: string[] = [];
  let length = 0;
  for (const part of parts) {
    gathered.push(part);
    length += part.length;
    if (length < pieceLength) continue;
    yield gathered.join('');
    gathered = [];
    length = 0;
  }
  if (length > 0) yield gathered.join('');
}

/**
 * Tries whether a file could be written, its directory made when it is missing; the file itself is not touched.
 * @param directoryMode of a directory that is made; the process's own mask is taken off
 * @throws HarnessError IO_WRITE
 */
export function probeWrite(file: string, directoryMode = 0o777): void {
  guardWrite(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: directoryMode });
    closeSync(openSync(temporaryName(file), 'w'));
    rmSync(temporaryName(file));
  });
}

/** The name that a file has while it is being written. */
function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Turns a failure to write into IO_WRITE naming the file. */
export function guardWrite<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Check that the directory may be written and that there is space.',
      cause: error,
    });
  }
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import { open } from 'node:fs/promises';

const othersMayRead = 0o004;
const groupMayWrite = 0o020;
const othersMayWrite = 0o002;

/** What a file is for, and who may do what with it. */
export interface ProtectedFileOptions {
  /** In a sentence: `the policy`, `the private key`. */
  readonly what: string;
  /** A secret must not be readable by every user of the machine; its group may read it, as Kubernetes mounts secrets. */
  readonly secret: boolean;
  readonly limitBytes?: number;
}

/**
 * Reads a file that decides over access, or that is a secret. Its mode is asked of the very file that is then read, so
 * that nothing can be put in its place in between. Windows has no such modes: there nothing is refused.
 * @throws HarnessError CONFIG_UNREADABLE, or CONFIG_INVALID when the wrong people may write or read it
 */
export async function readProtectedFile(
  file: string,
  { what, secret, limitBytes = 1024 * 1024 }: ProtectedFileOptions,
): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { mode, size } = await handle.stat();
      requireMode(file, mode, what, secret);
      if (size > limitBytes) throw tooLarge(file, size, limitBytes);
      const bytes = await handle.readFile();
      if (bytes.length > limitBytes) throw tooLarge(file, bytes.length, limitBytes);
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError({
      code: 'CONFIG_UNREADABLE',
      message: `cannot read ${what} ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Check the path, and that the user of this process may read it.',
      cause,
    });
  }
}

function requireMode(file: string, mode: number, what: string, secret: boolean): void {
  if (process.platform === 'win32') return;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & (groupMayWrite | othersMayWrite)) !== 0) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${what} ${file} may be written by others than its owner (mode ${shown})`,
      hint: `Whoever can write it decides over access: chmod go-w ${file}`,
    });
  }
  if (secret && (mode & othersMayRead) !== 0) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${what} ${file} may be read by every user of this machine (mode ${shown})`,
      hint: `It is a secret: chmod o= ${file}`,
    });
  }
}

function tooLarge(file: string, bytes: number, limitBytes: number): HarnessError {
  return new HarnessError({
    code: 'CONFIG_INVALID',
    message: `${file} has ${bytes} bytes; at most ${limitBytes} are read`,
    hint: 'Check that this is the right file.',
  });
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import { codeOf } from '@mcp-test-harness/core/files';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Exclusion, PartPlan } from './define.ts';

/** A file or directory below a root. */
export interface WalkedEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
}

export interface Walk {
  readonly entries: readonly WalkedEntry[];
  readonly excluded: readonly Exclusion[];
}

/** Directories of a restore that is under way, or was killed: no part of anything. */
export const stagingPrefix = '.mcp-test-harness-restore-';

/** Why a file is left out that was not changed lately. */
export const tooOld = 'older than asked for';

/**
 * Finds what belongs to a part. Links are followed to files within the tree only: a link that somebody has put into a
 * directory of reports must not bring `/etc/shadow` into a backup.
 * @throws HarnessError IO_READ for what cannot be read, and for names that cannot be written down
 */
export async function walkPart(plan: PartPlan): Promise<Walk> {
  const entries: WalkedEntry[] = [];
  const excluded: Exclusion[] = [];
  const realRoot = await realpath(plan.root);
  const isWithin = (path: string): boolean =>
    path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);

  const visit = async (directory: string): Promise<void> => {
    for (const name of (await readdir(join(plan.root, directory))).toSorted()) {
      const path = directory === '' ? name : `${directory}/${name}`;
      if (directory === '' && plan.names !== undefined && !plan.names.includes(name)) continue;
      if (name.startsWith(stagingPrefix)) continue;
      requireUtf8(plan.root, path);
      await look(path);
    }
  };

  const look = async (path: string): Promise<void> => {
    const absolute = join(plan.root, path);
    const found = await lstat(absolute).catch(undefinedIfMissing);
    // Retention removes reports while we look.
    if (found === undefined) return;
    const reason = plan.skip?.get(absolute);
    if (reason !== undefined) {
      excluded.push({ path, reason });
      return;
    }
    if (found.isDirectory()) {
      entries.push({ path, isDirectory: true, sizeBytes: 0 });
      await visit(path);
      return;
    }
    const file = found.isSymbolicLink() ? await stat(absolute).catch(undefinedIfMissing) : found;
    const why =
      file === undefined
        ? 'a link to nothing'
        : found.isSymbolicLink() && !isWithin(await realpath(absolute))
          ? 'a link out of the tree'
          : !file.isFile()
            ? found.isSymbolicLink()
              ? 'a link to a directory'
              : 'no regular file'
            : plan.changedSince !== undefined && file.mtimeMs < plan.changedSince
              ? tooOld
              : plan.withoutKeys === true && (await holdsPrivateKey(absolute))
                ? 'a private key'
                : undefined;
    if (why !== undefined) excluded.push({ path, reason: why });
    else entries.push({ path, isDirectory: false, sizeBytes: file?.size ?? 0 });
  };

  try {
    await visit('');
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read all of ${plan.root}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'A backup is made by a user who may read everything that belongs to the service.',
      cause,
    });
  }
  return { entries, excluded };
}

/** Of a name that is no UTF-8 Node shows a replacement, by which the file cannot be found again. */
function requireUtf8(root: string, path: string): void {
  if (!basename(path).includes('\uFFFD')) return;
  throw new HarnessError({
    code: 'IO_READ',
    message: `the name of ${JSON.stringify(join(root, path))} is no UTF-8, and cannot be saved`,
    hint: 'Rename it.',
  });
}

/** Keys are small; what begins later in a file than this is none. */
const lookedAtBytes = 256 * 1024;

async function holdsPrivateKey(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAtBytes), 0, lookedAtBytes, 0);
    return /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

export function undefinedIfMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  return undefined;
}

/**
 * How restored files come into the place of the present ones: by renames, each of which can be done again or undone, so
 * that a restore that was killed is completed afterwards, and one that fails is taken back.
 */
import { codeOf } from '@mcp-test-harness/core/files';
import { chmod, chown, lstat, mkdir, rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { undefinedIfMissing } from './walk.ts';

const path = z.string().min(1);
const mode = z.int().min(0).max(0o777);

export const operationSchema = z.discriminatedUnion('kind', [
  /** Puts a file that is there out of the way. */
  z.strictObject({ kind: z.literal('aside'), target: path, kept: path }),
  /** Removes a directory if nothing is left in it. */
  z.strictObject({ kind: z.literal('remove-directory'), target: path, mode }),
  /** Makes a directory, or gives one its mode. `before`: the mode that it had; absent for a new one. */
  z.strictObject({
    kind: z.literal('directory'),
    target: path,
    mode,
    before: mode.optional(),
    owner: z.tuple([z.int(), z.int()]).optional(),
  }),
  /** Gives a restored file its name. */
  z.strictObject({ kind: z.literal('put'), staged: path, target: path }),
]);

export type SwapOperation = z.infer<typeof operationSchema>;

/** What is done to files, each as one step that can fail by itself. */
export interface SwapFiles {
  readonly exists: (path: string) => Promise<boolean>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly makeDirectory: (path: string, mode: number) => Promise<void>;
  readonly removeDirectory: (path: string) => Promise<void>;
  readonly chmod: (path: string, mode: number) => Promise<void>;
  readonly chown: (path: string, uid: number, gid: number) => Promise<void>;
}

export const swapFiles: SwapFiles = {
  exists: async (one) => (await lstat(one).catch(undefinedIfMissing)) !== undefined,
  rename: (from, to) => rename(from, to),
  makeDirectory: async (one, withMode) => void (await mkdir(one, { recursive: true, mode: withMode })),
  removeDirectory: async (one) => {
    await rmdir(one).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY'].includes(codeOf(error) ?? '')) throw error;
    });
  },
  chmod: (one, to) => chmod(one, to),
  chown: (one, uid, gid) => chown(one, uid, gid),
};

/** Does an operation, or what is left of it. */
export async function perform(operation: SwapOperation, files: SwapFiles): Promise<void> {
  switch (operation.kind) {
    case 'aside':
      if (await files.exists(operation.kept)) return;
      if (!(await files.exists(operation.target))) return;
      await files.makeDirectory(dirname(operation.kept), 0o700);
      await files.rename(operation.target, operation.kept);
      return;
    case 'remove-directory':
      await files.removeDirectory(operation.target);
      return;
    case 'directory':
      await files.makeDirectory(operation.target, operation.mode);
      await files.chmod(operation.target, operation.mode);
      if (operation.owner !== undefined) await files.chown(operation.target, ...operation.owner);
      return;
    case 'put':
      if (!(await files.exists(operation.staged))) return;
      await files.makeDirectory(dirname(operation.target), 0o750);
      await files.rename(operation.staged, operation.target);
  }
}

/** Takes an operation back, whether it was done or not. */
export async function revert(operation: SwapOperation, files: SwapFiles): Promise<void> {
  switch (operation.kind) {
    case 'aside':
      if (!(await files.exists(operation.kept))) return;
      await files.makeDirectory(dirname(operation.target), 0o750);
      await files.rename(operation.kept, operation.target);
      return;
    case 'remove-directory':
      if (await files.exists(operation.target)) return;
      await files.makeDirectory(operation.target, operation.mode);
      return;
    case 'directory':
      if (operation.before === undefined) await files.removeDirectory(operation.target);
      else await files.chmod(operation.target, operation.before);
      return;
    case 'put':
      if (await files.exists(operation.staged)) return;
      if (await files.exists(operation.target)) await files.rename(operation.target, operation.staged);
  }
}

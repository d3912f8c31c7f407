import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HarnessError } from '../../errors.ts';
import { plainNames, type BaseOptionNames } from './option-names.ts';

const run = promisify(execFile);

/** A commit checked out beside the working tree. */
export interface Worktree {
  /** Root of the repository that it was made from. */
  readonly repository: string;
  /** Its own root. */
  readonly directory: string;
  /** Full hash. */
  readonly commit: string;
  /** Removes it. Never rejects. */
  remove(): Promise<void>;
}

/**
 * Checks a commit out into a directory of its own; the working tree and its index stay as they are.
 * @param ref a branch, tag or commit; `merge-base:REF` is where REF and HEAD parted
 * @throws HarnessError USAGE for a ref that git does not know, IO_READ outside of a repository
 */
export async function addWorktree(
  ref: string,
  cwd: string,
  names: BaseOptionNames = plainNames,
): Promise<Worktree> {
  const repository = await git(cwd, ['rev-parse', '--show-toplevel'], (message) => ({
    code: 'IO_READ' as const,
    message: `${names.ref} needs a git repository: ${message}`,
    hint:
      names.command === undefined
        ? 'Check the repository out first.'
        : `Compare with a command instead: ${names.command} "node old/server.js".`,
  }));
  const commit = await resolveRef(ref, repository, names);
  const directory = await mkdtemp(join(tmpdir(), 'mcp-test-harness-base-'));
  const remove = async (): Promise<void> => {
    await run('git', ['-C', repository, 'worktree', 'remove', '--force', directory]).catch(() => undefined);
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    await run('git', ['-C', repository, 'worktree', 'prune']).catch(() => undefined);
  };
  try {
    await git(repository, ['worktree', 'add', '--detach', '--force', directory, commit], (message) => ({
      code: 'IO_WRITE' as const,
      message: `${commit} could not be checked out: ${message}`,
      hint: 'A shallow clone lacks old commits: fetch with depth 0.',
    }));
    return { repository, directory, commit, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function resolveRef(ref: string, repository: string, names: BaseOptionNames): Promise<string> {
  const parted = /^merge-base:(.+)$/.exec(ref)?.[1];
  const args =
    parted === undefined
      ? ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]
      : ['merge-base', '--end-of-options', 'HEAD', parted];
  return await git(repository, args, (message) => ({
    code: 'USAGE' as const,
    message: `${names.ref} ${ref}: git knows no such commit${message === '' ? '' : `: ${message}`}`,
    hint: 'Give a branch, a tag or a commit; a shallow clone has only the newest (fetch-depth: 0 gets all).',
  }));
}

type Explain = (message: string) => Pick<HarnessError, 'code' | 'message' | 'hint'>;

async function git(cwd: string, args: readonly string[], explain: Explain): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', cwd, ...args]);
    return stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    const message =
      code === 'ENOENT' ? 'git is not installed' : (stderr ?? String(error)).trim().split('\n')[0];
    throw new HarnessError({ ...explain(message ?? ''), cause: error });
  }
}

import type { Author } from '@mcp-test-harness/core/baseline';
import { execFile } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Io } from '../io.ts';

const run = promisify(execFile);

/** Who does it, for the journal: the one whom a CI system names, else the user of this machine. */
export function readAuthor(io: Io, reason?: string): Author {
  const actor = io.env['GITHUB_ACTOR'] ?? io.env['GITLAB_USER_LOGIN'];
  return { by: actor ?? `${userName()}@${hostname()}`, reason, now: Date.now() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The commit that is measured and its branch, where git or a CI system tell. */
export async function readRevision(
  directory: string,
  io: Io,
): Promise<{ readonly commit?: string | undefined; readonly branch?: string | undefined }> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      const { stdout } = await run('git', ['-C', directory, ...args]);
      return stdout.trim() === '' ? undefined : stdout.trim();
    } catch {
      return undefined;
    }
  };
  const [commit, branch] = await Promise.all([
    git('describe', '--always', '--abbrev=40', '--dirty', '--exclude=*'),
    git('symbolic-ref', '--quiet', '--short', 'HEAD'),
  ]);
  const named = io.env['GITHUB_HEAD_REF'] || io.env['GITHUB_REF_NAME'] || io.env['CI_COMMIT_REF_NAME'];
  return { commit: commit ?? io.env['GITHUB_SHA'], branch: branch ?? (named === '' ? undefined : named) };
}

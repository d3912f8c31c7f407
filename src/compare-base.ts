import { HarnessError } from '@mcp-test-harness/core/errors';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EventContext } from './event.ts';
import type { Workplace } from './workplace.ts';

const run = promisify(execFile);

/** Runs git in the repository; undefined when it fails. */
type Git = (...args: readonly string[]) => Promise<string | undefined>;

/**
 * The commit that `compare` means, fetched where a shallow clone lacks it; undefined (told in the log) where nothing has
 * changed that could be compared.
 * @throws HarnessError USAGE when git does not know it and cannot get it
 */
export async function resolveBase(compare: string, place: Workplace): Promise<string | undefined> {
  const { directory, log, stop } = place;
  const git: Git = async (...args) => {
    try {
      const { stdout } = await run('git', ['-C', directory, ...args], {
        signal: stop.signal,
        timeout: 120_000,
        // A server that asks for a password gets none.
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      });
      return stdout.trim();
    } catch {
      return undefined;
    }
  };
  if (compare !== 'merge-base') {
    const known = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${compare}^{commit}`);
    if (known !== undefined) return known;
    return (
      (await fetchCommit(git, compare)) ??
      fail(compare, `git does not know ${compare}, and could not fetch it`)
    );
  }
  const base = await findMergeBase(git, place);
  if (base === undefined) {
    log.notice(
      'compare: merge-base: a run of this kind has no base to compare with, so that it is measured alone.',
    );
    return undefined;
  }
  if ((await git('cat-file', '-e', `${base}^{commit}`)) !== undefined) return base;
  return (
    (await fetchCommit(git, base)) ??
    fail(compare, `the base ${base} is not in this clone, and could not be fetched`)
  );
}

/** Where the change under test left its base; undefined when it has none. */
async function findMergeBase(git: Git, place: Workplace): Promise<string | undefined> {
  const { event } = place;
  const { baseSha, headSha } = event;
  // What actions/checkout takes of a pull request is a merge commit: its first parent is the base, with all that has
  // happened there since, and the second what was pushed.
  const parents = parentsIn(await git('cat-file', '-p', 'HEAD'));
  if (event.pullRequest !== undefined && parents[1] === headSha) return parents[0];
  if (event.isTrunk) return baseSha === headSha ? undefined : baseSha;
  // The event of a push tells where the branch was before, not where it left the default one.
  const from = event.name === 'push' || baseSha === undefined ? event.defaultBranch : baseSha;
  const local = await git('merge-base', 'HEAD', from === event.defaultBranch ? `origin/${from}` : from);
  return local ?? (await askForMergeBase(from, event, place));
}

/** Commits that a shallow clone has not are known to GitHub. */
async function askForMergeBase(
  from: string,
  { headSha }: EventContext,
  { github, log }: Workplace,
): Promise<string> {
  const api = await github.api();
  const asked = await api?.call({
    what: 'find the base of the change',
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    parameters: { basehead: `${from}...${headSha}`, per_page: 1 },
    read: (answer) => answer.at('merge_base_commit').at('sha').string(),
  });
  if (asked?.ok === true && /^[0-9a-f]{40,64}$/.test(asked.value)) return asked.value;
  if (asked?.ok === false) log.fault(asked.fault);
  return fail('merge-base', `git does not know where ${headSha} left ${from}`);
}

async function fetchCommit(git: Git, ref: string): Promise<string | undefined> {
  if ((await git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', ref)) === undefined)
    return undefined;
  return await git('rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}');
}

function parentsIn(commit: string | undefined): readonly string[] {
  const [head = ''] = (commit ?? '').split('\n\n', 1);
  return [...head.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, parent = '']) => parent);
}

function fail(compare: string, message: string): never {
  throw new HarnessError({
    code: 'USAGE',
    message: `compare: ${compare}: ${message}`,
    hint: 'Let actions/checkout take the whole history: with: { fetch-depth: 0 }.',
  });
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../test/support/folders.ts';
import { resolveBase } from './compare-base.ts';
import type { EventContext } from './event.ts';
import { fakeApi } from './services/testing/fake-api.ts';
import type { Workplace } from './workplace.ts';

const newFolder = temporaryFolders();

function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t.test'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commit(folder: string, message: string): string {
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** main: first, second; topic: from first; merge: topic into main, as GitHub makes it of a pull request. */
function repository() {
  const folder = newFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const first = commit(folder, 'first');
  git(folder, 'checkout', '--quiet', '-b', 'topic');
  const head = commit(folder, 'topic');
  git(folder, 'checkout', '--quiet', 'main');
  const second = commit(folder, 'second');
  git(folder, 'checkout', '--quiet', '-b', 'merged');
  git(folder, 'merge', '--quiet', '--no-ff', '--message=merge', 'topic');
  return { folder, first, head, second };
}

function cloneOf(folder: string, branch: string, ...args: readonly string[]): string {
  const clone = join(newFolder(), 'clone');
  execFileSync('git', ['clone', '--quiet', '--branch', branch, ...args, `file://${folder}`, clone]);
  return clone;
}

function place(directory: string, event: Partial<EventContext>, mergeBase?: string): Workplace {
  const { api } = fakeApi({
    'GET /compare/{basehead}': () => ({ merge_base_commit: { sha: mergeBase } }),
  });
  return {
    directory,
    event: { name: 'push', defaultBranch: 'main', isTrunk: false, pullRequest: undefined, ...event },
    stop: { signal: new AbortController().signal },
    github: { api: async () => (mergeBase === undefined ? undefined : api) },
    log: { notice: () => undefined, fault: () => undefined },
  } as unknown as Workplace;
}

const ofPullRequest = (headSha: string, baseSha: string): Partial<EventContext> => ({
  name: 'pull_request',
  headSha,
  baseSha,
  pullRequest: { number: 1, baseRef: 'main', baseSha, headSha, fromFork: false },
});

describe('the base of compare: merge-base', () => {
  it('is the first parent of the merge commit that is checked out, fetched into a shallow clone', async () => {
    const { folder, head, second, first } = repository();
    const clone = cloneOf(folder, 'merged', '--depth=1');
    // The event is older than the merge commit.
    expect(await resolveBase('merge-base', place(clone, ofPullRequest(head, first)))).toBe(second);
    expect(git(clone, 'cat-file', '-t', second)).toBe('commit');
  });

  it('is where the branch left its base when the head itself is checked out', async () => {
    const { folder, head, second, first } = repository();
    const clone = cloneOf(folder, 'topic');
    expect(await resolveBase('merge-base', place(clone, ofPullRequest(head, second)))).toBe(first);
  });

  it('is asked of GitHub when a shallow clone does not know', async () => {
    const { folder, head, second, first } = repository();
    const clone = cloneOf(folder, 'topic', '--depth=1');
    expect(await resolveBase('merge-base', place(clone, ofPullRequest(head, second), first))).toBe(first);
  });

  it('of a push to the default branch is the commit before, of a first one there is none', async () => {
    const { folder, first, second } = repository();
    const clone = cloneOf(folder, 'main');
    const push = { name: 'push', isTrunk: true, headSha: second };
    expect(await resolveBase('merge-base', place(clone, { ...push, baseSha: first }))).toBe(first);
    expect(await resolveBase('merge-base', place(clone, { ...push, baseSha: undefined }))).toBeUndefined();
  });

  it('of a push to another branch is where that left the default one', async () => {
    const { folder, head, first } = repository();
    const clone = cloneOf(folder, 'topic');
    const push = { name: 'push', headSha: head, baseSha: 'f'.repeat(40) };
    expect(await resolveBase('merge-base', place(clone, push))).toBe(first);
  });

  it('that cannot be found says what to do', async () => {
    const { folder, head, second } = repository();
    const clone = cloneOf(folder, 'topic', '--depth=1');
    await expect(resolveBase('merge-base', place(clone, ofPullRequest(head, second)))).rejects.toMatchObject({
      hint: expect.stringContaining('fetch-depth: 0') as string,
    });
  });
});

describe('the base of compare: REF', () => {
  it('is a commit of the clone, or fetched', async () => {
    const { folder, first } = repository();
    const clone = cloneOf(folder, 'merged', '--depth=1');
    expect(await resolveBase('HEAD', place(clone, {}))).toBe(git(clone, 'rev-parse', 'HEAD'));
    expect(await resolveBase('topic', place(clone, {}))).toBe(git(folder, 'rev-parse', 'topic'));
    expect(await resolveBase(first, place(clone, {}))).toBe(first);
    await expect(resolveBase('nowhere', place(clone, {}))).rejects.toThrow('git does not know nowhere');
  });
});

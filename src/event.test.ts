import { describe, expect, it } from 'vitest';
import { readEvent, refuseUnsafeTarget } from './event.ts';

const repository = { full_name: 'acme/server', default_branch: 'main' };

function event(env: Record<string, string>, payload: object = {}): ReturnType<typeof readEvent> {
  const environment = {
    GITHUB_REPOSITORY: 'acme/server',
    GITHUB_SHA: 'c'.repeat(40),
    GITHUB_EVENT_PATH: 'event.json',
    GITHUB_RUN_ID: '17',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_TYPE: 'branch',
    ...env,
  };
  return readEvent(environment, () => JSON.stringify(payload));
}

function pullRequest(headRepository: string | null): object {
  return {
    repository,
    pull_request: {
      number: 7,
      head: { sha: 'a'.repeat(40), ref: 'topic', repo: headRepository && { full_name: headRepository } },
      base: { sha: 'b'.repeat(40), ref: 'release', repo: { full_name: 'acme/server' } },
    },
  };
}

describe('the event that a job runs for', () => {
  it('of a pull request has its head, and its base to compare with', () => {
    const read = event(
      { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'topic' },
      pullRequest('acme/server'),
    );
    expect(read).toMatchObject({
      headSha: 'a'.repeat(40),
      checkoutSha: 'c'.repeat(40),
      branch: 'topic',
      baseBranch: 'release',
      baseSha: 'b'.repeat(40),
      isTrunk: false,
      pullRequest: { number: 7, fromFork: false },
      runId: '17',
      attempt: 2,
      runUrl: 'https://github.com/acme/server/actions/runs/17',
    });
  });

  it.each(['mallory/server', null])('knows a fork, also one that was deleted: %s', (headRepository) => {
    const read = event({ GITHUB_EVENT_NAME: 'pull_request' }, pullRequest(headRepository));
    expect(read.pullRequest).toMatchObject({ fromFork: true });
  });

  it.each([
    ['push', 'refs/heads/main', true],
    ['push', 'refs/heads/topic', false],
    ['push', 'refs/tags/main', false],
    ['schedule', 'refs/heads/main', true],
    ['workflow_dispatch', 'refs/heads/main', true],
    ['workflow_dispatch', 'refs/heads/topic', false],
    // Both run on the default branch, and may have checked out what anybody wrote.
    ['workflow_run', 'refs/heads/main', false],
    ['issue_comment', 'refs/heads/main', false],
    ['pull_request_target', 'refs/heads/main', false],
    ['merge_group', 'refs/heads/gh-readonly-queue/main/pr-7-b', false],
  ])('%s of %s: others are compared with it: %s', (name, ref, isTrunk) => {
    const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
    const read = event({ GITHUB_EVENT_NAME: name, GITHUB_REF: ref, GITHUB_REF_TYPE: type }, { repository });
    expect(read.isTrunk).toBe(isTrunk);
  });

  it('of a push is compared with the commit before, of a first push with none', () => {
    const push = { GITHUB_EVENT_NAME: 'push' };
    expect(event(push, { repository, before: 'd'.repeat(40) }).baseSha).toBe('d'.repeat(40));
    expect(event(push, { repository, before: '0'.repeat(40) }).baseSha).toBeUndefined();
  });

  it('of a merge group has no pull request, and the branch that it will be merged into', () => {
    const read = event(
      { GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: 'refs/heads/gh-readonly-queue/next/pr-7-b' },
      {
        repository,
        merge_group: {
          head_sha: 'e'.repeat(40),
          head_ref: 'refs/heads/gh-readonly-queue/next/pr-7-b',
          base_sha: 'b'.repeat(40),
          base_ref: 'refs/heads/next',
        },
      },
    );
    expect(read).toMatchObject({ headSha: 'e'.repeat(40), baseBranch: 'next', baseSha: 'b'.repeat(40) });
    expect(read.pullRequest).toBeUndefined();
  });

  it('of a schedule without a document takes the branch that it runs on for the default one', () => {
    const read = event({ GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/trunk' });
    expect(read).toMatchObject({ defaultBranch: 'trunk', isTrunk: true });
  });

  it('of workflow_run tells the run that has ended', () => {
    const ended = { id: 5, run_attempt: 2, head_sha: 'f'.repeat(40), event: 'pull_request' };
    const read = event({ GITHUB_EVENT_NAME: 'workflow_run' }, { repository, workflow_run: ended });
    expect(read.triggeringRun).toEqual({ id: 5, attempt: 2 });
  });

  it.each([
    ['https://github.com', false],
    ['https://acme.ghe.com', false],
    ['https://ghes.example', true],
  ])('%s: Enterprise Server: %s', (url, isEnterpriseServer) => {
    expect(event({ GITHUB_SERVER_URL: url })).toMatchObject({ isEnterpriseServer });
  });

  it('is refused when it gives strangers the rights of the repository, unless that is wanted', () => {
    const read = event({ GITHUB_EVENT_NAME: 'pull_request_target' }, pullRequest('mallory/server'));
    expect(() => refuseUnsafeTarget(read, false)).toThrow('pull_request_target is refused');
    expect(() => refuseUnsafeTarget(read, true)).not.toThrow();
    expect(() => refuseUnsafeTarget(event({ GITHUB_EVENT_NAME: 'pull_request' }), false)).not.toThrow();
  });

  it('outside of GitHub Actions names the command line', () => {
    expect(() => readEvent({})).toThrow('this is no job of GitHub Actions');
  });
});

import { describe, expect, it } from 'vitest';
import { findPullRequest } from './pull-requests.ts';
import { fakeApi, type FakeRoute, httpError } from './testing/fake-api.ts';

const sha = (character: string): string => character.repeat(40);
const pull = (number: number, headSha: string, repository = 'mallory/hello-mcp', state = 'open') => ({
  number,
  state,
  head: { sha: headSha, repo: { full_name: repository } },
  base: { sha: sha('b'), ref: 'main', repo: { full_name: 'octo-org/hello-mcp' } },
});
const workflowRun = (more: object = {}) => ({
  workflow_run: {
    event: 'pull_request',
    head_sha: sha('a'),
    head_branch: 'patch-1',
    head_repository: { owner: { login: 'mallory' } },
    pull_requests: [],
    ...more,
  },
});

function find(
  name: string,
  payload: unknown,
  routes: Readonly<Record<string, FakeRoute>> = {},
  allowUnsafeTarget = false,
) {
  return findPullRequest({ name, payload }, { api: fakeApi(routes).api, allowUnsafeTarget });
}

describe('which pull request an event belongs to', () => {
  it('stands in a pull_request', async () => {
    expect(await find('pull_request', { pull_request: pull(7, sha('a')) })).toEqual({
      status: 'found',
      pullRequest: { number: 7, headSha: sha('a'), baseSha: sha('b'), baseRef: 'main', isFork: true },
    });
    const own = await find('pull_request', { pull_request: pull(7, sha('a'), 'octo-org/hello-mcp') });
    expect(own).toMatchObject({ pullRequest: { isFork: false } });
  });

  it('is of a fork when the fork is gone', async () => {
    const gone = { ...pull(7, sha('a')), head: { sha: sha('a'), repo: null } };
    expect(await find('pull_request', { pull_request: gone })).toMatchObject({
      pullRequest: { isFork: true },
    });
  });

  it.each(['push', 'schedule', 'workflow_dispatch', 'merge_group', 'something_new'])(
    'is none of a %s',
    async (name) => {
      expect(await find(name, {})).toMatchObject({ status: 'none' });
    },
  );

  it('of pull_request_target is refused unless that is allowed', async () => {
    const payload = { pull_request: pull(7, sha('a')) };
    expect(await find('pull_request_target', payload)).toMatchObject({
      status: 'refused',
      why: expect.stringContaining('allow-unsafe-target'),
    });
    expect(await find('pull_request_target', payload, {}, true)).toMatchObject({ status: 'found' });
  });

  describe('of a workflow_run', () => {
    const asked: unknown[] = [];
    const listing = (pulls: readonly object[]): Readonly<Record<string, FakeRoute>> => ({
      'GET /pulls': (parameters) => {
        asked.push(parameters['head']);
        return pulls;
      },
      'GET /commits/{commit_sha}/pulls': () => [],
    });

    it('is the open one whose head was tested, asked by its branch', async () => {
      const found = await find(
        'workflow_run',
        workflowRun(),
        listing([pull(8, sha('a')), pull(9, sha('c'))]),
      );
      expect(found).toMatchObject({ status: 'found', pullRequest: { number: 8 } });
      expect(asked.at(-1)).toBe('mallory:patch-1');
    });

    it('is none when a newer commit is there', async () => {
      expect(await find('workflow_run', workflowRun(), listing([pull(8, sha('c'))]))).toEqual({
        status: 'none',
        why: 'a newer commit has been pushed to the pull request since',
      });
    });

    it('is found by the commit when the branch is gone', async () => {
      const routes = {
        ...listing([]),
        'GET /commits/{commit_sha}/pulls': () => [pull(3, sha('a'), 'x/y', 'closed'), pull(8, sha('a'))],
      };
      const run = workflowRun({ head_repository: null });
      expect(await find('workflow_run', run, routes)).toMatchObject({ pullRequest: { number: 8 } });
      expect(await find('workflow_run', run, listing([]))).toMatchObject({ status: 'none' });
    });

    it('does not believe an event without a commit, or a run that no pull request started', async () => {
      for (const more of [{ head_sha: '../../x' }, { head_sha: undefined }, { event: 'push' }])
        expect(await find('workflow_run', workflowRun(more), listing([pull(8, sha('a'))]))).toMatchObject({
          status: 'none',
        });
    });

    it('is not known when GitHub cannot be asked', async () => {
      const routes = { 'GET /pulls': () => httpError(500, 'Server Error') };
      expect(await find('workflow_run', workflowRun(), routes)).toMatchObject({
        status: 'failed',
        fault: { reason: 'unavailable' },
      });
      const html = { 'GET /pulls': () => '<html>' };
      expect(await find('workflow_run', workflowRun(), html)).toMatchObject({
        status: 'failed',
        fault: { reason: 'malformed' },
      });
    });
  });
});

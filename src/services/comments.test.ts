import { describe, expect, it } from 'vitest';
import { commentLimit, commentMarker, syncComment } from './comments.ts';
import { fakeApi, type FakeRoute, httpError } from './testing/fake-api.ts';

interface StoredComment {
  readonly id: number;
  readonly user: { readonly login: string } | null;
  body: string;
}

const bot = 'github-actions[bot]';
const marker = commentMarker('default');
const ours = (id: number, text: string, version = '100.1'): StoredComment => ({
  id,
  user: { login: bot },
  body: `${marker}\n<!-- run ${version} -->\n${text}`,
});
const spoof = (id: number): StoredComment => ({ ...ours(id, 'spoof'), user: { login: 'mallory' } });

/** A pull request with comments, and who asks. */
function conversation(comments: StoredComment[], routes: Readonly<Record<string, FakeRoute>> = {}) {
  const { api, calls } = fakeApi({
    'GET /issues/{issue_number}/comments': () => comments,
    'POST /graphql': () => ({ data: { viewer: { login: bot } } }),
    'POST /issues/{issue_number}/comments': ({ body }) => {
      comments.push({ id: 1000, user: { login: bot }, body: String(body) });
      return { id: 1000, html_url: 'https://github.com/c/1000' };
    },
    'PATCH /issues/comments/{comment_id}': ({ comment_id: id, body }) => {
      const found = comments.find((comment) => comment.id === id);
      if (found === undefined) return httpError(404, 'Not Found');
      found.body = String(body);
      return { html_url: `https://github.com/c/${String(id)}` };
    },
    'DELETE /issues/comments/{comment_id}': ({ comment_id: id }) => {
      comments.splice(
        comments.findIndex((comment) => comment.id === id),
        1,
      );
      return '';
    },
    ...routes,
  });
  const sync = (request: Partial<Parameters<typeof syncComment>[1]> = {}) =>
    syncComment(api, {
      pullRequest: 7,
      commentKey: 'default',
      intent: 'write',
      body: 'All clear',
      version: { runId: '200', attempt: 1 },
      ...request,
    });
  const texts = (): readonly string[] =>
    comments.map(({ id, body }) => `${id} ${body.split('\n').at(-1) ?? ''}`);
  return { sync, texts, calls, comments };
}

describe('the comment on a pull request', () => {
  it('is created when there is none of ours', async () => {
    const { sync, comments, calls } = conversation([{ id: 1, user: { login: 'bob' }, body: 'Nice!' }]);
    expect(await sync()).toEqual({ status: 'created', url: 'https://github.com/c/1000' });
    expect(comments.at(-1)?.body).toBe(`${marker}\n<!-- run 200.1 -->\nAll clear`);
    // Nobody needs to know whose token it is as long as nothing looks like ours.
    expect(calls).not.toContain('POST /graphql');
  });

  it('is updated in place, found on whichever page', async () => {
    const others = Array.from({ length: 250 }, (_, id) => ({ id, user: { login: 'bob' }, body: 'hm' }));
    const { sync, calls, texts } = conversation([...others, ours(900, 'failed')]);
    expect(await sync()).toEqual({ status: 'updated', url: 'https://github.com/c/900' });
    expect(texts().at(-1)).toBe('900 All clear');
    expect(calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('is left as it is when it says the same', async () => {
    const { sync, calls } = conversation([ours(5, 'All clear', '200.1')]);
    expect(await sync()).toMatchObject({ status: 'unchanged' });
    expect(calls.some((call) => /^(PATCH|POST \/issues)/.test(call))).toBe(false);
  });

  it('is none of somebody else’s with the same marker', async () => {
    const { sync, texts } = conversation([spoof(3)]);
    expect(await sync()).toMatchObject({ status: 'created' });
    expect(texts()).toEqual(['3 spoof', '1000 All clear']);
    expect(await sync({ body: 'failed' })).toMatchObject({ status: 'updated' });
    expect(texts()).toEqual(['3 spoof', '1000 failed']);
    expect(await sync({ intent: 'delete' })).toEqual({ status: 'deleted' });
    expect(texts()).toEqual(['3 spoof']);
  });

  it('of ours is one: the oldest stays', async () => {
    const { sync, texts } = conversation([ours(8, 'b'), spoof(3), ours(5, 'a'), ours(9, 'c')]);
    expect(await sync()).toMatchObject({ status: 'updated' });
    expect(texts()).toEqual(['3 spoof', '5 All clear']);
  });

  it('of another key is another', async () => {
    const { sync, texts } = conversation([ours(5, 'a')]);
    expect(await sync({ commentKey: 'nightly' })).toMatchObject({ status: 'created' });
    expect(texts()).toEqual(['5 a', '1000 All clear']);
    expect(commentMarker('a --> <script>')).toMatch(/^<!-- mcp-test-harness:comment:[0-9a-f]{16} -->$/);
  });

  it('that quotes ours is not ours', async () => {
    const { sync } = conversation([{ id: 4, user: { login: bot }, body: `> ${marker}\n> All clear` }]);
    expect(await sync()).toMatchObject({ status: 'created' });
  });

  it('of a personal token is found by its user', async () => {
    const viewer = { 'POST /graphql': () => ({ data: { viewer: { login: 'release-bot' } } }) };
    const mine = { ...ours(6, 'x'), user: { login: 'release-bot' } };
    const { sync, texts } = conversation([ours(5, 'x'), mine], viewer);
    expect(await sync()).toMatchObject({ status: 'updated' });
    expect(texts()).toEqual(['5 x', '6 All clear']);
  });

  it('of GITHUB_TOKEN is found when nobody says whose token it is', async () => {
    const { sync } = conversation([ours(5, 'x')], { 'POST /graphql': () => httpError(502, '<html>') });
    expect(await sync()).toMatchObject({ status: 'updated' });
  });

  it('of a later run is not overwritten by an earlier', async () => {
    for (const version of ['201.1', '200.2', '12345678901234567890.1']) {
      const { sync, texts } = conversation([ours(5, 'newer', version)]);
      expect(await sync()).toMatchObject({ status: 'superseded' });
      expect(texts()).toEqual(['5 newer']);
    }
    for (const version of ['199.9', '200.1', '99.1']) {
      const { sync } = conversation([ours(5, 'older', version)]);
      expect(await sync()).toMatchObject({ status: 'updated' });
    }
  });

  it('is created again when somebody deletes it meanwhile', async () => {
    const { sync } = conversation([ours(5, 'x')], {
      'PATCH /issues/comments/{comment_id}': () => httpError(404, 'Not Found'),
    });
    expect(await sync()).toMatchObject({ status: 'created' });
  });

  it.each([
    ['update', []],
    ['delete', []],
    ['update', [spoof(3)]],
  ] as const)('is not there to %s', async (intent, comments) => {
    const { sync, texts } = conversation([...comments]);
    const before = texts();
    expect(await sync({ intent })).toEqual({ status: 'absent' });
    expect(texts()).toEqual(before);
  });

  it.each([
    ['refused', httpError(403, 'Resource not accessible by integration'), 'denied'],
    ['refused', httpError(403, 'Unable to create comment because issue is locked.'), 'locked'],
    ['refused', httpError(404, 'Not Found'), 'not-found'],
    ['failed', httpError(500, 'Server Error'), 'unavailable'],
    ['failed', httpError(422, 'Body is too long'), 'rejected'],
  ] as const)('is %s by a fault that is data: %s', async (status, error, reason) => {
    const { sync } = conversation([], { 'POST /issues/{issue_number}/comments': () => error });
    expect(await sync()).toMatchObject({ status, fault: { reason } });
  });

  it('is never longer than GitHub takes', async () => {
    const { sync, comments } = conversation([]);
    await sync({ body: '😀'.repeat(commentLimit) });
    expect(comments[0]?.body.length).toBeLessThanOrEqual(commentLimit);
    expect(comments[0]?.body.isWellFormed()).toBe(true);
  });
});

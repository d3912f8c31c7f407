/** Who sees which page, and what a form may do. How pages look and work in a browser: test/dashboard.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../testing/folders.ts';
import { createApiListener } from '../index.ts';
import {
  finishRun,
  hostileSuite,
  makeTestService,
  roleNames,
  roles,
  type RoleName,
  type TestService,
} from '../testing/service.ts';
import { dashboardPages } from './register-dashboard.ts';
import { sessionMs } from './sessions.ts';

const newFolder = temporaryFolders();
let service: TestService;
let listener: Awaited<ReturnType<typeof createApiListener>>;
let runId: string;

beforeAll(async () => {
  service = await makeTestService(newFolder());
  runId = await finishRun(service, 'core');
  listener = await createApiListener(service.context, { now: () => service.now, refusalsPerMinute: 100_000 });
});
afterAll(async () => {
  await listener.close();
  await service.close();
});

interface Asked {
  readonly cookie?: string | undefined;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: typeof listener;
}

async function ask(url: string, { cookie, form, headers = {}, from = listener }: Asked = {}) {
  const answer = await from.inject({
    method: form === undefined ? 'GET' : 'POST',
    url,
    headers: {
      host: 'localhost',
      ...(cookie === undefined ? {} : { cookie: `other=1; mth_session=${cookie}` }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(form === undefined ? {} : { payload: new URLSearchParams(form).toString() }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}

async function signIn(role: RoleName, next = '/'): Promise<string> {
  const answer = await ask('/login', { form: { key: service.keys[role].key, next } });
  return /mth_session=([^;]+)/.exec(String(answer.headers['set-cookie']))?.[1] ?? '';
}

/** What stands in the forms of a page. */
async function fieldsOf(url: string, cookie: string | undefined, from = listener) {
  const { text } = await ask(url, { cookie, from });
  const field = (name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
  return { csrf: field('csrf'), once: field('once') };
}

const pathOf = (url: string): string => url.replace(':id', runId).replace(':name', 'core');

describe.each(dashboardPages.map(({ url, permission }) => [url, permission] as const))(
  'the page %s',
  (url, permission) => {
    it('asks who is not known to sign in, and leads back afterwards', async () => {
      const { status, headers } = await ask(pathOf(url));
      expect(status).toBe(303);
      expect(headers['location']).toBe(`/login?${new URLSearchParams({ next: pathOf(url) }).toString()}`);
    });

    it.each(roleNames)('is shown to the role %s only with its permission', async (role) => {
      const granted: readonly string[] = roles[role];
      const may = granted.some((grant) => grant === permission || grant === permission.replace(/:.*/, ':*'));
      const { status, headers, text } = await ask(pathOf(url), { cookie: await signIn(role) });
      expect(status).toBe(may ? 200 : 403);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toContain("style-src 'self'");
      if (!may) {
        expect(text).toContain(permission);
        expect(service.audited().at(-1)).toMatchObject({
          action: permission,
          outcome: 'denied',
          actor: { role },
        });
      }
    });
  },
);

describe('signing in', () => {
  it('sets a cookie that scripts, other sites and plain HTTP never see, and nothing of the key is in it', async () => {
    const { key } = service.keys['read-only'];
    const { status, headers } = await ask('/login', { form: { key, next: '/servers' } });
    expect([status, headers['location']]).toEqual([303, '/servers']);
    expect(headers['set-cookie']).toMatch(
      /^mth_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict; Max-Age=28800$/,
    );
    expect(service.audited().at(-1)).toMatchObject({
      action: 'session:open',
      outcome: 'succeeded',
      actor: { username: 'read-only-user' },
    });
  });

  it('with a wrong key is told no reason, and the log has it', async () => {
    const { status, headers, text } = await ask('/login', { form: { key: 'x'.repeat(50), next: '/' } });
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).toContain('The API key is not valid.');
    expect(service.audited().at(-1)).toMatchObject({
      action: 'session:open',
      outcome: 'denied',
      detail: { reason: 'unknown-key' },
    });
  });

  it.each([
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/runs?suite=a%2Fb', '/runs?suite=a%2Fb'],
  ])('leads nowhere but here: %s', async (next, location) => {
    const answer = await ask('/login', { form: { key: service.keys['read-only'].key, next } });
    expect(answer.headers['location']).toBe(location);
    expect((await ask(`/login?${new URLSearchParams({ next }).toString()}`)).text).not.toContain('evil');
  });

  it('is limited for who guesses', async () => {
    const api = await createApiListener(service.context, { refusalsPerMinute: 2, now: () => service.now });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1)
      statuses.push((await ask('/login', { from: api, form: { key: 'x'.repeat(50) } })).status);
    await api.close();
    expect(statuses).toEqual([401, 401, 429, 429]);
  });
});

describe('a session', () => {
  it('is no way into the API', async () => {
    expect((await ask('/api/v1/runs', { cookie: await signIn('test-admin') })).status).toBe(401);
  });

  it('goes on with another replica, and so do its forms', async () => {
    const replica = await createApiListener(service.context, { now: () => service.now });
    const cookie = await signIn('read-only');
    expect((await ask('/', { cookie, from: replica })).status).toBe(200);
    const { csrf } = await fieldsOf('/', cookie);
    expect((await ask('/logout', { cookie, form: { csrf }, from: replica })).headers['location']).toBe(
      '/login',
    );
    expect((await ask('/', { cookie })).status).toBe(303);
    await replica.close();
  });

  it('ends after eight hours', async () => {
    const cookie = await signIn('read-only');
    service.now += sessionMs - 1;
    expect((await ask('/', { cookie })).status).toBe(200);
    service.now += 1;
    expect((await ask('/', { cookie })).status).toBe(303);
  });

  it('ends when somebody signs out; its cookie is worth nothing then', async () => {
    const cookie = await signIn('read-only');
    const { csrf } = await fieldsOf('/', cookie);
    const { status, headers } = await ask('/logout', { cookie, form: { csrf } });
    expect([status, headers['location']]).toEqual([303, '/login']);
    expect(headers['set-cookie']).toContain('Max-Age=0');
    expect((await ask('/', { cookie })).status).toBe(303);
  });

  it('ends with its key: when it is taken out of the policy', async () => {
    const cookie = await signIn('read-only');
    const { hash } = service.keys['read-only'];
    service.writePolicy(service.policyText().replace(hash, `sha256:${'0'.repeat(64)}`));
    await service.policy.reload();
    expect((await ask('/', { cookie })).status).toBe(303);
    service.writePolicy(service.policyText());
    await service.policy.reload();
  });

  it('has the permissions that its user has now, not those of when it began', async () => {
    const cookie = await signIn('nothing');
    expect((await ask('/', { cookie })).status).toBe(403);
    service.writePolicy(
      service
        .policyText()
        .replace('name: nothing, permissions: []', 'name: nothing, permissions: ["test:view"]'),
    );
    await service.policy.reload();
    expect((await ask('/', { cookie })).status).toBe(200);
    service.writePolicy(service.policyText());
    await service.policy.reload();
  });

  it.each(['', 'x', 'x'.repeat(43), `${'x'.repeat(43)}; mth_session=y`])(
    'is not begun by a made-up cookie: %s',
    async (cookie) => {
      expect((await ask('/', { cookie })).status).toBe(303);
    },
  );
});

describe('a form', () => {
  const form = { suite: 'core', kind: 'test', once: 'a' };

  it('starts a run, for who may and from a page of ours, and the log has it', async () => {
    const cookie = await signIn('test-operator');
    const fields = await fieldsOf('/', cookie);
    const { status, headers } = await ask('/runs', { cookie, form: { ...form, ...fields } });
    expect(status).toBe(303);
    const id = String(headers['location']).slice('/runs/'.length);
    expect(await service.store.runs.get(id)).toMatchObject({
      suite: 'core',
      requestedBy: 'test-operator-user',
    });
    expect(service.audited().at(-1)).toMatchObject({
      action: 'test:run',
      outcome: 'succeeded',
      actor: { username: 'test-operator-user', via: 'dashboard', keyId: service.keys['test-operator'].id },
    });
  });

  it('that is sent twice is one run; a page that is loaded again has another form', async () => {
    const cookie = await signIn('test-operator');
    const fields = await fieldsOf('/', cookie);
    const send = async (more: object) =>
      (await ask('/runs', { cookie, form: { ...form, ...more } })).headers['location'];
    const first = await send(fields);
    expect(await send(fields)).toBe(first);
    expect(await send(await fieldsOf('/', cookie))).not.toBe(first);
  });

  it('without the token of its own session is refused, and so is that of another', async () => {
    const cookie = await signIn('test-admin');
    const other = await fieldsOf('/', await signIn('test-admin'));
    for (const csrf of ['', 'x', other.csrf]) {
      const { status, text } = await ask('/runs', { cookie, form: { ...form, csrf } });
      expect([status, text]).toEqual([403, expect.stringContaining('Load the page again.')]);
      expect(service.audited().at(-1)).toMatchObject({
        outcome: 'denied',
        detail: { reason: 'foreign-form' },
      });
    }
  });

  it('of a page of another site is refused before anything is looked at', async () => {
    const cookie = await signIn('test-admin');
    const { csrf } = await fieldsOf('/', cookie);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect((await ask('/runs', { cookie, headers, form: { ...form, csrf } })).status).toBe(403);
  });

  it('of who may not is refused: read-only cannot run, an operator cannot cancel', async () => {
    const reader = await signIn('read-only');
    const fields = await fieldsOf('/', reader);
    expect((await ask('/runs', { cookie: reader, form: { ...form, csrf: fields.csrf } })).status).toBe(403);
    const operator = await signIn('test-operator');
    const { csrf } = await fieldsOf('/', operator);
    expect((await ask(`/runs/${runId}/cancel`, { cookie: operator, form: { csrf } })).status).toBe(403);
  });

  it('of who is not signed in is refused, and not asked again later', async () => {
    expect((await ask('/runs', { form: { ...form, csrf: 'x' } })).status).toBe(401);
    expect((await ask(`/runs/${runId}/reports/report.html`)).status).toBe(401);
  });

  it('with fields that are not ours is refused', async () => {
    const cookie = await signIn('test-admin');
    const { csrf } = await fieldsOf('/', cookie);
    const forms: readonly Record<string, string>[] = [
      { ...form, csrf, more: '1' },
      { csrf },
      { ...form, csrf, kind: 'fuzz' },
    ];
    for (const bad of forms) expect((await ask('/runs', { cookie, form: bad })).status).toBe(400);
    expect((await ask('/runs', { cookie, form: { ...form, csrf, suite: 'gone' } })).status).toBe(422);
  });
});

describe('pages', () => {
  it('hold no style, no script and no handler of their own', async () => {
    const cookie = await signIn('test-admin');
    await finishRun(service, hostileSuite, {
      verdict: 'failed',
      failures: [{ test: '<b onclick=x>', outcome: 'failed', message: '" onload="x', location: undefined }],
    });
    for (const { url } of dashboardPages) {
      const { text } = await ask(pathOf(url), { cookie });
      expect(text.match(/<script|<style|\sstyle=|<[^>]+\son\w+=|javascript:/gi)).toBeNull();
      expect(text).not.toContain('<i>');
    }
  });

  it('say what is wrong with what they are asked for', async () => {
    const cookie = await signIn('test-admin');
    expect((await ask('/runs/nope', { cookie })).text).toContain('there is no such run');
    expect((await ask('/suites/nope', { cookie })).status).toBe(404);
    expect((await ask('/runs?state=gone', { cookie })).status).toBe(400);
    expect((await ask('/runs?cursor=gone', { cookie })).status).toBe(400);
  });

  it('show a suite that the configuration has no longer, as long as it has a past', async () => {
    await finishRun(service, 'old');
    const { status, text } = await ask('/suites/old', { cookie: await signIn('read-only') });
    expect([status, text]).toEqual([200, expect.stringContaining('no longer')]);
  });

  it('need no key where RBAC is off', async () => {
    const open = await makeTestService(newFolder(), { rbac: false });
    const api = await createApiListener(open.context, { now: () => open.now });
    expect((await ask('/', { from: api })).text).toContain('RBAC is off');
    const fields = await fieldsOf('/', undefined, api);
    expect((await ask('/runs', { from: api, form: { suite: '', kind: 'test', ...fields } })).status).toBe(
      303,
    );
    expect(
      (await ask('/runs', { from: api, form: { suite: '', kind: 'test', once: 'x', csrf: '' } })).status,
    ).toBe(403);
    expect((await ask('/', { from: api, headers: { host: 'evil.example' } })).status).toBe(403);
    await api.close();
    await open.close();
  });

  it('are not there when the dashboard is switched off', async () => {
    const plain = await makeTestService(newFolder());
    plain.change((before) => ({
      ...before,
      security: { ...before.security, api: { ...before.security.api!, dashboard: false } },
    }));
    const api = await createApiListener(plain.context);
    for (const path of ['/', '/login', '/runs']) expect((await ask(path, { from: api })).status).toBe(404);
    await api.close();
    await plain.close();
  });
});

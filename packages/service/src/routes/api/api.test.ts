/** What the API does, for those who may ask it. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRun } from '../../../../core/src/baseline/testing/make-runs.ts';
import { temporaryFolders } from '../../testing/folders.ts';
import { createApiListener } from '../index.ts';
import { makeSamples } from '../testing/samples.ts';
import { finishRun, hostileSuite, makeTestService, start, type TestService } from '../testing/service.ts';
import { apiRoutes } from './routes.ts';

const newFolder = temporaryFolders();
let service: TestService;
let listener: Awaited<ReturnType<typeof createApiListener>>;
let samples: Awaited<ReturnType<typeof makeSamples>>;

beforeAll(async () => {
  service = await makeTestService(newFolder());
  samples = await makeSamples(service);
  listener = await createApiListener(service.context, {
    now: () => service.now,
    refusalsPerMinute: 100_000,
  });
});
afterAll(async () => {
  await listener.close();
  await service.close();
});

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly role?: keyof TestService['keys'];
}

/** Everything but the audit log is asked for by one who may do it all. */
async function ask(path: string, { method = 'GET', body, headers = {}, role = 'test-admin' }: Asked = {}) {
  const answer = await listener.inject({
    method,
    url: `/api/v1${path}`,
    headers: { 'x-api-key': service.keys[role].key, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  const isJson = /json/.test(String(answer.headers['content-type']));
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    json: isJson ? answer.json() : undefined,
  };
}

describe('every route', () => {
  it.each(apiRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s answers as its own description says',
    async (name, { method, answers }) => {
      const sample = await samples[name]?.();
      const role = name.includes('/audit') ? 'auditor' : 'test-admin';
      const answer = await ask(sample?.path ?? '', { method, body: sample?.body, role });
      const described = answers[answer.status];
      expect(described, `status ${answer.status} is not described: ${answer.text}`).toBeDefined();
      if (described?.schema !== undefined) expect(described.schema.parse(answer.json)).toEqual(answer.json);
    },
  );
});

describe('the OpenAPI document', () => {
  it('is valid by the schema of OpenAPI 3.1, and its references lead somewhere', async () => {
    const { status, json } = await ask('/openapi.json');
    expect(status).toBe(200);
    const validator = new Validator();
    expect(await validator.validate(structuredClone(json))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    for (const [, name = ''] of JSON.stringify(json).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(json.components.schemas).toHaveProperty(name);
  });

  it('has every route, with the permission that it needs and the problems that it answers', async () => {
    const { json } = await ask('/openapi.json');
    for (const { method, path, permission } of apiRoutes) {
      const described = json.paths[path][method.toLowerCase()];
      expect(described['x-permission']).toBe(permission);
      expect(described.security).toEqual(permission === undefined ? [] : undefined);
      expect(described.responses.default.content).toHaveProperty(['application/problem+json']);
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = described.parameters.filter((one: { in: string }) => one.in === 'path');
      expect(parameters.map((one: { name: string }) => one.name)).toEqual(names);
    }
    const described = Object.values(json.paths as Record<string, object>).flatMap((one) => Object.keys(one));
    expect(described).toHaveLength(apiRoutes.length);
  });

  it('names its operations, each once', async () => {
    const { json } = await ask('/openapi.json');
    const names = Object.values(
      json.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap((one) => Object.values(one).map(({ operationId }) => operationId));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('getRunsIdReportsName');
  });
});

describe('a run that is asked for', () => {
  it('waits for a worker, and is found where Location says', async () => {
    const { status, headers, json } = await ask('/runs', {
      method: 'POST',
      body: { kind: 'benchmark', suites: ['core', 'core'] },
    });
    expect(status).toBe(202);
    expect(headers['location']).toBe(`/api/v1/runs/${json.id}`);
    expect(json).toMatchObject({
      kind: 'benchmark',
      state: 'queued',
      suites: ['core'],
      server: 'demo',
      requestedBy: 'test-admin-user',
    });
    expect(await service.store.runs.get(json.id)).toMatchObject({
      suite: 'core',
      request: { kind: 'benchmark', suites: ['core'] },
    });
    expect((await ask(`/runs/${json.id}`)).json).toMatchObject({ id: json.id, attempts: [], reports: [] });
  });

  it('is of every suite when none is named, and then of no single server', async () => {
    const { json } = await ask('/runs', { method: 'POST', body: {} });
    expect(json).toMatchObject({ kind: 'test', suites: [] });
    expect(json.server).toBeUndefined();
  });

  it('is refused for a suite that does not exist, with the one that was meant', async () => {
    const { status, json } = await ask('/runs', { method: 'POST', body: { suites: ['core', 'forcast'] } });
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      { in: 'body', name: 'suites[1]', detail: 'there is no such suite. Did you mean forecast?' },
    ]);
  });

  it('with an Idempotency-Key is one run, however often it is sent', async () => {
    const send = (suite: string, key: string, role?: Asked['role']) =>
      ask('/runs', {
        method: 'POST',
        body: { suites: [suite] },
        headers: { 'idempotency-key': key },
        ...(role === undefined ? {} : { role }),
      });
    const answers = await Promise.all([send('core', 'one'), send('core', 'one'), send('core', 'two')]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const [first, again, other] = answers.map(({ json }) => json.id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect((await send('forecast', 'one')).status).toBe(422);
    // Keys of others are theirs.
    expect((await send('core', 'one', 'test-operator')).json.id).not.toBe(first);
    expect((await send('core', 'x'.repeat(256))).json.errors[0].name).toBe('Idempotency-Key');
  });

  it.each([
    ['no body', undefined, 400],
    ['another kind', { kind: 'fuzz' }, 400],
    ['a key that is none', { suite: 'core' }, 400],
    ['a suite that is no text', { suites: [1] }, 400],
    ['a number', 5, 400],
  ])('is refused with %s', async (_what, body, status) => {
    expect((await ask('/runs', { method: 'POST', body })).status).toBe(status);
  });

  it.each([
    ['{"suites":', 'application/json', 400],
    ['{"__proto__":{"a":1}}', 'application/json', 400],
    ['suites=core', 'application/x-www-form-urlencoded', 415],
    ['{"suites":["core"]}', 'text/plain', 415],
    [`{"suites":["${'x'.repeat(1_100_000)}"]}`, 'application/json', 413],
  ])('is refused when it is not JSON, or too much of it: %.20s as %s', async (payload, type, status) => {
    const answer = await listener.inject({
      method: 'POST',
      url: '/api/v1/runs',
      headers: { 'x-api-key': service.keys['test-admin'].key, 'content-type': type },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).not.toContain('node_modules');
  });
});

describe('runs', () => {
  it('can be paged through, newest first, while others come', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      service.now += 1;
      const { run } = await service.store.runs.enqueue({
        key: `page ${count}`,
        kind: 'test',
        suite: 'paged',
        request: {},
      });
      ids.unshift(run.id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: URLSearchParams = new URLSearchParams({
        suite: 'paged',
        limit: '3',
        ...(cursor && { cursor }),
      });
      const { json } = await ask(`/runs?${query.toString()}`);
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      cursor = json.next;
      service.now += 1;
      await service.store.runs.enqueue({
        key: `late ${seen.length}`,
        kind: 'test',
        suite: 'paged',
        request: {},
      });
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  it('are filtered by kind, state, verdict, suite, schedule and time', async () => {
    const id = await finishRun(service, 'core', { verdict: 'failed' });
    const idsOf = async (query: string): Promise<readonly string[]> =>
      (await ask(`/runs?limit=200&${query}`)).json.items.map((run: { id: string }) => run.id);
    expect(await idsOf('verdict=failed')).toEqual([id]);
    expect(await idsOf('kind=test')).toContain(id);
    expect(await idsOf('kind=benchmark')).not.toContain(id);
    expect(await idsOf('state=finished&state=failed')).toContain(id);
    expect(await idsOf('state=queued')).not.toContain(id);
    expect(await idsOf('suite=nope')).toEqual([]);
    expect(await idsOf('schedule=nightly')).toEqual([]);
    const { createdAt = 0 } = (await service.store.runs.get(id)) ?? {};
    expect(await idsOf(`since=${new Date(createdAt).toISOString()}&verdict=failed`)).toEqual([id]);
    expect(await idsOf(`until=${new Date(createdAt).toISOString()}&verdict=failed`)).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'state=gone',
    'kind=x',
    'since=yesterday',
    'colour=red',
    'cursor=%00',
  ])('asked for with %s are 400, and what is wrong is named', async (query) => {
    const { status, json } = await ask(`/runs?${query}`);
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain(
      query.startsWith('cursor') ? 'cursor' : (query.split('=')[0] ?? ''),
    );
  });

  it('say what came of them, and where their reports are', async () => {
    const id = await finishRun(service, 'core', {
      verdict: 'failed',
      failures: [{ test: 'core/adds', outcome: 'failed', message: 'got 4', location: 'harness.yaml:9:9' }],
    });
    const { json } = await ask(`/runs/${id}`);
    expect(json).toMatchObject({
      state: 'finished',
      verdict: 'failed',
      attempt: 1,
      summary: { failures: [{ test: 'core/adds', message: 'got 4' }] },
      attempts: [{ attempt: 1, owner: 'worker-1', endedAs: 'finished' }],
      reports: [
        { name: 'report.html', href: `/api/v1/runs/${id}/reports/report.html` },
        { name: 'report.json', href: `/api/v1/runs/${id}/reports/report.json` },
      ],
    });
  });

  it('end when they are cancelled; what is over stays as it is', async () => {
    const { json: waiting } = await ask('/runs', { method: 'POST', body: { suites: ['core'] } });
    const cancel = (id: string) => ask(`/runs/${id}/cancel`, { method: 'POST' });
    expect((await cancel(waiting.id)).json).toEqual({ state: 'cancelled' });
    expect((await cancel(waiting.id)).status).toBe(409);
    expect((await cancel('nope')).status).toBe(404);
    const { json: going } = await ask('/runs', { method: 'POST', body: { suites: ['core'] } });
    await service.store.runs.claim({ owner: 'w', leaseMs: 1000, runId: going.id });
    const told = await cancel(going.id);
    expect([told.status, told.json]).toEqual([202, { state: 'requested' }]);
  });
});

describe('reports', () => {
  it('of HTML are shown in a sandbox, so that nothing in them is of this origin', async () => {
    const id = await finishRun(service, 'core');
    const { headers, text } = await ask(`/runs/${id}/reports/report.html`);
    expect(text).toContain('Report of a run');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-disposition': 'inline; filename="report.html"',
    });
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    expect((await ask(`/runs/${id}/reports/report.json`)).headers['content-type']).toBe('application/json');
  });

  it.each(['..%2F..%2Fharness.yaml', '%2e%2e%2f', '.hidden', 'x%00.html', 'none.html', '%22.html'])(
    'named %s are not there',
    async (name) => {
      const id = await finishRun(service, 'core');
      expect((await ask(`/runs/${id}/reports/${name}`)).status).toBe(404);
      expect((await ask(`/reports/daily/${name}`)).status).toBe(404);
    },
  );

  it('of days and weeks are listed, newest first', async () => {
    expect((await ask('/reports/daily')).json.items).toEqual([
      { name: '2026-11-25.html', href: '/api/v1/reports/daily/2026-11-25.html' },
      { name: '2026-11-24.json', href: '/api/v1/reports/daily/2026-11-24.json' },
    ]);
    expect((await ask('/reports/weekly')).json).toEqual({ items: [] });
    expect((await ask('/reports/yearly')).status).toBe(400);
  });
});

describe('what the configuration holds', () => {
  it('suites, each with how it last went', async () => {
    service.now += 60_000;
    const id = await finishRun(service, 'forecast', { verdict: 'errored' });
    const { json } = await ask('/suites');
    expect(json.items.map(({ name }: { name: string }) => name)).toEqual(['core', 'forecast', hostileSuite]);
    expect(json.items[0]).toMatchObject({ server: 'demo', tests: 2, tags: ['smoke'] });
    expect(json.items[1].lastRun).toMatchObject({ id, verdict: 'errored' });
    expect(json.items[2].lastRun).toBeUndefined();
  });

  it('a suite of a run of several as that suite went, not as the run did', async () => {
    service.now += 60_000;
    const { run } = await service.store.runs.enqueue({ key: 'all', kind: 'test', request: { suites: [] } });
    const claim = await service.store.runs.claim({ owner: 'w', leaseMs: 1000, runId: run.id });
    const counts = { passed: 1, failed: 0, errored: 0, skipped: 0, flaky: 0, retries: 0, violations: {} };
    await service.store.runs.finish(claim as never, {
      verdict: 'failed',
      summary: {
        version: 1,
        kind: 'test',
        verdict: 'failed',
        startedAt: service.now,
        durationMs: 1,
        suites: [
          { suite: 'core', server: 'demo', ...counts },
          { suite: 'forecast', server: 'weather', ...counts, failed: 1 },
        ],
        failures: [],
        regressions: [],
        notes: [],
        reports: [],
      },
    });
    const { json } = await ask('/suites');
    expect(json.items.map(({ lastRun }: { lastRun: { verdict: string } }) => lastRun.verdict)).toEqual([
      'passed',
      'failed',
      'failed',
    ]);
  });

  it('servers, with what their health check knows; one without is unwatched', async () => {
    await service.store.serverHealth.save({
      server: 'demo',
      state: 'down',
      consecutiveFailures: 5,
      since: start,
      lastProbeAt: start + 1000,
      nextProbeAt: start + 61_000,
      lastError: 'connect ECONNREFUSED',
      version: 0,
    });
    const { json } = await ask('/servers');
    expect(json.items).toEqual([
      {
        server: 'demo',
        state: 'down',
        suites: ['core', hostileSuite],
        since: '2026-11-26T12:00:00.000Z',
        consecutiveFailures: 5,
        lastProbeAt: '2026-11-26T12:00:01.000Z',
        nextProbeAt: '2026-11-26T12:01:01.000Z',
        lastError: 'connect ECONNREFUSED',
      },
      { server: 'weather', state: 'unwatched', suites: ['forecast'] },
    ]);
  });

  it('schedules, with when they are due next', async () => {
    const before = service.now;
    service.now = start;
    const { json } = await ask('/schedules');
    service.now = before;
    expect(json.items).toMatchObject([
      { id: 'nightly', kind: 'benchmark', cron: '0 3 * * *', nextDueAt: '2026-11-27T02:00:00.000Z' },
      { id: 'often', everySeconds: 300, nextDueAt: '2026-11-26T12:05:00.000Z', suites: [] },
    ]);
  });

  it('itself, as YAML with its secrets hidden', async () => {
    const { headers, text } = await ask('/config');
    expect(headers['content-type']).toContain('application/yaml');
    expect(text).toBe('global:\n  log_level: info\n');
  });

  it('is read again on demand; what is broken is told and changes nothing', async () => {
    expect((await ask('/config/reload', { method: 'POST' })).json).toEqual({ ok: true });
    service.reloaded = { ok: false, problems: ['harness.yaml:3:1: no such key'] };
    const { status, json } = await ask('/config/reload', { method: 'POST' });
    service.reloaded = { ok: true, problems: [] };
    expect([status, json.detail]).toEqual([
      422,
      'the earlier configuration stays in force: harness.yaml:3:1: no such key',
    ]);
    expect(service.audited().at(-1)).toMatchObject({ action: 'config:reload', outcome: 'failed' });
  });
});

describe('baselines', () => {
  it('are approved by a person who gives a reason, and keep who it was', async () => {
    const { json: before } = await ask('/baselines/core');
    const run = before.history.find((one: { id: string }) => one.id !== before.approved.id);
    const approve = (body: object) => ask('/baselines/core/approve', { method: 'POST', body });
    expect((await approve({ run: run.id })).status).toBe(400);
    expect((await approve({ run: 'nope', reason: 'x' })).status).toBe(404);
    const { status, json } = await approve({ run: run.id, reason: 'encrypts now', force: true });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      approved: { id: run.id },
      approvedBy: 'test-admin-user',
      reason: 'encrypts now',
    });
    const { json: history } = await ask('/baselines/core/history');
    expect(history.items.at(-1)).toMatchObject({
      event: 'approved',
      by: 'test-admin-user',
      reason: 'encrypts now',
    });
  });

  it('are not approved against the rules, unless by force', async () => {
    const store = await service.context.baselines();
    const slow = makeRun({ day: 3, latencyMs: 90, cpuMs: 30 });
    await store.change('core', () => ({ event: 'recorded', run: slow, at: slow.at, by: 'somebody' }));
    const approve = (force: boolean) =>
      ask('/baselines/core/approve', { method: 'POST', body: { run: slow.id, reason: 'is meant', force } });
    const { status, json } = await approve(false);
    expect(status).toBe(409);
    expect(json.detail).toMatch(/^not approved: .*more than approved/);
    expect((await approve(true)).json).toMatchObject({ forced: true, approved: { id: slow.id } });
  });

  it('go back to an earlier version', async () => {
    const rollback = (version: number) =>
      ask('/baselines/core/rollback', { method: 'POST', body: { version, reason: 'was a slip' } });
    const store = await service.context.baselines();
    const earlier = (await store.versions('core')).at(-1);
    const { json } = await rollback(earlier?.number ?? 0);
    expect(json.approved.id).toBe(earlier?.baseline?.approved.run.id);
    expect((await rollback(9999)).status).toBe(404);
  });

  it('that do not exist are 404, whatever the name', async () => {
    for (const suite of ['nope', '..%2F..%2Fetc', '%2e%2e'])
      expect((await ask(`/baselines/${suite}`)).status).toBe(404);
  });
});

describe('the audit log', () => {
  const role = 'auditor';

  it('is read page by page, newest first', async () => {
    const { json: first } = await ask('/audit?limit=3', { role });
    expect(first.items).toHaveLength(3);
    expect(first.items[0]).not.toHaveProperty('mac');
    const { json: second } = await ask(`/audit?limit=3&cursor=${first.next}`, { role });
    const numbers: readonly number[] = [...first.items, ...second.items].map(({ seq }) => seq);
    expect(numbers).toEqual(Array.from({ length: 6 }, (_, index) => (numbers[0] ?? 0) - index));
  });

  it('is verified on demand, and a changed byte is found', async () => {
    const { json } = await ask('/audit/verify', { role });
    expect(json).toMatchObject({ state: 'intact', first: 1, notes: [] });
    const other = await makeTestService(newFolder());
    writeFileSync(
      join(other.folder, 'audit.log'),
      JSON.stringify(other.audited()[0]).replace('log:begin', 'log:begun'),
    );
    const changed = await createApiListener(other.context);
    const answer = await changed.inject({
      url: '/api/v1/audit/verify',
      headers: { 'x-api-key': other.keys.auditor.key },
    });
    await changed.close();
    await other.close();
    // Reading is no change: it is answered although nothing can be logged any more.
    expect(answer.json()).toMatchObject({ state: 'broken', line: 1 });
  });

  it('that cannot be written stops what it would have told of, and refusals too', async () => {
    const broken = await makeTestService(newFolder(), {
      audit: {
        append: () => {
          throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
        },
      },
    });
    const append = async () => {
      const { HarnessError } = await import('@mcp-test-harness/core/errors');
      throw new HarnessError({ code: 'IO_WRITE', message: 'cannot write /var/log/audit.log: disk full' });
    };
    const api = await createApiListener({ ...broken.context, audit: { append } });
    const send = (url: string, key: string | undefined, method: 'GET' | 'POST' = 'POST') =>
      api.inject({
        method,
        url: `/api/v1${url}`,
        headers: key === undefined ? {} : { 'x-api-key': key },
        ...(method === 'POST' ? { payload: { suites: ['core'] } } : {}),
      });
    const { key } = broken.keys['test-admin'];
    const change = await send('/runs', key);
    expect(change.statusCode).toBe(503);
    expect(change.headers['retry-after']).toBe('5');
    expect(change.body).not.toContain('/var/log');
    expect((await broken.store.runs.list()).items).toEqual([]);
    expect((await send('/runs', undefined)).statusCode).toBe(503);
    expect((await send('/audit', broken.keys['read-only'].key, 'GET')).statusCode).toBe(503);
    expect((await send('/runs', key, 'GET')).statusCode).toBe(200);
    await api.close();
    await broken.close();
  });
});

describe('stats', () => {
  it('tell memory, queue and notifications', async () => {
    const { json } = await ask('/stats');
    expect(json).toMatchObject({
      version: '1.2.3',
      phase: 'ready',
      store: 'sqlite',
      memory: { rssBytes: 100_000_000, servers: [{ server: 'demo', pid: 42, rssBytes: 30_000_000 }] },
      queue: { queued: expect.any(Number), running: expect.any(Number) },
      notifications: { pending: 0, sent: 0, dead: 0 },
    });
  });
});

describe('how much may be asked', () => {
  it('is limited by user; who is beyond is told when to come back', async () => {
    const limited = await makeTestService(newFolder(), { requestsPerMinute: 3 });
    const api = await createApiListener(limited.context);
    const send = (key: string) => api.inject({ url: '/api/v1/runs', headers: { 'x-api-key': key } });
    const { 'test-admin': admin, 'read-only': reader } = limited.keys;
    for (let count = 0; count < 3; count += 1) expect((await send(admin.key)).statusCode).toBe(200);
    const beyond = await send(admin.key);
    expect(beyond.statusCode).toBe(429);
    expect(Number(beyond.headers['retry-after'])).toBeGreaterThan(0);
    expect(beyond.headers['content-type']).toContain('application/problem+json');
    expect((await send(reader.key)).statusCode).toBe(200);
    // The configuration is asked each time.
    limited.change((before) => ({
      ...before,
      security: { ...before.security, api: { ...before.security.api!, requestsPerMinute: 100 } },
    }));
    expect((await send(admin.key)).statusCode).toBe(200);
    await api.close();
    await limited.close();
  });

  it('is limited harder for who is refused, and the log is not filled by it', async () => {
    const guessed = await makeTestService(newFolder());
    const api = await createApiListener(guessed.context, { refusalsPerMinute: 3 });
    const send = (headers: Record<string, string>) => api.inject({ url: '/api/v1/runs', headers });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await send({ 'x-api-key': 'x'.repeat(50) })).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
    expect(guessed.audited().filter(({ outcome }) => outcome === 'denied')).toHaveLength(3);
    // Who has a key is not locked out by who guesses from the same address.
    expect((await send({ 'x-api-key': guessed.keys['read-only'].key })).statusCode).toBe(200);
    await api.close();
    await guessed.close();
  });

  it.each([
    ['of a proxy that is trusted, the client that it names', ['10.0.0.0/8'], '203.0.113.9'],
    ['of any other, the proxy itself: whoever writes that header names whom they like', [], '10.0.0.7'],
  ])('is counted and logged by address: %s', async (_what, trustedProxies, address) => {
    const proxied = await makeTestService(newFolder());
    proxied.change((before) => ({
      ...before,
      security: { ...before.security, api: { ...before.security.api!, trustedProxies } },
    }));
    const api = await createApiListener(proxied.context, { refusalsPerMinute: 1 });
    const guess = async (client: string): Promise<number> => {
      const headers = { 'x-api-key': 'x'.repeat(50), 'x-forwarded-for': `192.0.2.1, ${client}` };
      return (await api.inject({ url: '/api/v1/runs', headers, remoteAddress: '10.0.0.7' })).statusCode;
    };
    expect(await guess('203.0.113.9')).toBe(401);
    expect(proxied.audited().at(-1)).toMatchObject({ outcome: 'denied', actor: { address } });
    expect(await guess('203.0.113.9')).toBe(429);
    expect(await guess('203.0.113.10')).toBe(trustedProxies.length === 0 ? 429 : 401);
    await api.close();
    await proxied.close();
  });
});

describe('without RBAC', () => {
  it('no listener is made that others could reach', async () => {
    const open = await makeTestService(newFolder(), { rbac: false });
    open.change((before) => ({
      ...before,
      security: { ...before.security, api: { ...before.security.api!, host: '0.0.0.0' } },
    }));
    await expect(createApiListener(open.context)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('security.api.host'),
    });
    await open.close();
  });

  it.each([
    ['this machine by its name', { host: 'localhost:8443' }, {}, 200],
    ['this machine by its address', { host: '127.0.0.1:8443' }, {}, 200],
    ['this machine by IPv6', { host: '[::1]:8443' }, {}, 200],
    ['a foreign name that was turned to this machine', { host: 'evil.example:8443' }, {}, 403],
    ['another machine', { host: 'localhost' }, { remoteAddress: '10.0.0.7' }, 403],
  ])('%s is answered accordingly', async (_who, headers, more, status) => {
    const open = await makeTestService(newFolder(), { rbac: false });
    const api = await createApiListener(open.context);
    const answer = await api.inject({ url: '/api/v1/runs', headers, ...more });
    expect(answer.statusCode).toBe(status);
    await api.close();
    await open.close();
  });
});

describe('a page of another site', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 202],
    [{ origin: 'http://localhost:80' }, 202],
    [{}, 202],
  ])('changes nothing, even with credentials: %o is %i', async (headers, status) => {
    const answer = await ask('/runs', {
      method: 'POST',
      body: { suites: ['core'] },
      headers: { host: 'localhost', ...(headers as Record<string, string>) },
    });
    expect(answer.status).toBe(status);
  });
});

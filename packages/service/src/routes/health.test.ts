import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { createHealthListener, createMetricsListener, startListening } from './index.ts';
import { send } from './testing/send.ts';
import { makeTestService, start, type TestService } from './testing/service.ts';

const newFolder = temporaryFolders();
let service: TestService;
const closing: (() => Promise<unknown>)[] = [];
let port: number;
let metricsPort: number;

beforeAll(async () => {
  service = await makeTestService(newFolder());
  const health = createHealthListener(service.context, {
    now: () => start,
    storeLimitMs: 50,
    headersTimeoutMs: 300,
  });
  const metrics = createMetricsListener(service.context);
  port = await startListening(health, { host: '127.0.0.1', port: 0, key: 'monitoring.health_check_port' });
  metricsPort = await startListening(metrics, { host: '127.0.0.1', port: 0, key: 'monitoring.metrics_port' });
  closing.push(
    () => health.close(),
    () => metrics.close(),
    () => service.close(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

const ask = (
  path: string,
  more: { readonly method?: string; readonly headers?: Record<string, string> } = {},
) => send({ port, path, ...more });

/** The service with a store that answers like this. */
async function readyWith(ping: () => Promise<void>) {
  const context = { ...service.context, store: { ...service.store, ping } };
  const listener = createHealthListener(context, { storeLimitMs: 50 });
  try {
    return await listener.inject('/ready');
  } finally {
    await listener.close();
  }
}

describe('GET /health', () => {
  it('says that the process lives, of what version it is and since when', async () => {
    const { status, headers, text } = await ask('/health');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(JSON.parse(text)).toEqual({ status: 'ok', version: '1.2.3', uptime: 90 });
  });

  it('says so too while the store is dead: it depends on nothing', async () => {
    const context = {
      ...service.context,
      store: { ...service.store, ping: () => Promise.reject(new Error('dead')) },
    };
    const listener = createHealthListener(context);
    expect((await listener.inject('/health')).statusCode).toBe(200);
    await listener.close();
  });
});

describe('GET /ready', () => {
  it('is 200 when the service can take work', async () => {
    const { status, text } = await ask('/ready');
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'ready', reasons: [] }]);
  });

  it.each(['starting', 'draining'] as const)('is 503 while the service is %s, and says so', async (phase) => {
    service.phase = phase;
    const { status, text } = await ask('/ready');
    service.phase = 'ready';
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: 'not ready', reasons: [expect.stringContaining(phase)] });
  });

  it('is 503 when the store cannot be reached, without telling where it is', async () => {
    const answer = await readyWith(() => Promise.reject(new Error('connect ECONNREFUSED db.internal:5432')));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'not ready', reasons: ['the store cannot be reached'] });
  });

  it('is 503 when the store does not answer in time', async () => {
    const answer = await readyWith(() => new Promise(() => undefined));
    expect(answer.statusCode).toBe(503);
    expect(answer.json().reasons).toEqual(['the store did not answer within 50 ms']);
  });

  it('asks the store once for all who ask at once', async () => {
    let pings = 0;
    const ping = async () => void (pings += 1);
    const listener = createHealthListener({ ...service.context, store: { ...service.store, ping } });
    await listener.ready();
    const answers = await Promise.all(Array.from({ length: 20 }, () => listener.inject('/ready')));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(pings).toBeLessThan(20);
    await listener.close();
  });
});

describe('metrics', () => {
  it('of the process are at /health/metrics, those of tests at /metrics of the other port', async () => {
    const own = await ask('/health/metrics', { headers: { accept: 'application/openmetrics-text' } });
    expect([own.status, own.text]).toEqual([200, '# application/openmetrics-text\n']);
    const all = await send({ port: metricsPort, path: '/metrics' });
    expect([all.status, all.text]).toEqual([200, 'up 1\n']);
    expect(all.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('are 404 when Prometheus is switched off, also after a reload', async () => {
    const switchTo = (enabled: boolean) =>
      service.change((before) => ({
        ...before,
        monitoring: { ...before.monitoring, prometheus: { ...before.monitoring.prometheus, enabled } },
      }));
    switchTo(false);
    const { status, text } = await send({ port: metricsPort, path: '/metrics' });
    switchTo(true);
    expect([status, JSON.parse(text)['hint']]).toEqual([404, 'monitoring.prometheus.enabled is false.']);
  });
});

describe('whatever else is asked', () => {
  it.each([
    ['another path', '/nope', 'GET', 404],
    ['a path below', '/health/more', 'GET', 404],
    ['the wrong method', '/health', 'POST', 405],
    ['a path that is none', '/%zz', 'GET', 400],
    ['a method that does not exist here', '/health', 'PROPFIND', 405],
    ['an endless path', `/${'x'.repeat(3000)}`, 'GET', 404],
  ])('%s is answered with a problem document', async (_what, path, method, status) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
      instance: `urn:uuid:${String(answer.headers['x-request-id'])}`,
    });
    expect(answer.text).not.toMatch(/\\n\s+at |\.[jt]s:\d|node_modules|FST_/);
    if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD');
  });

  it('a body that is sent to nobody is not read', async () => {
    const answer = await send({
      port,
      path: '/nope',
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<x/>',
    });
    expect(answer.status).toBe(404);
  });

  it('a fault of ours tells the client nothing and the log all', async () => {
    const metrics = {
      ...service.context.metrics,
      renderHealth: () => {
        throw new Error('secret detail');
      },
    };
    const listener = createHealthListener({ ...service.context, metrics });
    const answer = await listener.inject('/health/metrics');
    await listener.close();
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    const { instance } = answer.json();
    expect(service.logged).toContainEqual(
      expect.objectContaining({
        event: 'request-failed',
        details: expect.objectContaining({
          requestId: instance.slice('urn:uuid:'.length),
          error: expect.objectContaining({ message: 'secret detail' }),
        }),
      }),
    );
  });

  it('nothing tells by what it was answered, and everything forbids browsers what they need not do', async () => {
    for (const path of ['/health', '/nope', '/%zz']) {
      const { headers } = await ask(path);
      expect(headers['server']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    }
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET /health HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is refused and the connection closed', async (_what, bytes, status) => {
    const text = await talk(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toContain('application/problem+json');
  });

  it('a client that takes its time with its headers is sent away', async () => {
    expect(await talk('GET /health HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });
});

describe('a port', () => {
  it('that is taken is told with the key of the configuration', async () => {
    const listener = createMetricsListener(service.context);
    await expect(
      startListening(listener, { host: '127.0.0.1', port: metricsPort, key: 'monitoring.metrics_port' }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `monitoring.metrics_port: cannot listen on 127.0.0.1 port ${metricsPort}: the port is taken`,
    });
    await listener.close();
  });
});

/** Sends bytes and waits for the other side to end the connection. */
async function talk(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

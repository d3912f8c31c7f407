import { createServer as createTlsServer } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../protocol/connect.ts';
import type { ProxyOptions, Session, SessionOptions } from '../../protocol/types.ts';
import { makeAuthority, makeCertificate } from '../testing/certificates.ts';
import { startJsonFixture } from '../testing/json-fixture.ts';
import { startProxy, type ProxyFixture } from '../testing/proxy-fixture.ts';
import { failureOf, freePort, okay } from '../testing/sessions.ts';
import { startSseFixture } from '../testing/sse-fixture.ts';
import { startWebSocketFixture } from '../testing/websocket-fixture.ts';
import { chooseProxy } from './proxy.ts';

describe('the proxy for a URL', () => {
  const proxies: ProxyOptions = { http: 'http://p:3128', https: 'https://q:3129' };

  it.each([
    ['http://example.test/mcp', proxies, 'http://p:3128/'],
    ['ws://example.test/mcp', proxies, 'http://p:3128/'],
    ['https://example.test/mcp', proxies, 'https://q:3129/'],
    ['wss://example.test/mcp', proxies, 'https://q:3129/'],
    ['http://example.test/mcp', { http: 'p:3128' }, 'http://p:3128/'],
    ['https://example.test/mcp', { http: 'http://p:3128' }, undefined],
    ['http://example.test/mcp', undefined, undefined],
    ['http://example.test/mcp', { http: ' ' }, undefined],
  ])('%s with %j is %s', (url, given, expected) => {
    expect(chooseProxy(new URL(url), given)?.href).toBe(expected);
  });

  it.each(['localhost', 'api.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])(
    'is none for the loopback: %s',
    (host) => {
      expect(chooseProxy(new URL(`http://${host}:3000/mcp`), proxies)).toBeUndefined();
    },
  );

  it.each([
    ['example.test', 'example.test', true],
    ['api.example.test', 'example.test', true],
    ['api.example.test', '.example.test', true],
    ['example.test', '.example.test', true],
    ['example.test', '*.example.test', false],
    ['api.example.test', '*.example.test', true],
    ['notexample.test', 'example.test', false],
    ['example.test', 'other.test, example.test', true],
    ['example.test', '*', true],
    ['EXAMPLE.test', 'example.TEST', true],
    ['example.test', 'example.test:80', true],
    ['example.test', 'example.test:8080', false],
    ['example.test:8080', 'example.test:8080', true],
    ['10.0.0.7', '10.0.0.7', true],
    ['[fe80::1]', 'fe80::1', true],
    ['[fe80::1]:8080', '[fe80::1]:8080', true],
    ['example.test', '', false],
  ])('of http://%s with NO_PROXY=%s: direct is %s', (host, no, direct) => {
    const proxy = chooseProxy(new URL(`http://${host}/mcp`), { ...proxies, no });
    expect(proxy === undefined).toBe(direct);
  });
});

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Under a name that only the proxy can find. */
const named = (url: string) => url.replace('127.0.0.1', 'server.test');

async function openThrough(proxy: ProxyFixture, options: SessionOptions): Promise<Session> {
  const session = await connect({
    ...options,
    proxy: { http: proxy.url.replace('//', '//user:pass%20word@'), https: proxy.url },
  } as SessionOptions);
  cleanups.push(() => session.close());
  return session;
}

async function start<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  cleanups.push(() => started.close());
  return started;
}

const basic = `Basic ${Buffer.from('user:pass word').toString('base64')}`;

describe('through a proxy', () => {
  it('plain HTTP is forwarded, with the credentials of the proxy', async () => {
    const [proxy, server] = [await start(startProxy()), await start(startJsonFixture())];
    const session = await openThrough(proxy, { transport: 'http', url: named(server.url) });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(proxy.seen).toContain(`POST ${named(server.url)}`);
    expect(new Set(proxy.credentials)).toEqual(new Set([basic]));
  });

  it('the limit on connections holds for those to the proxy', async () => {
    const [proxy, server] = [await start(startProxy()), await start(startJsonFixture({ delayMs: 20 }))];
    const session = await openThrough(proxy, {
      transport: 'http',
      url: named(server.url),
      pool: { maxConnections: 3 },
    });
    await Promise.all(Array.from({ length: 20 }, () => session.callTool('any')));
    expect(server.mostOpen).toBeLessThanOrEqual(3);
  });

  it('https is tunnelled, its certificate checked by the name of the server', async () => {
    const authority = await makeAuthority('ours');
    const pair = await makeCertificate(authority, { names: ['server.test'], addresses: [] });
    const proxy = await start(startProxy());
    const server = await start(
      startJsonFixture({ create: (listener) => createTlsServer(pair, listener), protocol: 'https' }),
    );
    const url = named(server.url);
    const session = await openThrough(proxy, { transport: 'http', url, tls: { ca: authority.cert } });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(proxy.seen[0]).toBe(`CONNECT ${new URL(url).host}`);
    const error = await failureOf(openThrough(proxy, { transport: 'http', url }));
    expect(error.message).toContain('has a certificate of an unknown authority');
  });

  it('event streams are forwarded', async () => {
    const [proxy, server] = [await start(startProxy()), await start(startSseFixture())];
    const session = await openThrough(proxy, { transport: 'sse', url: named(server.url) });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(proxy.seen).toContain(`GET ${named(server.url)}`);
  });

  it('WebSockets are tunnelled, plain ones and those over TLS', async () => {
    const authority = await makeAuthority('ours');
    const pair = await makeCertificate(authority, { names: ['server.test'], addresses: [] });
    const proxy = await start(startProxy());
    const [plain, secure] = [
      await start(startWebSocketFixture()),
      await start(
        startWebSocketFixture({
          createServer: (listener) => createTlsServer(pair, listener),
          protocol: 'wss',
        }),
      ),
    ];
    for (const { url } of [plain, secure]) {
      const session = await openThrough(proxy, {
        transport: 'websocket',
        url: named(url),
        tls: { ca: authority.cert },
      });
      expect((await session.callTool('any')).content).toEqual(okay['content']);
    }
    expect(proxy.seen).toEqual([plain, secure].map(({ url }) => `CONNECT ${new URL(named(url)).host}`));
    expect(proxy.credentials[0]).toBe(basic);
  });
});

describe('a proxy that', () => {
  const targets = [
    { transport: 'http', url: 'https://server.test/mcp' },
    { transport: 'sse', url: 'http://server.test/sse' },
    { transport: 'websocket', url: 'wss://server.test/mcp' },
  ] as const;

  it.each(targets)('does not run is named, not the server: $transport', async (options) => {
    const proxy = `http://127.0.0.1:${await freePort()}`;
    const error = await failureOf(
      connect({ ...options, proxy: { http: proxy.replace('//', '//u:secret@'), https: proxy } }),
    );
    expect(error.code).toBe('TARGET_UNREACHABLE');
    expect(error.message).toContain(
      `${options.url}: the proxy ${proxy} refused the connection (ECONNREFUSED)`,
    );
    expect(error.hint).toContain('NO_PROXY');
  });

  it.each([targets[0], targets[2]])('refuses the tunnel is named: $transport', async (options) => {
    const proxy = await start(startProxy(403));
    const error = await failureOf(connect({ ...options, proxy: { https: proxy.url } }));
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(error.message).toContain(`the proxy ${proxy.url} answered CONNECT with HTTP 403`);
  });

  it('wants credentials is named', async () => {
    const proxy = await start(startProxy(407));
    const error = await failureOf(
      connect({ transport: 'http', url: 'http://server.test/mcp', proxy: { http: proxy.url } }),
    );
    expect(error.message).toContain(`the proxy ${proxy.url} Proxy Authentication Required (407)`);
  });
});

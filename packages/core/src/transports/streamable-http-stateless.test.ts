import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../json.ts';
import { connect } from '../protocol/connect.ts';
import { rulesOf } from '../protocol/testing/scripted-server.ts';
import type { Session, SessionOptions } from '../protocol/types.ts';
import {
  replyJson,
  startEvents,
  startHttpFixture,
  type HttpFixture,
  type Received,
} from './testing/http-fixture.ts';

type Handler = (received: Received, response: ServerResponse) => void;

const complete = { resultType: 'complete' };
const kept = { ...complete, ttlMs: 0, cacheScope: 'private' };
const discoverResult = {
  ...kept,
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: { listChanged: true } },
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const reply =
  (result: JsonObject, headers = {}): Handler =>
  ({ message }, response) =>
    replyJson(response, message?.id, result, headers);

/** An error with a status, as servers of this era answer what they refuse. */
const refuse =
  (status: number, error: JsonObject, withId = true): Handler =>
  ({ message }, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', ...(withId ? { id: message?.id } : {}), error }));
  };

async function open(
  handlers: Readonly<Record<string, Handler>>,
  options: Partial<SessionOptions> = {},
): Promise<{ readonly session: Session; readonly fixture: HttpFixture }> {
  const fixture = await startHttpFixture({ 'server/discover': reply(discoverResult), ...handlers });
  cleanups.push(() => fixture.close());
  const session = await connect({ transport: 'http', url: fixture.url, ...options } as SessionOptions);
  cleanups.push(() => session.close());
  return { session, fixture };
}

describe('in the stateless era', () => {
  it('every request says its revision, method and name in headers, and there is no session and no GET', async () => {
    const session404 = { 'mcp-session-id': 'unwanted' };
    const { session, fixture } = await open(
      {
        'tools/list': reply({ ...kept, tools: [] }, session404),
        'tools/call': reply({ ...complete, content: [] }),
      },
      { headers: { Authorization: 'Bearer x' } },
    );
    await session.listAll('tools/list');
    await session.callTool('größe');
    await session.close();
    expect(fixture.received.map(({ method, headers }) => [method, headers['mcp-method']])).toEqual([
      ['POST', 'server/discover'],
      ['POST', 'tools/list'],
      ['POST', 'tools/call'],
    ]);
    for (const { headers } of fixture.received) {
      expect(headers).toMatchObject({
        'mcp-protocol-version': '2026-07-28',
        accept: 'application/json, text/event-stream',
        authorization: 'Bearer x',
      });
      expect(headers['mcp-session-id']).toBeUndefined();
    }
    expect(fixture.received[2]?.headers['mcp-name']).toBe('=?base64?Z3LDtsOfZQ==?=');
    expect(rulesOf(session)).toEqual([]);
  });

  it('a 404 with -32601 is an answer', async () => {
    const { session } = await open({
      'no/such': refuse(404, { code: -32601, message: 'Method not found' }),
    });
    const exchange = await session.exchange('no/such');
    expect([exchange.error?.code, exchange.http?.status]).toEqual([-32601, 404]);
    expect(session.alive).toBe(true);
    expect(rulesOf(session)).toEqual([]);
  });

  it.each<[number, number, readonly string[]]>([
    [200, -32601, ['http.error-status']],
    [404, -32020, ['http.error-status']],
    [400, -32020, []],
    [200, -32602, []],
  ])('the status %i for error %i gives %j', async (status, code, rules) => {
    const { session } = await open({ 'vendor/thing': refuse(status, { code, message: 'no' }) });
    expect((await session.exchange('vendor/thing')).error?.code).toBe(code);
    expect(rulesOf(session)).toEqual(rules);
  });

  it('a request is given up by closing its stream, without a word', async () => {
    let closed = false;
    const giveUp = new AbortController();
    const { session, fixture } = await open({
      'tools/call': (_received, response) => {
        response.on('close', () => {
          closed = true;
        });
        startEvents(response);
        response.write(': working\n\n', () => giveUp.abort());
      },
    });
    const call = session.callTool('x', {}, { signal: giveUp.signal });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await vi.waitFor(() => expect(closed).toBe(true), { timeout: 5000 });
    expect(fixture.received.map(({ message }) => message?.method)).toEqual(['server/discover', 'tools/call']);
  });

  it('a stream that breaks is not resumed', async () => {
    const { session, fixture } = await open({
      'tools/call': (_received, response) => {
        startEvents(response);
        response.end('id: 1\nretry: 1\ndata:\n\n');
      },
    });
    await expect(session.callTool('x')).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(fixture.received.every(({ method }) => method === 'POST')).toBe(true);
    expect(rulesOf(session)).toEqual(['http.stream-ended-early']);
  });
});

describe('arguments that a tool wants in headers', () => {
  const tool = (name: string, header: string): JsonObject => ({
    name,
    inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': header } } },
  });
  const list = reply({ ...kept, tools: [tool('good', 'Region'), tool('bad', 'no header')] });

  it('are repeated once the tools are listed, and a tool that breaks the rules is left out', async () => {
    const { session, fixture } = await open({
      'tools/list': list,
      'tools/call': reply({ ...complete, content: [] }),
    });
    expect((await session.listAll('tools/list')).map((one) => one['name'])).toEqual(['good']);
    await session.callTool('good', { region: ' eu' });
    expect(fixture.received.at(-1)?.headers['mcp-param-region']).toBe('=?base64?IGV1?=');
    expect(session.findings).toMatchObject([{ rule: 'http.param-header', severity: 'error' }]);
  });

  it('are repeated when the server refuses a call without them: the tools are listed and the call is sent again', async () => {
    const { session, fixture } = await open({
      'tools/list': list,
      'tools/call': (received, response) => {
        const has = received.headers['mcp-param-region'] !== undefined;
        if (has) reply({ ...complete, content: [] })(received, response);
        else refuse(400, { code: -32020, message: 'Mcp-Param-Region is missing' })(received, response);
      },
    });
    expect((await session.callTool('good', { region: 'eu' })).content).toEqual([]);
    expect(fixture.received.map(({ message }) => message?.method)).toEqual([
      'server/discover',
      'tools/call',
      'tools/list',
      'tools/call',
    ]);
  });

  it('and that do not help are asked for once', async () => {
    const { session, fixture } = await open({
      'tools/list': reply({ ...kept, tools: [] }),
      'tools/call': refuse(400, { code: -32020, message: 'no' }),
    });
    expect((await session.exchange('tools/call', { name: 'good' })).error?.code).toBe(-32020);
    expect(fixture.received).toHaveLength(3);
  });
});

describe('a subscription', () => {
  it('is a stream that stays open, and is opened again when it breaks', async () => {
    const streams: ServerResponse[] = [];
    const tell = (response: ServerResponse, method: string, params: JsonObject): void => {
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`);
    };
    const ids: unknown[] = [];
    const { session } = await open({
      'subscriptions/listen': ({ message }, response) => {
        startEvents(response);
        streams.push(response);
        ids.push(message?.id);
        tell(response, 'notifications/subscriptions/acknowledged', {
          notifications: { toolsListChanged: true },
          _meta: { 'io.modelcontextprotocol/subscriptionId': message?.id ?? 0 },
        });
      },
    });
    const changed = 'notifications/tools/list_changed';
    for (let round = 0; round < 2; round += 1) {
      const waiting = session.waitForNotification(changed, { timeoutMs: 8000 });
      await vi.waitFor(() => expect(streams).toHaveLength(round + 1), { timeout: 5000 });
      const meta = { _meta: { 'io.modelcontextprotocol/subscriptionId': ids[round] as number } };
      const stream = streams[round];
      if (stream !== undefined) tell(stream, changed, meta);
      await waiting;
      stream?.destroy();
    }
    expect(rulesOf(session)).toEqual([]);
  });
});

describe('the era of a server', () => {
  it.each<[string, Handler]>([
    ['400 without a body', (_received, response) => void response.writeHead(400).end()],
    ['400 with another error', refuse(400, { code: -32000, message: 'Server not initialized' }, false)],
    ['404 with a page', (_received, response) => void response.writeHead(404).end('<h1>Not Found</h1>')],
    ['200 with an error', refuse(200, { code: -32601, message: 'Method not found' })],
    ['202', (_received, response) => void response.writeHead(202).end()],
    ['a broken connection', (_received, response) => void response.destroy()],
  ])('is that of the handshake when the question gets %s', async (_what, handler) => {
    const { session, fixture } = await open({ 'server/discover': handler });
    expect(session.info.protocolVersion).toBe('2025-11-25');
    const initialize = fixture.received[1];
    expect(initialize?.message?.method).toBe('initialize');
    expect(initialize?.headers['mcp-protocol-version']).toBeUndefined();
    expect(initialize?.headers['mcp-method']).toBeUndefined();
  });

  it('a session that is opened for the question is not taken for the conversation', async () => {
    const { fixture } = await open({
      'server/discover': ({ message }, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'early' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message?.id, error: { code: -1, message: 'no' } }));
      },
    });
    expect(fixture.received[1]?.headers['mcp-session-id']).toBeUndefined();
  });

  it('is read from an error that names its versions, even without an id', async () => {
    const data = { supported: ['2025-06-18'], requested: '2026-07-28' };
    const { fixture } = await open({
      'server/discover': refuse(400, { code: -32022, message: 'Unsupported', data }, false),
    });
    expect(fixture.received[1]?.message).toMatchObject({
      method: 'initialize',
      params: { protocolVersion: '2025-06-18' },
    });
  });
});

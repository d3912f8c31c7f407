import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isHarnessError, type HarnessError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { connect } from '../protocol/connect.ts';
import type { HttpSessionOptions, Session } from '../protocol/types.ts';
import {
  initializeResult,
  replyJson,
  startEvents,
  startHttpFixture,
  type HttpFixture,
  type Received,
} from './testing/http-fixture.ts';

const everything = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);
const okay: JsonObject = { content: [{ type: 'text', text: 'ok' }] };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function open(
  handlers: Parameters<typeof startHttpFixture>[0],
  options: Partial<HttpSessionOptions> = {},
): Promise<{ readonly session: Session; readonly fixture: HttpFixture }> {
  const fixture = await startHttpFixture(handlers);
  cleanups.push(() => fixture.close());
  const session = await connect({
    transport: 'http',
    url: fixture.url,
    requestTimeoutMs: 10_000,
    ...options,
  });
  cleanups.push(() => session.close());
  return { session, fixture };
}

async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  return error;
}

/** The tool that a call names. */
const nameIn = (message: Received['message']): string => {
  const params = message?.['params'] as { readonly name?: string } | undefined;
  return params?.name ?? '';
};

const rulesOf = ({ findings }: Session): readonly string[] => findings.map(({ rule }) => rule).sort();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe('with server-everything over Streamable HTTP, started by the harness', () => {
  let session: Session;

  beforeAll(async () => {
    const port = await freePort();
    session = await connect({
      transport: 'http',
      url: `http://127.0.0.1:${port}/mcp`,
      client: {
        roots: [{ uri: 'file:///workspace' }],
        sampling: [{ text: 'a canned thought' }],
        elicitation: [{ action: 'decline' }],
      },
      start: {
        command: process.execPath,
        args: [everything, 'streamableHttp'],
        env: { PATH: process.env['PATH'], PORT: String(port) },
      },
    });
  });
  afterAll(() => session.close());

  it('makes the handshake and lists tools', async () => {
    expect(session.info.protocolVersion).toBe('2025-11-25');
    expect((await session.listAll('tools/list')).length).toBeGreaterThan(5);
  });

  it('calls a tool and tells the HTTP side of it', async () => {
    const { result, http } = await session.exchange('tools/call', {
      name: 'echo',
      arguments: { message: 'hello' },
    });
    expect(result).toEqual({ content: [{ type: 'text', text: 'Echo: hello' }] });
    expect(http).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('text/event-stream') },
    });
  });

  it('receives progress on the stream of the call', async () => {
    const call = await session.exchange('tools/call', {
      name: 'trigger-long-running-operation',
      arguments: { duration: 0.4, steps: 4 },
    });
    expect(
      call.notifications.filter(({ method }) => method === 'notifications/progress').length,
    ).toBeGreaterThanOrEqual(4);
  });

  it('answers sampling and elicitation while a call is under way', async () => {
    const sampled = await session.callTool('trigger-sampling-request', { prompt: 'think', maxTokens: 10 });
    expect(JSON.stringify(sampled)).toContain('a canned thought');
    expect(JSON.stringify(await session.callTool('trigger-elicitation-request'))).toMatch(/declin/i);
  });

  it('receives notifications on the common stream', async () => {
    await session.request('logging/setLevel', { level: 'debug' });
    const message = session.waitForNotification('notifications/message', { timeoutMs: 20_000 });
    await session.callTool('toggle-simulated-logging');
    expect((await message).params).toMatchObject({ level: expect.any(String) });
    await session.callTool('toggle-simulated-logging');
  });

  it('has seen no fault, and ends session and server', async () => {
    expect(rulesOf(session)).toEqual([]);
    const report = await session.close();
    expect(report.shutdown).toMatchObject({ leftovers: [] });
    expect(report.process.pid).toBeGreaterThan(0);
    expect(session.frames.some(({ http }) => http?.method === 'DELETE')).toBe(true);
  });
});

describe('headers', () => {
  it('follow the specification and the session, credentials masked in frames', async () => {
    const { session, fixture } = await open(
      {
        initialize: ({ message }, response) =>
          replyJson(response, message?.id, initializeResult, {
            'mcp-session-id': 'abc-1',
            'set-cookie': 'id=secret',
          }),
        ping: ({ message }, response) => replyJson(response, message?.id, {}),
      },
      { headers: { Authorization: 'Bearer top-secret', 'X-Team': 'a' } },
    );
    await session.exchange('ping');
    await session.close();
    const [, initialize, initialized, get, ping, end] = fixture.received;
    expect(initialize?.headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: 'Bearer top-secret',
      'x-team': 'a',
    });
    expect(initialize?.headers['mcp-protocol-version']).toBeUndefined();
    expect(initialize?.headers['mcp-session-id']).toBeUndefined();
    expect(initialized?.message?.method).toBe('notifications/initialized');
    expect(initialized?.headers['mcp-session-id']).toBe('abc-1');
    expect([get?.method, get?.headers.accept]).toEqual(['GET', 'text/event-stream']);
    for (const one of [get, ping, end]) {
      expect(one?.headers).toMatchObject({ 'mcp-session-id': 'abc-1', 'mcp-protocol-version': '2025-11-25' });
    }
    expect(end?.method).toBe('DELETE');
    const frames = JSON.stringify(session.frames);
    expect(frames).not.toContain('top-secret');
    expect(frames).not.toContain('id=secret');
    expect(frames).toContain('"authorization":"***"');
    expect(rulesOf(session)).toEqual([]);
  });

  it('carry no protocol version before 2025-06-18', async () => {
    const { session, fixture } = await open({
      initialize: ({ message }, response) =>
        replyJson(response, message?.id, { ...initializeResult, protocolVersion: '2025-03-26' }),
      ping: ({ message }, response) => replyJson(response, message?.id, {}),
    });
    await session.exchange('ping');
    expect(fixture.received.at(-1)?.headers['mcp-protocol-version']).toBeUndefined();
  });
});

describe('an answer as an event stream', () => {
  it('may be cut anywhere, with messages before it that belong to the call', async () => {
    const { session } = await open({
      'tools/call': ({ message }, response) => {
        startEvents(response);
        const text = [
          ': a comment',
          'event: message',
          `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: message?.id ?? 0, progress: 1 } })}`,
          '',
          'id: 7',
          `data: {"jsonrpc":"2.0","id":${message?.id},`,
          'data: "result":{"content":[{"type":"text","text":"ünï €"}]}}',
          '',
          '',
        ].join('\n');
        const bytes = Buffer.from(text);
        let at = 0;
        const timer = setInterval(() => {
          response.write(bytes.subarray(at, at + 7));
          at += 7;
          if (at < bytes.length) return;
          clearInterval(timer);
          response.end();
        }, 1);
      },
    });
    const call = await session.exchange('tools/call', { name: 'x' });
    expect(call.result).toEqual({ content: [{ type: 'text', text: 'ünï €' }] });
    expect(call.notifications).toHaveLength(1);
    expect(rulesOf(session)).toEqual([]);
  });

  it('keeps the notifications of one call from another', async () => {
    const { session } = await open({
      'tools/call': ({ message }, response) => {
        startEvents(response);
        const data = nameIn(message);
        const note = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } };
        response.write(`data: ${JSON.stringify(note)}\n\n`);
        setTimeout(() => {
          response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message?.id, result: okay })}\n\n`);
        }, 50);
      },
    });
    const calls = ['a', 'b'].map((name) => session.exchange('tools/call', { name }));
    const seen = (await Promise.all(calls)).map(({ notifications }) =>
      notifications.map(({ params }) => params?.['data']),
    );
    expect(seen).toEqual([['a'], ['b']]);
  });

  it('is resumed after a break, by its last event id, after the time that the server asked for', async () => {
    let brokenAtMs = 0;
    let resumedAtMs = 0;
    let call: unknown;
    const { session, fixture } = await open({
      'tools/call': ({ message }, response) => {
        call = message?.id;
        startEvents(response);
        response.write('retry: 120\nid: ev-1\ndata:\n\n', () => {
          brokenAtMs = performance.now();
          response.destroy();
        });
      },
      GET: ({ headers }, response) => {
        if (headers['last-event-id'] === undefined) {
          response.writeHead(405).end();
          return;
        }
        resumedAtMs = performance.now();
        startEvents(response);
        response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: call, result: okay })}\n\n`);
      },
    });
    expect((await session.exchange('tools/call', { name: 'x' })).result).toEqual(okay);
    expect(resumedAtMs - brokenAtMs).toBeGreaterThan(100);
    expect(fixture.received.at(-1)?.headers['last-event-id']).toBe('ev-1');
    expect(rulesOf(session)).toEqual([]);
  });

  it('that ends without the answer and cannot be resumed is an error at once', async () => {
    const { session } = await open({
      'tools/call': (_received, response) => {
        startEvents(response);
        response.end(': nothing\n\n');
      },
    });
    const error = await failureOf(session.callTool('x'));
    expect(error.code).toBe('TARGET_UNREACHABLE');
    expect(error.message).toContain('ended the event stream before the answer came');
    expect(rulesOf(session)).toEqual(['http.stream-ended-early']);
  });

  it('that stays open after the answer is let go, with a finding', async () => {
    const { session } = await open({
      ping: ({ message }, response) => {
        startEvents(response);
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message?.id, result: {} })}\n\n`);
      },
    });
    expect((await session.exchange('ping')).result).toEqual({});
    await expect.poll(() => rulesOf(session), { timeout: 10_000 }).toEqual(['http.stream-left-open']);
  });

  it('longer than the limit is an error', async () => {
    const { session } = await open(
      {
        'tools/call': (_received, response) => {
          startEvents(response);
          response.end(`data: ${'x'.repeat(100_000)}\n\n`);
        },
      },
      { maxMessageBytes: 10_000 },
    );
    expect((await failureOf(session.callTool('x'))).code).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
  });
});

describe('an answer that is faulty', () => {
  it('has an error status: the error tells status and body', async () => {
    const { session } = await open({
      'tools/call': (_received, response) =>
        void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>down</h1>'),
    });
    const error = await failureOf(session.callTool('x'));
    expect(error.code).toBe('PROTOCOL_HTTP_STATUS');
    expect(error.message).toBe('tools/call was answered with HTTP 503 with the body "<h1>down</h1>"');
    expect(error.details).toMatchObject({
      status: 503,
      body: '<h1>down</h1>',
      exchange: { method: 'tools/call' },
    });
  });

  it('has an error status with the JSON-RPC error of the very request: that is the answer', async () => {
    const { session } = await open({
      'tools/call': ({ message }, response) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ jsonrpc: '2.0', id: message?.id, error: { code: -32602, message: 'bad' } }),
        );
      },
    });
    const { error, http } = await session.exchange('tools/call', { name: 'x' });
    expect(error).toEqual({ code: -32602, message: 'bad' });
    expect(http?.status).toBe(400);
  });

  it.each<[title: string, type: string | undefined, body: string, rules: string[]]>([
    ['JSON under another type', 'text/plain', 'answer', ['http.content-type']],
    ['JSON without a type', undefined, 'answer', ['http.content-type']],
    ['JSON that is broken', 'application/json', '{"jsonrpc":"2.0","id":2,', ['jsonrpc.invalid-json']],
    ['JSON that is no message', 'application/json', '{"hello":"world"}', ['jsonrpc.not-a-message']],
  ])('is %s', async (_title, type, body, rules) => {
    const { session } = await open({
      ping: ({ message }, response) => {
        response.writeHead(200, type === undefined ? {} : { 'content-type': type });
        response.end(
          body === 'answer' ? JSON.stringify({ jsonrpc: '2.0', id: message?.id, result: {} }) : body,
        );
      },
    });
    const exchange = await session.exchange('ping');
    expect(rulesOf(session)).toEqual(rules);
    if (body === 'answer') expect(exchange).toMatchObject({ result: {}, malformed: [] });
    else expect(exchange.malformed).toHaveLength(1);
  });

  it('has the id of another request', async () => {
    const { session } = await open({ ping: (_received, response) => replyJson(response, 99, {}) }, {});
    const error = await failureOf(session.exchange('ping', undefined, { timeoutMs: 300 }));
    expect(error.code).toBe('PROTOCOL_TIMEOUT');
    expect(error.message).toContain('an answer with unknown id 99');
    expect(rulesOf(session)).toEqual(['jsonrpc.unknown-id']);
  });

  it('is an acceptance without a body', async () => {
    const { session } = await open({ ping: (_received, response) => void response.writeHead(202).end() });
    expect((await failureOf(session.exchange('ping'))).code).toBe('PROTOCOL_HTTP_STATUS');
    expect(rulesOf(session)).toEqual(['http.request-without-answer']);
  });

  it('breaks off', async () => {
    const { session } = await open({
      ping: (_received, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"jsonrpc":', () => response.destroy());
      },
    });
    const error = await failureOf(session.exchange('ping'));
    expect(error.code).toBe('TARGET_UNREACHABLE');
    expect(error.message).toContain('closed the connection before it had answered');
  });

  it('does not come: the deadline holds and the connection is let go', async () => {
    let closed = false;
    const { session } = await open({
      ping: (_received, response) => {
        response.on('close', () => {
          closed = true;
        });
      },
    });
    const error = await failureOf(session.exchange('ping', undefined, { timeoutMs: 200 }));
    expect(error.code).toBe('PROTOCOL_TIMEOUT');
    await expect.poll(() => closed).toBe(true);
  });

  it('is longer than the limit', async () => {
    const { session } = await open(
      { ping: ({ message }, response) => replyJson(response, message?.id, { text: 'x'.repeat(50_000) }) },
      { maxMessageBytes: 10_000 },
    );
    expect((await failureOf(session.exchange('ping'))).code).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
  });
});

describe('a session', () => {
  it('that the server does not know any more is over', async () => {
    let known = true;
    const { session } = await open({
      initialize: ({ message }, response) =>
        replyJson(response, message?.id, initializeResult, { 'mcp-session-id': 's1' }),
      ping: ({ message }, response) => {
        if (known) replyJson(response, message?.id, {});
        else response.writeHead(404).end('Session not found');
      },
    });
    await session.exchange('ping');
    known = false;
    const error = await failureOf(session.exchange('ping'));
    expect(error.code).toBe('PROTOCOL_SESSION_CLOSED');
    expect(error.message).toContain('404');
    expect(session.alive).toBe(false);
    expect((await failureOf(session.exchange('ping'))).code).toBe('PROTOCOL_SESSION_CLOSED');
  });

  it('that the server does not let us end is ended all the same', async () => {
    const { session } = await open({
      initialize: ({ message }, response) =>
        replyJson(response, message?.id, initializeResult, { 'mcp-session-id': 's1' }),
      DELETE: (_received, response) => void response.writeHead(405).end(),
    });
    await session.close();
    expect(rulesOf(session)).toEqual([]);
  });

  it('receives requests on the common stream and answers them by POST', async () => {
    const answered: JsonObject[] = [];
    const { session, fixture } = await open(
      {
        GET: (_received, response) => {
          startEvents(response);
          response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 'r1', method: 'roots/list' })}\n\n`);
        },
        POST: ({ message }, response) => {
          if (message !== undefined && message.method === undefined) answered.push(message);
          response.writeHead(202).end();
        },
      },
      { client: { roots: [{ uri: 'file:///a' }] } },
    );
    await expect
      .poll(() => answered)
      .toEqual([{ jsonrpc: '2.0', id: 'r1', result: { roots: [{ uri: 'file:///a' }] } }]);
    expect(rulesOf(session)).toEqual([]);
    expect(fixture.received.length).toBeGreaterThan(2);
  });

  it('opens the common stream again when the server closed it', async () => {
    const ids: unknown[] = [];
    await open({
      GET: ({ headers }, response) => {
        ids.push(headers['last-event-id']);
        startEvents(response);
        if (ids.length === 1) response.end('retry: 20\nid: g1\ndata:\n\n');
        else response.write(': open\n\n');
      },
    });
    await expect.poll(() => ids).toEqual([undefined, 'g1']);
  });

  it('notices faults of the side channels', async () => {
    const { session } = await open({
      GET: (_received, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('hello'),
      'notifications/initialized': (_received, response) => void response.writeHead(200).end(),
    });
    expect(rulesOf(session)).toEqual(['http.accepted-status', 'http.get-status']);
  });
});

describe('sendRaw', () => {
  it('returns status and body whatever they are, and takes headers of its own', async () => {
    const { session, fixture } = await open({
      POST: ({ message }, response) => {
        if (message === undefined)
          response.writeHead(400, { 'content-type': 'text/plain' }).end('cannot parse');
        else response.writeHead(202).end();
      },
    });
    const frames = await session.sendRaw('{broken', { headers: { 'X-Extra': '1', accept: 'text/plain' } });
    expect(frames).toMatchObject([{ direction: 'received', text: 'cannot parse', http: { status: 400 } }]);
    expect(fixture.received.at(-1)).toMatchObject({
      text: '{broken',
      headers: { 'x-extra': '1', accept: 'text/plain' },
    });
    expect(rulesOf(session)).toEqual([]);
  });
});

describe('a url server that', () => {
  it('does not run is unreachable, with a hint', async () => {
    const error = await failureOf(
      connect({ transport: 'http', url: `http://127.0.0.1:${await freePort()}/mcp` }),
    );
    expect(error.code).toBe('TARGET_UNREACHABLE');
    expect(error.message).toContain('refused the connection');
    expect(error.hint).toContain('Is the server running');
  });

  it('is at another path says so', async () => {
    const fixture = await startHttpFixture({
      POST: (_received, response) => void response.writeHead(404).end('Cannot POST /mcp'),
      initialize: (_received, response) => void response.writeHead(404).end('Cannot POST /mcp'),
    });
    cleanups.push(() => fixture.close());
    const error = await failureOf(connect({ transport: 'http', url: fixture.url }));
    expect(error.code).toBe('PROTOCOL_HTTP_STATUS');
    expect(error.hint).toContain('path');
  });

  const listening = (port: number, delayMs: number, log = 'Listening on port'): string => `
    const { createServer } = require('http');
    setTimeout(() => createServer((request, response) => {
      if (request.method !== 'POST') return response.writeHead(request.url === '/health' ? 200 : 405).end();
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => {
        const { id, method } = JSON.parse(body);
        if (method === 'tools/call') process.exit(9);
        if (id === undefined) return response.writeHead(202).end();
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: ${JSON.stringify(initializeResult)} }));
      });
    }).listen(${port}, () => console.error(${JSON.stringify(log)}, ${port})), ${delayMs});`;

  it.each(['default', 'port', 'url', 'logPattern'])('we start is waited for (%s)', async (how) => {
    const port = await freePort();
    const readyWhen = {
      default: undefined,
      port: { port },
      url: { url: `http://127.0.0.1:${port}/health` },
      logPattern: { logPattern: 'Listening on port \\d+' },
    }[how];
    const session = await connect({
      transport: 'http',
      url: `http://127.0.0.1:${port}/mcp`,
      start: { command: process.execPath, args: ['-e', listening(port, 150)], readyWhen },
    });
    cleanups.push(() => session.close());
    expect(session.info.startupMs).toBeGreaterThan(100);
    const error = await failureOf(session.callTool('x'));
    expect(error.code).toBe('TARGET_EXITED');
    expect(error.message).toContain('exited with code 9 before answering tools/call');
  });

  it('we start and that ends before it is ready', async () => {
    const port = await freePort();
    const error = await failureOf(
      connect({
        transport: 'http',
        url: `http://127.0.0.1:${port}/mcp`,
        start: { command: process.execPath, args: ['-e', `console.error('no database'); process.exit(4)`] },
      }),
    );
    expect(error.code).toBe('TARGET_EXITED');
    expect(error.message).toBe(
      'the server exited with code 4 before it was ready; its last words: "no database"',
    );
  });

  it('we start and that does not live by its stdin is ended by a signal at once', async () => {
    const port = await freePort();
    const session = await connect({
      transport: 'http',
      url: `http://127.0.0.1:${port}/mcp`,
      handshake: false,
      start: { command: process.execPath, args: ['-e', listening(port, 0)], readyWhen: { port } },
    });
    // Half of the default time would be 5 s.
    expect((await session.close()).shutdown).toMatchObject({ step: 'signal', signal: 'SIGTERM' });
    expect((await session.close()).shutdown?.durationMs).toBeLessThan(4000);
  });

  it('we start and that is never ready', async () => {
    const port = await freePort();
    const error = await failureOf(
      connect({
        transport: 'http',
        url: `http://127.0.0.1:${port}/mcp`,
        startupTimeoutMs: 400,
        start: {
          command: process.execPath,
          args: ['-e', 'setInterval(() => {}, 1000)'],
          shutdownTimeoutMs: 500,
        },
      }),
    );
    expect(error.code).toBe('TARGET_NOT_READY');
    await sleep(0);
  });
});

it('the answer to a raw message is no answer on the common stream', async () => {
  const { session } = await open({
    ping: ({ message }, response) => replyJson(response, message?.id, {}),
  });
  await session.sendRaw('{"jsonrpc":"2.0","id":"raw","method":"ping"}');
  expect(session.findings).toEqual([]);
});

describe('many calls in flight', () => {
  it('each get their own answer', async () => {
    const { session } = await open({
      'tools/call': ({ message }, response) => {
        const name = nameIn(message);
        setTimeout(
          () => replyJson(response, message?.id, { content: [{ type: 'text', text: name }] }),
          Math.random() * 10,
        );
      },
    });
    const names = Array.from({ length: 200 }, (_, index) => `tool ${index}`);
    const results = await Promise.all(names.map((name) => session.callTool(name)));
    expect(results.map(({ content }) => content[0]?.['text'])).toEqual(names);
    expect(rulesOf(session)).toEqual([]);
  });
});

import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../protocol/connect.ts';
import type { Session, SseSessionOptions } from '../protocol/types.ts';
import { failureOf, freePort, listen, okay, rulesIn, rulesOf } from './testing/sessions.ts';
import { startSseFixture, type SseBehaviour, type SseFixture } from './testing/sse-fixture.ts';

const everything = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(behaviour?: SseBehaviour): Promise<SseFixture> {
  const fixture = await startSseFixture(behaviour);
  cleanups.push(() => fixture.close());
  return fixture;
}

async function open(
  behaviour?: SseBehaviour,
  options: Partial<SseSessionOptions> = {},
): Promise<{ readonly session: Session; readonly fixture: SseFixture }> {
  const fixture = await start(behaviour);
  const session = await connect({
    transport: 'sse',
    url: fixture.url,
    requestTimeoutMs: 5000,
    ...options,
  });
  cleanups.push(() => session.close());
  return { session, fixture };
}

describe('with server-everything over HTTP+SSE, started by the harness', () => {
  let session: Session;

  beforeAll(async () => {
    const port = await freePort();
    session = await connect({
      transport: 'sse',
      url: `http://127.0.0.1:${port}/sse`,
      client: { roots: [{ uri: 'file:///workspace' }], sampling: [{ text: 'a canned thought' }] },
      start: {
        command: process.execPath,
        args: [everything, 'sse'],
        env: { PATH: process.env['PATH'], PORT: String(port) },
      },
    });
  });
  afterAll(() => session.close());

  it('makes the handshake, lists and calls tools', async () => {
    expect((await session.listAll('tools/list')).length).toBeGreaterThan(5);
    const { content } = await session.callTool('echo', { message: 'hello' });
    expect(content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
  });

  it('receives progress, and answers what the server asks', async () => {
    const call = await session.exchange('tools/call', {
      name: 'trigger-long-running-operation',
      arguments: { duration: 0.2, steps: 2 },
    });
    expect(call.notifications.some(({ method }) => method === 'notifications/progress')).toBe(true);
    const { content } = await session.callTool('trigger-sampling-request', { prompt: 'think' });
    expect(JSON.stringify(content)).toContain('a canned thought');
  });

  it('keeps many requests apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => session.callTool('echo', { message: `m${index}` })),
    );
    expect(answers.map(({ content }) => content[0]?.['text'])).toEqual(
      Array.from({ length: 64 }, (_, index) => `Echo: m${index}`),
    );
  });

  it('breaks no rule, shows both directions, and ends with its process', async () => {
    expect(session.findings).toEqual([]);
    expect(session.frames.map(({ http }) => http?.method)).toEqual(expect.arrayContaining(['GET', 'POST']));
    expect(session.frames.some(({ text }) => text.startsWith('/message?sessionId='))).toBe(true);
    expect((await session.close()).shutdown?.step).toBe('signal');
  });
});

it('speaks to the SDK’s SSEServerTransport', async () => {
  const transports = new Map<string, SSEServerTransport>();
  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (request.method === 'POST') {
      void transports.get(url.searchParams.get('sessionId') ?? '')?.handlePostMessage(request, response);
      return;
    }
    const transport = new SSEServerTransport('/message', response);
    transports.set(transport.sessionId, transport);
    const server = new Server({ name: 'sdk', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [{ name: 'greet', inputSchema: { type: 'object' } }],
    }));
    server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: 'hi' }] }));
    void server.connect(transport);
  };
  const server = createServer(listener);
  const port = await listen(server);
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const session = await connect({ transport: 'sse', url: `http://127.0.0.1:${port}/sse` });
  cleanups.push(() => session.close());
  expect(await session.listAll('tools/list')).toHaveLength(1);
  expect((await session.callTool('greet')).content).toEqual([{ type: 'text', text: 'hi' }]);
  expect(session.findings).toEqual([]);
});

describe('the stream', () => {
  it('is asked for with our headers, and messages go to the endpoint that it names', async () => {
    const { session, fixture } = await open(undefined, { headers: { 'x-team': 'blue' } });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(fixture.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
      expect.arrayContaining(['GET /sse', 'POST /message?session=1']),
    );
    for (const { headers } of fixture.requests) expect(headers['x-team']).toBe('blue');
    expect(fixture.requests[0]?.headers.accept).toBe('text/event-stream');
    expect(rulesOf(session)).toEqual([]);
  });

  it('that names an endpoint of another origin is refused: our credentials are not for others', async () => {
    const fixture = await start({
      onGet(response, server) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        server.event('https://evil.example/message', 'endpoint');
      },
    });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url }));
    expect(error).toMatchObject({ code: 'PROTOCOL_MALFORMED_ANSWER' });
    expect(error.message).toMatch(/names another origin than http:\/\/127.*: "https:\/\/evil\.example/);
    expect(rulesIn(error)).toEqual(['sse.endpoint-origin']);
    expect(fixture.messages).toEqual([]);
  });

  it('whose endpoint is no URL is refused', async () => {
    const fixture = await start({
      onGet(response, server) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        server.event('http://[', 'endpoint');
      },
    });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url }));
    expect(error.message).toBe('the endpoint event holds "http://[", which is no URL');
    expect(rulesIn(error)).toEqual(['sse.endpoint']);
  });

  it('without an endpoint event ends with the start-up time', async () => {
    const fixture = await start({
      onGet: (response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n'),
    });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url, startupTimeoutMs: 300 }));
    expect(error).toMatchObject({
      code: 'TARGET_NOT_READY',
      message: `${fixture.url} opened an event stream, but sent no endpoint event within 300 ms`,
      hint: expect.stringContaining('transport: http'),
    });
    expect(rulesIn(error)).toEqual(['sse.endpoint-missing']);
  });

  it('that never answers the GET is not ready', async () => {
    const fixture = await start({ onGet: () => {} });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url, startupTimeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'TARGET_NOT_READY' });
    expect(error.message).toContain('was not answered within 300 ms');
    expect(rulesIn(error)).toEqual([]);
  });

  it('that is cancelled while it opens ends at once', async () => {
    const fixture = await start({ onGet: () => {} });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url, signal: controller.signal }));
    expect(error.code).toBe('CANCELLED');
  });

  it.each([
    ['text/html', 'the content type text/html'],
    [undefined, 'no content type'],
  ])('of the content type %s is none', async (type, words) => {
    const fixture = await start({
      onGet: (response) =>
        void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end('<h1>hi</h1>'),
    });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url }));
    expect(error).toMatchObject({ code: 'PROTOCOL_HTTP_STATUS', hint: expect.stringContaining('/sse') });
    expect(error.message).toContain(`was answered with ${words} instead of text/event-stream`);
    expect(rulesIn(error)).toEqual(['sse.content-type']);
  });

  it('of another type that never ends is not read to its end', async () => {
    const fixture = await start({
      onGet: (response) =>
        void response.writeHead(200, { 'content-type': 'text/plain' }).write('x'.repeat(1000)),
    });
    expect((await failureOf(connect({ transport: 'sse', url: fixture.url }))).code).toBe(
      'PROTOCOL_HTTP_STATUS',
    );
  });

  it.each([
    [404, 'often /sse'],
    [405, 'Streamable HTTP'],
    [401, 'credentials'],
  ])('refused with HTTP %d says what to do', async (status, hint) => {
    const fixture = await start({ onGet: (response) => void response.writeHead(status).end('no') });
    const error = await failureOf(connect({ transport: 'sse', url: fixture.url }));
    expect(error.message).toBe(`GET was answered with HTTP ${status} with the body "no"`);
    expect(error.hint).toContain(hint);
  });

  it('that ends takes the session with it', async () => {
    const { session } = await open({
      onMessage: (message, response, { stream }) => {
        response.writeHead(202).end();
        if (message.id !== undefined) stream?.end();
      },
    });
    const error = await failureOf(session.callTool('any'));
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(error.message).toContain('closed the event stream before answering tools/call');
    expect(session.alive).toBe(false);
    expect(rulesOf(session)).toEqual(['sse.stream-ended']);
  });

  it('that breaks off takes the session with it', async () => {
    const { session } = await open({
      onMessage: (message, response, { stream }) => {
        response.writeHead(202).end();
        if (message.id !== undefined) stream?.destroy();
      },
    });
    expect(await failureOf(session.callTool('any'))).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(session.alive).toBe(false);
  });

  it('with faulty messages is read on, each fault a finding', async () => {
    const { session } = await open({
      onMessage: (message, response, fixture) => {
        response.writeHead(202).end();
        if (message.id === undefined) return;
        fixture.event(
          { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 1 } },
          'log',
        );
        fixture.event('/elsewhere', 'endpoint');
        fixture.answer(message);
        fixture.event('not json', 'message');
      },
    });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect((await session.callTool('again')).content).toEqual(okay['content']);
    expect(rulesOf(session)).toEqual(
      expect.arrayContaining(['jsonrpc.invalid-json', 'sse.endpoint', 'sse.event-name']),
    );
  });

  it('whose first event is a message says so, and is used all the same', async () => {
    const { session } = await open({
      onGet(response, fixture) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        fixture.event({
          jsonrpc: '2.0',
          method: 'notifications/message',
          params: { level: 'info', data: 1 },
        });
        fixture.event('/message', 'endpoint');
      },
    });
    expect(rulesOf(session)).toContain('sse.endpoint-missing');
  });

  it('with an event beyond the limit ends the session, not the harness', async () => {
    const { session } = await open(
      {
        onMessage: (message, response, { stream }) => {
          response.writeHead(202).end();
          if (message.id === undefined) return;
          stream?.write('data: ');
          for (let index = 0; index < 64; index += 1) stream?.write('x'.repeat(64 * 1024));
        },
      },
      { maxMessageBytes: 256 * 1024 },
    );
    const error = await failureOf(session.callTool('any'));
    expect(error.code).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
    expect(rulesOf(session)).toContain('jsonrpc.too-large');
  });
});

it.each([
  [
    'before it named its endpoint',
    `response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\\n\\n');`,
  ],
  ['before it named its endpoint', ''],
])('a server that we start and that crashes %s is told as crashed (%#)', async (words, first) => {
  const port = await freePort();
  const script = `require('node:http').createServer((request, response) => {
    ${first}
    setTimeout(() => process.exit(7), 50);
  }).listen(${port}, '127.0.0.1');`;
  const error = await failureOf(
    connect({
      transport: 'sse',
      url: `http://127.0.0.1:${port}/sse`,
      start: { command: process.execPath, args: ['-e', script] },
    }),
  );
  expect(error).toMatchObject({ code: 'TARGET_EXITED', details: { exitCode: 7 } });
  expect(error.message).toBe(`the server exited with code 7 ${words}`);
});

describe('sendRaw', () => {
  const ping = '{"jsonrpc":"2.0","id":"mine","method":"ping"}';

  it('waits for the answer on the stream', async () => {
    const { session } = await open();
    const frames = await session.sendRaw(ping);
    expect(frames.at(-1)?.text).toBe('{"jsonrpc":"2.0","id":"mine","result":{}}');
  });

  it('returns status and body of a POST that is refused', async () => {
    const { session } = await open({
      onMessage: (_message, response) => void response.writeHead(400).end('not like this'),
    });
    const [frame] = await session.sendRaw(ping);
    expect(frame).toMatchObject({ text: 'not like this', http: { status: 400 } });
  });
});

describe('a POST', () => {
  it('that is answered in its own body is a finding, and the answer counts', async () => {
    const { session } = await open({
      onMessage: (message, response) => {
        if (message.id === undefined) return void response.writeHead(202).end();
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: okay }));
      },
    });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(rulesOf(session)).toEqual(['sse.answer-in-post']);
  });

  it('that is refused fails its request, with the status', async () => {
    const { session } = await open({
      onMessage: (message, response) =>
        void response.writeHead(message.id === undefined ? 202 : 500).end('out of order'),
    });
    const error = await failureOf(session.callTool('any'));
    expect(error).toMatchObject({ code: 'PROTOCOL_HTTP_STATUS', details: { status: 500 } });
    expect(error.message).toContain('out of order');
    expect(session.alive).toBe(true);
  });

  it('of a notification that is refused is a finding', async () => {
    const { session } = await open({ onMessage: (_message, response) => void response.writeHead(400).end() });
    await sleep(100);
    expect(rulesOf(session)).toEqual(['sse.post-status']);
  });

  it('that is never answered does not keep the answer from counting', async () => {
    const { session } = await open({
      onMessage: (message, _response, fixture) => fixture.answer(message),
    });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
  });

  it('that is never answered is let go some time after its request was', async () => {
    const { session } = await open({
      onMessage: (message, _response, fixture) => fixture.answer(message),
    });
    for (let round = 0; round < 6; round += 1) {
      await session.callTool('any');
      await sleep(600);
    }
    expect(rulesOf(session)).toEqual(['sse.post-status']);
  });

  it('times out with its request, and the session goes on', async () => {
    const { session } = await open({
      onMessage: (message, response, fixture) => {
        response.writeHead(202).end();
        if (message.method === 'ping') fixture.answer(message);
      },
    });
    const error = await failureOf(session.exchange('tools/call', { name: 'x' }, { timeoutMs: 200 }));
    expect(error.code).toBe('PROTOCOL_TIMEOUT');
    expect(await session.request('ping')).toEqual({});
  });
});

it('a server that cannot be reached is named with host and port', async () => {
  const port = await freePort();
  const error = await failureOf(connect({ transport: 'sse', url: `http://127.0.0.1:${port}/sse` }));
  expect(error).toMatchObject({
    code: 'TARGET_UNREACHABLE',
    message: `the event stream: http://127.0.0.1:${port}/sse refused the connection (127.0.0.1:${port}, ECONNREFUSED)`,
    hint: expect.stringContaining('Is the server running'),
  });
});

import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../protocol/connect.ts';
import type { Session, WebSocketSessionOptions } from '../protocol/types.ts';
import { failureOf, freePort, listen, okay, rulesOf, type Message } from './testing/sessions.ts';
import {
  answer,
  startWebSocketFixture,
  type WebSocketBehaviour,
  type WebSocketFixture,
} from './testing/websocket-fixture.ts';
import type { WebSocket } from 'ws';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(behaviour?: WebSocketBehaviour): Promise<WebSocketFixture> {
  const fixture = await startWebSocketFixture(behaviour);
  cleanups.push(() => fixture.close());
  return fixture;
}

async function open(
  behaviour?: WebSocketBehaviour,
  options: Partial<WebSocketSessionOptions> = {},
): Promise<{ readonly session: Session; readonly fixture: WebSocketFixture }> {
  const fixture = await start(behaviour);
  const session = await connect({
    transport: 'websocket',
    url: fixture.url,
    requestTimeoutMs: 5000,
    ...options,
  });
  cleanups.push(() => session.close());
  return { session, fixture };
}

/** A session whose server does this when a tool is called. */
const calledBack = (
  onCall: (socket: WebSocket, message: Message) => void,
  options?: Partial<WebSocketSessionOptions>,
) =>
  open(
    {
      onMessage: (message, socket) =>
        message.method === 'tools/call' ? onCall(socket, message) : answer(socket, message),
    },
    options,
  );

describe('a sound server', () => {
  it('gets one message a text frame, and breaks no rule', async () => {
    const { session, fixture } = await open(undefined, { headers: { 'x-team': 'blue' } });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(fixture.messages.map(({ method }) => method).slice(-3)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
    ]);
    expect(fixture.handshakes[0]?.headers).toMatchObject({
      'sec-websocket-protocol': 'mcp',
      'x-team': 'blue',
    });
    expect(session.frames.slice(0, 2).map(({ http }) => http?.method ?? http?.status)).toEqual(['GET', 101]);
    await session.close();
    expect(session.findings).toEqual([]);
  });

  it('answers many requests at once', async () => {
    const { session } = await open();
    const answers = await Promise.all(Array.from({ length: 200 }, () => session.request('ping')));
    expect(answers).toHaveLength(200);
  });

  it('may ping: each is answered', async () => {
    let pongs = 0;
    const { session } = await calledBack((socket, message) => {
      socket.on('pong', () => {
        pongs += 1;
        if (pongs === 3) answer(socket, message);
      });
      for (let index = 0; index < 3; index += 1) socket.ping();
    });
    await session.callTool('any');
    expect(pongs).toBe(3);
  });

  it('is pinged, and answers', async () => {
    let pings = 0;
    const { session } = await open(
      { onConnection: (socket) => void socket.on('ping', () => (pings += 1)) },
      { pingIntervalMs: 50 },
    );
    await sleep(250);
    expect(pings).toBeGreaterThan(2);
    expect(session.findings).toEqual([]);
  });

  it('sees code 1000 when we leave', async () => {
    const codes: number[] = [];
    const { session } = await open({
      onConnection: (socket) => void socket.on('close', (code) => codes.push(code)),
    });
    await session.close();
    await sleep(50);
    expect(codes).toEqual([1000]);
  });
});

describe('a message that', () => {
  it('comes in a binary frame is a finding, and counts', async () => {
    const { session } = await calledBack((socket, { id = 0 }) =>
      socket.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: okay }))),
    );
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(rulesOf(session)).toEqual(['websocket.binary-frame']);
  });

  it('is binary altogether is recorded and a finding', async () => {
    const { session } = await calledBack((socket, message) => {
      socket.send(Buffer.from([0, 159, 146, 150]));
      answer(socket, message);
    });
    await session.callTool('any');
    expect(rulesOf(session)).toEqual(['websocket.binary-frame']);
    expect(session.frames.some(({ bytes, direction }) => bytes === 4 && direction === 'received')).toBe(true);
  });

  it('is no JSON is a finding', async () => {
    const { session } = await calledBack((socket, message) => {
      answer(socket, message);
      socket.send('hello');
    });
    await session.callTool('any');
    await session.request('ping');
    expect(rulesOf(session)).toEqual(['jsonrpc.invalid-json']);
  });

  it('is not UTF-8 is a finding', async () => {
    const { session } = await calledBack((socket, message) => {
      socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
      answer(socket, message);
    });
    await session.callTool('any');
    expect(rulesOf(session)).toContain('encoding.utf8');
  });

  it('is in many fragments is one message', async () => {
    const { session } = await calledBack((socket, { id = 0 }) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: okay });
      for (const character of text.slice(0, -1)) socket.send(character, { fin: false });
      socket.send(text.slice(-1), { fin: true });
    });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
    expect(rulesOf(session)).toEqual([]);
  });

  it('is beyond the limit ends the session, not the harness', async () => {
    const { session } = await calledBack((socket) => socket.send('x'.repeat(300_000)), {
      maxMessageBytes: 100_000,
    });
    const error = await failureOf(session.callTool('any'));
    expect(error).toMatchObject({ code: 'PROTOCOL_MESSAGE_TOO_LARGE' });
    expect(error.message).toContain('longer than the limit of 100000');
    expect(session.alive).toBe(false);
    expect(rulesOf(session)).toEqual(['jsonrpc.too-large']);
  });
});

describe('a connection that the server', () => {
  it.each([
    [1011, 'out of memory', '1011, internal error: "out of memory"'],
    [1001, '', '1001, going away'],
    [4321, 'bye', '4321, a code of its own: "bye"'],
  ])('closes with %d %j is named so', async (code, reason, words) => {
    const { session } = await calledBack((socket) => socket.close(code, reason));
    const error = await failureOf(session.callTool('any'));
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', details: { closeCode: code } });
    expect(error.message).toBe(
      `the server closed the WebSocket with code ${words} before answering tools/call`,
    );
    expect(session.alive).toBe(false);
  });

  it('breaks off is named so', async () => {
    const { session } = await calledBack((socket) => socket.terminate());
    expect((await failureOf(session.callTool('any'))).message).toContain(
      'code 1006, no close frame: the connection broke off',
    );
  });

  it('fills with bytes that are no frames is ended with a finding', async () => {
    const { session } = await calledBack((socket) => {
      (socket as unknown as { readonly _socket: { write(bytes: Buffer): void } })._socket.write(
        Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
      );
    });
    const error = await failureOf(session.callTool('any'));
    expect(error.message).toContain('faulty WebSocket frame');
    expect(rulesOf(session)).toEqual(['websocket.frame']);
  });

  it('floods with pings neither hangs nor starves us', async () => {
    const { session } = await calledBack((socket, message) => {
      for (let index = 0; index < 20_000; index += 1) socket.ping();
      answer(socket, message);
    });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
  });

  it('leaves without pongs is a finding', async () => {
    const { session } = await open({ options: { autoPong: false } }, { pingIntervalMs: 50 });
    await sleep(200);
    expect(rulesOf(session)).toEqual(['websocket.no-pong']);
  });

  it('does not end when we close it is ended all the same, with a finding', async () => {
    const { session } = await open({ onConnection: (socket) => setTimeout(() => socket.pause(), 300) });
    await sleep(400);
    await session.close();
    expect(rulesOf(session)).toEqual(['websocket.close-handshake']);
  });
});

describe('a handshake that', () => {
  it.each([
    ['leaves the subprotocol out', () => false as const],
    ['chooses another subprotocol', () => 'chat'],
  ])('%s is made without one, with a finding', async (_what, handleProtocols) => {
    let first = true;
    const opening = open({
      options: {
        handleProtocols: (offered) => {
          // The second time none is offered, and this is not called.
          const choice = first && offered.size > 0 ? handleProtocols() : false;
          first = false;
          return choice;
        },
      },
    });
    const { session } = await opening;
    await session.callTool('any');
    expect(rulesOf(session)).toEqual(['websocket.subprotocol']);
  });

  it('is answered with HTTP 404 says what came', async () => {
    const fixture = await start();
    const url = fixture.url.replace('/mcp', '/elsewhere');
    const error = await failureOf(connect({ transport: 'websocket', url }));
    expect(error).toMatchObject({ code: 'PROTOCOL_HTTP_STATUS', details: { status: 400 } });
    expect(error.hint).toContain('Check the path of the url');
  });

  it('needs credentials says where they go', async () => {
    const fixture = await start({
      options: { verifyClient: (_info, done) => done(false, 401, 'who are you?') },
    });
    const error = await failureOf(connect({ transport: 'websocket', url: fixture.url }));
    expect(error.message).toBe(
      'the WebSocket handshake was answered with HTTP 401 with the body "who are you?"',
    );
    expect(error.hint).toContain('headers');
  });

  it('finds nobody is named with host and port', async () => {
    const port = await freePort();
    const error = await failureOf(connect({ transport: 'websocket', url: `ws://127.0.0.1:${port}/mcp` }));
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: `the handshake: ws://127.0.0.1:${port}/mcp refused the connection (127.0.0.1:${port}, ECONNREFUSED)`,
    });
  });

  it('is never answered ends with the connection time', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listen(server);
    cleanups.push(async () => server.close());
    const error = await failureOf(
      connect({ transport: 'websocket', url: `ws://127.0.0.1:${port}/mcp`, connectTimeoutMs: 200 }),
    );
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      hint: expect.stringContaining('connection_timeout'),
    });
    expect(error.message).toContain('did not accept a connection in time');
  });

  it('is cancelled ends at once', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listen(server);
    cleanups.push(async () => server.close());
    const error = await failureOf(
      connect({
        transport: 'websocket',
        url: `ws://127.0.0.1:${port}/mcp`,
        signal: AbortSignal.timeout(100),
      }),
    );
    expect(error.code).toBe('CANCELLED');
  });

  it('goes to an http url is refused', async () => {
    const error = await failureOf(connect({ transport: 'websocket', url: 'http://127.0.0.1:1/mcp' }));
    expect(error.message).toContain('is neither ws nor wss');
  });
});

describe('a server that closes the connection when it is asked for the stateless era', () => {
  const closesOn =
    (method: string, close: (socket: WebSocket) => void) =>
    (socket: WebSocket): void =>
      void socket.on('message', (data: Buffer) => {
        if (data.includes(`"${method}"`)) close(socket);
      });

  it.each([
    ['by a close frame', (socket: WebSocket) => socket.close(1008, 'initialize first')],
    ['by breaking off', (socket: WebSocket) => socket.terminate()],
  ])('%s is connected to again, for initialize alone', async (_how, close) => {
    const { session, fixture } = await open({ onConnection: closesOn('server/discover', close) });
    expect(session.info.protocolVersion).toBe('2025-11-25');
    await session.exchange('tools/list');
    expect(fixture.messages.map(({ method }) => method)).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/list',
    ]);
    expect(fixture.handshakes).toHaveLength(2);
  });

  it('is told as what it is when it closes on everything', async () => {
    const fixture = await start({
      onConnection: (socket) => void socket.on('message', () => socket.close(1011, 'no')),
    });
    const error = await failureOf(connect({ transport: 'websocket', url: fixture.url }));
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', details: { closeCode: 1011 } });
    expect(fixture.handshakes).toHaveLength(2);
  });
});

it('a server that we start is waited for, and its crash is told as one', async () => {
  const port = await freePort();
  const ws = new URL('../../../../node_modules/ws/wrapper.mjs', import.meta.url).href;
  const script = `
    import { WebSocketServer } from ${JSON.stringify(ws)};
    new WebSocketServer({ port: ${port}, host: '127.0.0.1' }).on('connection', (socket) => socket.on('message', (data) => {
      const { id, method } = JSON.parse(data);
      if (method === 'initialize') socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {
        protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'own', version: '1' } } }));
      if (method === 'tools/call') process.exit(7);
    }));`;
  const session = await connect({
    transport: 'websocket',
    url: `ws://127.0.0.1:${port}`,
    start: { command: process.execPath, args: ['--input-type=module', '-e', script] },
  });
  cleanups.push(() => session.close());
  const error = await failureOf(session.callTool('any'));
  expect(error).toMatchObject({ code: 'TARGET_EXITED', details: { exitCode: 7 } });
});

it('a server that we start and that crashes during the handshake is told as crashed', async () => {
  const port = await freePort();
  const script = `require('node:http').createServer().on('upgrade', () => process.exit(7)).listen(${port}, '127.0.0.1');`;
  const error = await failureOf(
    connect({
      transport: 'websocket',
      url: `ws://127.0.0.1:${port}`,
      start: { command: process.execPath, args: ['-e', script] },
    }),
  );
  expect(error).toMatchObject({ code: 'TARGET_EXITED', details: { exitCode: 7 } });
});

it('raw bytes are one text frame, and what comes back is returned', async () => {
  const { session } = await open();
  const frames = await session.sendRaw('{"jsonrpc":"2.0","id":"mine","method":"ping"}');
  expect(frames.map(({ text }) => text)).toEqual(['{"jsonrpc":"2.0","id":"mine","result":{}}']);
});

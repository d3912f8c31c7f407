import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../protocol/connect.ts';
import type { HttpSessionOptions, Session } from '../../protocol/types.ts';
import { startJsonFixture, type JsonFixture } from '../testing/json-fixture.ts';
import { failureOf, listen } from '../testing/sessions.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function open(
  pool: HttpSessionOptions['pool'],
  delayMs?: number,
): Promise<{ readonly session: Session; readonly fixture: JsonFixture }> {
  const fixture = await startJsonFixture({ delayMs: delayMs ?? 0 });
  cleanups.push(() => fixture.close());
  const session = await connect({ transport: 'http', url: fixture.url, pool });
  cleanups.push(() => session.close());
  return { session, fixture };
}

const fiftyCalls = (session: Session) =>
  Promise.all(Array.from({ length: 50 }, () => session.callTool('any')));

describe('connections', () => {
  it('are as many as the calls in flight need, without a limit', async () => {
    const { session, fixture } = await open(undefined, 100);
    await fiftyCalls(session);
    expect(fixture.mostOpen).toBeGreaterThanOrEqual(50);
  });

  it('are never more than maxConnections; the other calls wait their turn', async () => {
    const { session, fixture } = await open({ maxConnections: 5 }, 20);
    expect(await fiftyCalls(session)).toHaveLength(50);
    expect(fixture.mostOpen).toBe(5);
  });

  it('are used again', async () => {
    const { session, fixture } = await open(undefined);
    for (let index = 0; index < 10; index += 1) await session.callTool('any');
    expect(fixture.sockets.length).toBeLessThan(5);
  });

  it('are one for each request without keepAlive', async () => {
    const { session, fixture } = await open({ keepAlive: false });
    for (let index = 0; index < 5; index += 1) await session.callTool('any');
    expect(fixture.posts).toBeGreaterThanOrEqual(7);
    expect(fixture.sockets.length).toBeGreaterThanOrEqual(fixture.posts);
  });

  it('are closed when they were idle for idleTimeoutMs', async () => {
    const { session, fixture } = await open({ idleTimeoutMs: 500 });
    await session.callTool('any');
    const isOpen = ({ closed }: Socket) => !closed;
    expect(fixture.sockets.some(isOpen)).toBe(true);
    await sleep(2500);
    expect(fixture.sockets.some(isOpen)).toBe(false);
    await session.callTool('any');
  });

  it('outlive a pause shorter than that', async () => {
    const { session, fixture } = await open({ idleTimeoutMs: 10_000 });
    await session.callTool('any');
    const before = fixture.sockets.length;
    await sleep(1500);
    await session.callTool('any');
    expect(fixture.sockets).toHaveLength(before);
  });
});

describe.each(['http', 'sse'] as const)('a target that cannot be reached over %s', (transport) => {
  it('is told by its host when it has no address', async () => {
    const error = await failureOf(connect({ transport, url: 'http://no-such-host.invalid/mcp' }));
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      hint: expect.stringContaining('Check the host'),
    });
    expect(error.message).toMatch(
      /no-such-host\.invalid\/mcp has a host name that cannot be resolved \(no-such-host\.invalid:80, (ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  it('is told within the connection time when it does not answer the TLS handshake', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listen(server);
    cleanups.push(async () => server.close());
    const startedAt = performance.now();
    const error = await failureOf(
      connect({ transport, url: `https://127.0.0.1:${port}/mcp`, connectTimeoutMs: 300 }),
    );
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      hint: expect.stringContaining('connection_timeout_seconds'),
    });
    expect(error.message).toContain(`did not accept a connection in time (127.0.0.1:${port},`);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

import type { Session } from '@mcp-test-harness/core';
import { connect } from '@mcp-test-harness/core/protocol';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Occurrence } from '../alerts/define.ts';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import { rememberingLogger } from '../runs/testing/logger.ts';
import { planOf, settingsIn } from '../runs/testing/settings.ts';
import type { HealthCheckSettings, ServiceSettings } from '../settings/define.ts';
import { openStore, type ServerHealth, type Store } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { processesLeft, processesWith, scriptedServer, until } from '../testing/mcp-server.ts';
import { startServerWatch, type ServerWatchSettings } from './watch-servers.ts';

const folder = temporaryFolders();
const everything = resolve(
  import.meta.dirname,
  '../../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);
const check: HealthCheckSettings = {
  intervalMs: 30_000,
  failureThreshold: 3,
  timeoutMs: 10_000,
  recoveryTimeoutMs: 60_000,
};
const suite = { name: 'a', test_cases: [{ id: 'x', tool_name: 'echo' }] };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface World {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly occurrences: Occurrence[];
  readonly told: string[];
  readonly log: ReturnType<typeof rememberingLogger>;
  readonly sessions: Session[];
  settings: ServiceSettings;
  start(more?: Partial<ServerWatchSettings>): ReturnType<typeof startServerWatch>;
  /** What the store knows once so many probes have been made. */
  afterProbes(count: number): Promise<ServerHealth>;
}

async function world(server: object, checks: HealthCheckSettings | undefined = check): Promise<World> {
  const root = folder();
  const clock = new ManualClock('2026-11-26T12:00:00Z');
  const store = await openStore({ file: join(root, 'store.db'), clock: clock.now });
  ends.push(() => store.close());
  const plan = await planOf(root, { server, test_suites: [suite] });
  const occurrences: Occurrence[] = [];
  const told: string[] = [];
  const sessions: Session[] = [];
  const log = rememberingLogger();
  const made: World = {
    clock,
    store,
    occurrences,
    told,
    log,
    sessions,
    settings: settingsIn(root, plan, { healthChecks: new Map(checks && [['server', checks]]) }),
    start: (more = {}) => {
      const watch = startServerWatch({
        store,
        settings: () => made.settings,
        rules: () => (occurrence) => {
          occurrences.push(occurrence);
          const { type } = occurrence;
          return [{ dedupKey: `${type} ${clock.now()}`, channel: 'test', payload: type }];
        },
        log,
        env: { PATH: process.env['PATH'] ?? '' },
        owner: randomUUID(),
        onHealth: (name, isUp) => void told.push(`${name} ${isUp ? 'up' : 'down'}`),
        clock,
        connect: async (options) => {
          const session = await connect(options);
          sessions.push(session);
          return session;
        },
        ...more,
      });
      ends.push(() => watch.stop());
      return watch;
    },
    afterProbes: async (count) => {
      let health: ServerHealth | undefined;
      const look = async (): Promise<void> => {
        health = await store.serverHealth.get('server');
      };
      await look();
      await until(() => {
        void look();
        return (health?.version ?? 0) >= count;
      });
      // What follows from it is said before the next look.
      await clock.advance(0);
      return health ?? expect.unreachable();
    },
  };
  return made;
}

const pingsSent = ({ sessions }: World): number =>
  sessions
    .flatMap(({ frames }) => frames)
    .filter(({ direction, text }) => direction === 'sent' && text.includes('"method":"ping"')).length;

describe('a server under watch', () => {
  it('is pinged every interval, over one session', async () => {
    const w = await world({ command: process.execPath, args: [everything, 'stdio'] });
    w.start();
    expect(await w.afterProbes(1)).toMatchObject({ state: 'up', consecutiveFailures: 0 });
    await w.clock.advance(29_000);
    expect(pingsSent(w)).toBe(1);
    await w.clock.advance(1000);
    await w.afterProbes(2);
    await w.clock.advance(30_000);
    expect(await w.afterProbes(3)).toMatchObject({ state: 'up', version: 3 });
    expect([pingsSent(w), w.sessions.length, w.occurrences]).toEqual([3, 1, []]);
    expect(w.told).toEqual(['server up', 'server up', 'server up']);
  });

  it('gets no traffic when it is not to be watched', async () => {
    const flag = join(folder(), 'started');
    const w = await world(
      scriptedServer(`require('node:fs').writeFileSync(${JSON.stringify(flag)}, '');`),
      undefined,
    );
    const watch = w.start();
    await w.clock.advance(600_000);
    await watch.refresh();
    expect([existsSync(flag), w.sessions.length, await w.store.serverHealth.list()]).toEqual([false, 0, []]);
  });

  it('that hangs is down after so many timeouts, is left alone for the recovery time, and comes up again', async () => {
    const hang = join(folder(), 'hang');
    const w = await world(
      scriptedServer(
        `const answer = on.ping; on.ping = (message) => require('node:fs').existsSync(${JSON.stringify(hang)}) || answer(message);`,
      ),
    );
    w.start();
    await w.afterProbes(1);
    const upSince = w.clock.now();
    writeFileSync(hang, '');
    for (const failures of [1, 2, 3]) {
      await w.clock.advance(30_000 - (failures === 1 ? 0 : check.timeoutMs));
      await until(() => pingsSent(w) === 1 + failures);
      // Its time is not over yet.
      await w.clock.advance(check.timeoutMs - 1);
      expect((await w.store.serverHealth.get('server'))?.consecutiveFailures).toBe(failures - 1);
      await w.clock.advance(1);
      const health = await w.afterProbes(1 + failures);
      expect([health.consecutiveFailures, health.state]).toEqual([failures, failures < 3 ? 'up' : 'down']);
      expect(health.lastError).toBe('ping was not answered within 10000 ms');
    }
    const downSince = upSince + 90_000;
    expect(w.occurrences).toMatchObject([{ type: 'server-down', server: 'server', since: downSince }]);
    expect(w.log.lines.filter(({ level }) => level === 'error').map(({ event }) => event)).toEqual([
      'a server is down',
    ]);
    expect(w.told.at(-1)).toBe('server down');

    rmSync(hang);
    await w.clock.advance(check.recoveryTimeoutMs - check.timeoutMs - 1);
    expect(pingsSent(w)).toBe(4);
    await w.clock.advance(1);
    expect(await w.afterProbes(5)).toMatchObject({ state: 'up', lastError: undefined });
    expect(w.occurrences.at(-1)).toEqual({ type: 'server-up', server: 'server', downSince });
    expect(w.told.at(-1)).toBe('server up');
    expect((await w.store.outbox.take({ leaseMs: 1000, limit: 10 })).map(({ payload }) => payload)).toEqual([
      'server-down',
      'server-up',
    ]);
  });

  it('that has died in between is started anew, which is no failure', async () => {
    const w = await world(scriptedServer());
    w.start();
    await w.afterProbes(1);
    process.kill(w.sessions[0]?.process().pid ?? 0, 'SIGKILL');
    await until(() => !(w.sessions[0]?.alive ?? true));
    await w.clock.advance(30_000);
    expect(await w.afterProbes(2)).toMatchObject({ state: 'up', consecutiveFailures: 0 });
    expect(w.sessions).toHaveLength(2);
  });

  it('that cannot be started fails with the reason, secrets hidden', async () => {
    const secret = `secret-${randomUUID()}`;
    const w = await world({
      command: process.execPath,
      args: ['-e', `console.error('${secret}'); process.exit(3)`],
    });
    w.settings = { ...w.settings, secrets: [secret] };
    w.start();
    const health = await w.afterProbes(1);
    expect(health).toMatchObject({ state: 'unknown', consecutiveFailures: 1 });
    expect(health.lastError).toContain('exited with code 3');
    expect(health.lastError).not.toContain(secret);
    expect(w.told).toEqual([]);
  });

  it('that has forgotten the session over HTTP is asked over a new one', async () => {
    let opened = 0;
    const http = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += String(chunk)));
      request.on('end', () => {
        const message = (body === '' ? {} : JSON.parse(body)) as { id?: number; method?: string };
        if (message.method === 'initialize') opened += 1;
        const isCurrent = request.headers['mcp-session-id'] === `session-${opened}`;
        if (message.method !== 'initialize' && message.method !== 'server/discover' && !isCurrent)
          return response.writeHead(404).end();
        if (message.method === undefined) return response.writeHead(405).end();
        if (message.id === undefined) return response.writeHead(202).end();
        const result =
          message.method === 'initialize'
            ? {
                protocolVersion: '2025-11-25',
                capabilities: {},
                serverInfo: { name: 'forgetful', version: '1' },
              }
            : {};
        const answer =
          message.method === 'server/discover'
            ? { error: { code: -32_601, message: 'Method not found' } }
            : { result };
        return response
          .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': `session-${opened}` })
          .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...answer }));
      });
    });
    await new Promise<void>((up) => http.listen(0, '127.0.0.1', up));
    ends.push(() => new Promise((down) => http.close(down).closeAllConnections()));
    const { port } = http.address() as AddressInfo;
    const w = await world({ transport: 'http', url: `http://127.0.0.1:${port}/mcp` });
    w.start();
    await w.afterProbes(1);
    opened += 1;
    await w.clock.advance(30_000);
    expect(await w.afterProbes(2)).toMatchObject({ state: 'up', consecutiveFailures: 0 });
    expect(w.sessions).toHaveLength(2);
  });
});

describe('several replicas', () => {
  it('probe a server once, and all tell how it is; another takes over when the prober ends', async () => {
    const w = await world(scriptedServer());
    const first = w.start();
    await w.afterProbes(1);
    const second: string[] = [];
    w.start({ onHealth: (name, isUp) => void second.push(`${name} ${isUp}`) });
    await w.clock.advance(1000);
    await w.clock.advance(29_000);
    await w.afterProbes(2);
    expect([w.sessions.length, pingsSent(w)]).toEqual([1, 2]);
    expect(second[0]).toBe('server true');
    await first.stop();
    await w.clock.advance(60_000);
    await w.afterProbes(3);
    expect(w.sessions).toHaveLength(2);
  });

  it('take over when the prober is lost', async () => {
    const w = await world(scriptedServer());
    const health = await w.store.serverHealth.get('server');
    expect(health).toBeUndefined();
    await w.store.locks.acquire('watch:server', 'a replica that is no more', 100_000);
    w.start();
    await w.clock.advance(90_000);
    expect(w.sessions).toHaveLength(0);
    await w.clock.advance(30_000);
    expect(await w.afterProbes(1)).toMatchObject({ state: 'up' });
  });
});

describe.runIf(process.platform === 'linux')('the servers that the watch has started', () => {
  it('end with it, and when the configuration has them no more', async () => {
    const mark = randomUUID();
    const w = await world(scriptedServer('', { env: { MARK: mark } }));
    const watch = w.start();
    await w.afterProbes(1);
    expect(processesWith(mark)).toHaveLength(1);
    w.settings = { ...w.settings, healthChecks: new Map() };
    await watch.refresh();
    expect(await processesLeft(mark)).toEqual([]);
    w.settings = { ...w.settings, healthChecks: new Map([['server', check]]) };
    await watch.refresh();
    await w.clock.advance(30_000);
    await w.afterProbes(2);
    expect(processesWith(mark)).toHaveLength(1);
    await watch.stop();
    expect(await processesLeft(mark)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { connect } from '../connect.ts';
import { rulesOf, scripted, withScripted } from '../testing/scripted-server.ts';
import type { HarnessError } from '../../errors.ts';
import type { Revision, Session } from '../types.ts';

/** Answers as a server of the stateless era does. */
const stateless = `
const modern = (message, result) => reply(message, { resultType: 'complete', ttlMs: 0, cacheScope: 'public', ...result });
const discovered = (message) => modern(message, {
  supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, instructions: 'Use it.',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern', version: '2' } },
});
on['server/discover'] = discovered;
on['tools/list'] = (message) => modern(message, { tools: [] });
const noHandshake = (message) => fail(message, -32022, 'Unsupported', { supported: ['2026-07-28'], requested: '2025-11-25' });
on.initialize = noHandshake;
`;

const requests = ({ frames }: Session): readonly unknown[] =>
  frames
    .filter(({ direction }) => direction === 'sent')
    .map(({ text }) => (JSON.parse(text) as { method: unknown }).method);

const failureOf = async (promise: Promise<unknown>): Promise<HarnessError> =>
  promise.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error as HarnessError,
  );

describe('latest', () => {
  it('is the stateless era with a server that has it', async () => {
    await withScripted(stateless, async (session) => {
      expect(session.info).toMatchObject({
        protocolVersion: '2026-07-28',
        serverInfo: { name: 'modern', version: '2' },
        capabilities: { tools: {} },
        instructions: 'Use it.',
      });
      expect(await session.listAll('tools/list')).toEqual([]);
      expect(requests(session)).toEqual(['server/discover', 'tools/list']);
      expect(rulesOf(session)).toEqual([]);
    });
  });

  it.each([
    ['-32601', "fail(m, -32601, 'Method not found')"],
    ['-32602', "fail(m, -32602, 'Invalid request parameters', '')"],
    ['-32600', "fail(m, -32600, 'Not initialized')"],
    ['0', "fail(m, 0, 'Received request before initialization was complete')"],
    ['-32022 without the versions it speaks', "fail(m, -32022, 'What?')"],
    ['an empty result', 'reply(m, {})'],
    ['another result', 'reply(m, { supportedVersions: 5 })'],
    ['text that is no JSON', `write('{"jsonrpc":"2.0","id":' + m.id + ',"error"' + String.fromCharCode(10))`],
  ])('falls back to initialize on %s', async (_what, act) => {
    await withScripted(`on['server/discover'] = (m) => { ${act}; };`, async (session) => {
      expect(session.info.protocolVersion).toBe('2025-11-25');
      expect(requests(session)).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
      expect((await session.exchange('ping')).result).toEqual({});
    });
  });

  it('opens another process for a server that ends on the question, and does not ask it again', async () => {
    const script = `on['server/discover'] = () => process.exit(3); /* ${Math.random()} */`;
    for (let start = 0; start < 2; start += 1) {
      await withScripted(script, async (session) => {
        expect(session.info.protocolVersion).toBe('2025-11-25');
        expect(requests(session)).toEqual(['initialize', 'notifications/initialized']);
        expect(rulesOf(session)).toEqual([]);
      });
    }
  });

  it('opens another process for a server that answers the question, and ends', async () => {
    const script = `on['server/discover'] = (m) => { fail(m, -32602, 'no'); process.exitCode = 1; process.stdin.destroy(); };`;
    await withScripted(script, async (session) => {
      expect(session.info.protocolVersion).toBe('2025-11-25');
    });
  });

  it('sends initialize as well when the question is not answered, and does not ask again', async () => {
    const script = `delete on['server/discover']; /* ${Math.random()} */`;
    await withScripted(script, async (session) => {
      expect(session.info.protocolVersion).toBe('2025-11-25');
      expect(session.info.startupMs).toBeLessThan(6000);
      expect(requests(session)).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
      expect((await session.exchange('ping')).result).toEqual({});
      expect(rulesOf(session)).toEqual([]);
    });
    await withScripted(script, async (session) => {
      expect(requests(session)[0]).toBe('initialize');
    });
  });

  it('is the stateless era all the same with a server that is slow to answer', async () => {
    const slow = `${stateless} on['server/discover'] = (m) => setTimeout(discovered, 3300, m);`;
    await withScripted(slow, async (session) => {
      expect(session.info.protocolVersion).toBe('2026-07-28');
    });
    const refusing = `${slow} on.initialize = (m) => setTimeout(noHandshake, 100, m);`;
    await withScripted(refusing, async (session) => {
      expect(session.info.protocolVersion).toBe('2026-07-28');
    });
  });

  it.each<[string, readonly string[], string]>([
    ['the newest that the server names', ['2024-11-05', '2025-06-18'], '2025-06-18'],
    ['none that we do not speak', ['2031-01-01', '2025-11-25'], '2025-11-25'],
  ])('is %s when it refuses ours', async (_what, supported, spoken) => {
    const script = `on['server/discover'] = (m) => fail(m, -32022, 'Unsupported', { supported: ${JSON.stringify(supported)}, requested: 'x' });`;
    await withScripted(script, async (session) => expect(session.info.protocolVersion).toBe(spoken));
  });

  it('fails when the server speaks nothing that we speak', async () => {
    const script = `on['server/discover'] = (m) => reply(m, { supportedVersions: ['2031-01-01'], capabilities: {} });`;
    const error = await failureOf(connect(scripted(script)));
    expect(error.code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
    expect(error.message).toContain('it speaks 2031-01-01');
  });

  it('asks once more a server that refuses what it says it speaks', async () => {
    const script = `${stateless} let asked = 0;
      on['server/discover'] = (m) => (asked++ === 0 ? noHandshake : discovered)(m);`;
    await withScripted(script, async (session) => {
      expect(requests(session)).toEqual(['server/discover', 'server/discover']);
      expect(session.info.protocolVersion).toBe('2026-07-28');
    });
  });

  it('does not fall back when the server refuses the question as one of its era', async () => {
    const script = `on['server/discover'] = (m) => fail(m, -32021, 'Roots, please', { requiredCapabilities: { roots: {} } });`;
    expect((await failureOf(connect(scripted(script)))).code).toBe('PROTOCOL_ERROR_ANSWER');
  });

  it('is not what a server repeats that knows no handshake in it', async () => {
    const script = `on.initialize = (m) => reply(m, { protocolVersion: '2026-07-28', capabilities: {}, serverInfo: { name: 'echo', version: '1' } });`;
    expect((await failureOf(connect(scripted(script)))).code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
  });
});

describe('2026-07-28, pinned', () => {
  const pinned = { protocolVersion: '2026-07-28' } as const;

  it('is taken without a handshake', async () => {
    await withScripted(
      stateless,
      async (session) => {
        await session.listAll('tools/list');
        expect(requests(session)).toEqual(['server/discover', 'tools/list']);
        expect(rulesOf(session)).toEqual([]);
      },
      pinned,
    );
  });

  it.each([
    ['by an error', "fail(m, -32601, 'Method not found')"],
    ['by the versions it speaks', "fail(m, -32022, 'no', { supported: ['2025-11-25'], requested: 'x' })"],
    ['by leaving it out', "reply(m, { supportedVersions: ['2025-11-25'], capabilities: {} })"],
    ['by an answer that is none', 'reply(m, {})'],
  ])('is refused %s', async (_how, act) => {
    const script = `on['server/discover'] = (m) => ${act};`;
    const error = await failureOf(connect(scripted(script, pinned)));
    expect(error.code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
    expect(error.hint).toContain('latest');
  });

  it('is not asked for in another process', async () => {
    const error = await failureOf(
      connect(scripted(`on['server/discover'] = () => process.exit(3);`, pinned)),
    );
    expect(error.code).toBe('TARGET_EXITED');
  });
});

describe('an older revision, pinned', () => {
  it.each<Revision>(['2024-11-05', '2025-11-25'])('%s is never asked about', async (protocolVersion) => {
    await withScripted(
      '',
      async (session) => {
        expect(requests(session)).toEqual(['initialize', 'notifications/initialized']);
      },
      { protocolVersion },
    );
  });
});

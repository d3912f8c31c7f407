import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isHarnessError, type HarnessError } from '../errors.ts';
import manifest from '../../package.json' with { type: 'json' };
import { harnessClientInfo } from './client-info.ts';
import { connect } from './connect.ts';
import { rulesOf, scripted, withScripted } from './testing/scripted-server.ts';
import { revisionStrategy } from './revisions/index.ts';
import { supportedRevisions, type Session } from './types.ts';

async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  return error;
}

const everything = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

describe('with server-everything over stdio', () => {
  let session: Session;

  beforeAll(async () => {
    session = await connect({
      name: 'everything',
      command: process.execPath,
      args: [everything, 'stdio'],
      env,
      client: {
        roots: [{ uri: 'file:///workspace', name: 'Workspace' }],
        sampling: [{ pattern: 'never', text: 'wrong' }, { text: 'a canned thought' }],
        elicitation: [{ action: 'accept', content: { name: 'Ada', check: true } }],
      },
    });
  });
  afterAll(() => session.close());

  it('agrees on the newest revision', () => {
    expect(session.info).toMatchObject({
      protocolVersion: '2025-11-25',
      serverInfo: { name: expect.stringContaining('everything') },
      capabilities: { tools: expect.any(Object), logging: expect.any(Object) },
      instructions: expect.any(String),
    });
    expect(session.info.startupMs).toBeGreaterThan(0);
  });

  it('lists and calls tools', async () => {
    const tools = await session.listAll<{ name: string }>('tools/list');
    expect(tools.map(({ name }) => name)).toContain('echo');
    expect(await session.callTool('echo', { message: 'hello' })).toEqual({
      content: [{ type: 'text', text: 'Echo: hello' }],
    });
  });

  it('lists all pages of resources, and prompts and templates', async () => {
    expect((await session.listAll('resources/list')).length).toBeGreaterThan(3);
    expect((await session.listAll('resources/templates/list')).length).toBeGreaterThan(0);
    expect((await session.listAll('prompts/list')).length).toBeGreaterThan(0);
  });

  it('receives the progress of a long call', async () => {
    const call = await session.exchange('tools/call', {
      name: 'trigger-long-running-operation',
      arguments: { duration: 0.4, steps: 4 },
    });
    const progress = call.notifications.filter(({ method }) => method === 'notifications/progress');
    expect(progress.length).toBeGreaterThanOrEqual(4);
    expect(progress.map(({ params }) => params?.['progressToken'])).toEqual(progress.map(() => call.id));
  });

  it('answers sampling, elicitation and roots while a call is under way', async () => {
    const text = async (name: string, args = {}): Promise<string> =>
      JSON.stringify(await session.callTool(name, args));
    expect(await text('trigger-sampling-request', { prompt: 'think', maxTokens: 10 })).toContain(
      'a canned thought',
    );
    expect(await text('trigger-elicitation-request')).toContain('Ada');
    expect(await text('get-roots-list')).toContain('file:///workspace');
  });

  it('receives updates of a resource that it subscribes to', async () => {
    const [resource] = await session.listAll<{ uri: string }>('resources/list');
    const uri = resource?.uri ?? '';
    await session.request('resources/subscribe', { uri });
    const update = session.waitForNotification('notifications/resources/updated', { timeoutMs: 15_000 });
    await session.callTool('toggle-subscriber-updates');
    expect((await update).params).toMatchObject({ uri });
    await session.callTool('toggle-subscriber-updates');
    await session.request('resources/unsubscribe', { uri });
  });

  it('receives log messages of the level that it sets', async () => {
    await session.request('logging/setLevel', { level: 'debug' });
    const message = session.waitForNotification('notifications/message', { timeoutMs: 15_000 });
    await session.callTool('toggle-simulated-logging');
    expect((await message).params).toMatchObject({ level: expect.any(String) });
    await session.callTool('toggle-simulated-logging');
  });

  it('completes arguments', async () => {
    const ref = { type: 'ref/prompt', name: 'completable-prompt' };
    const result = await session.request('completion/complete', {
      ref,
      argument: { name: 'department', value: 'E' },
    });
    expect(result).toMatchObject({ completion: { values: ['Engineering'] } });
  });

  it('takes an unknown tool as data', async () => {
    const { result, error } = await session.exchange('tools/call', { name: 'no-such-tool' });
    expect(result ?? error).toBeDefined();
  });

  it('sends raw bytes and collects the answer', async () => {
    const [frame] = await session.sendRaw('{"jsonrpc":"2.0","id":"raw-1","method":"ping"}');
    expect(JSON.parse(frame?.text ?? '')).toEqual({ jsonrpc: '2.0', id: 'raw-1', result: {} });
  });

  it('has seen no fault in all this', () => {
    expect(rulesOf(session)).toEqual([]);
  });
});

const handshakeRevisions = supportedRevisions.filter(
  (revision) => revisionStrategy(revision).era === 'handshake',
);

describe('every revision that has a handshake', () => {
  it.each(handshakeRevisions)('%s is spoken with a real server without a fault', async (protocolVersion) => {
    const session = await connect({
      name: 'everything',
      command: process.execPath,
      args: [everything, 'stdio'],
      env,
      protocolVersion,
    });
    try {
      expect(session.info.protocolVersion).toBe(protocolVersion);
      expect((await session.listAll('tools/list')).length).toBeGreaterThan(5);
      await session.listAll('resources/list');
      await session.listAll('prompts/list');
      await session.callTool('get-tiny-image');
      await session.callTool('get-resource-reference', { resourceId: 1 });
      await session.request('prompts/get', { name: 'simple-prompt' });
      expect(rulesOf(session)).toEqual([]);
    } finally {
      await session.close();
    }
  });
});

describe('the handshake', () => {
  it.each(handshakeRevisions)('agrees on %s when that is pinned', async (protocolVersion) => {
    await withScripted(
      '',
      async (session) => {
        expect(session.info.protocolVersion).toBe(protocolVersion);
        await session.exchange('ping');
        expect(rulesOf(session)).toEqual([]);
      },
      { protocolVersion },
    );
  });

  const answering = (version: string): string => `
    on.initialize = (message) => reply(message, {
      protocolVersion: ${JSON.stringify(version)}, capabilities: {}, serverInfo: { name: 'old', version: '1' } });`;

  it('takes an older revision that the server prefers', async () => {
    await withScripted(answering('2024-11-05'), async (session) => {
      expect(session.info.protocolVersion).toBe('2024-11-05');
    });
  });

  it('refuses another revision than the pinned one', async () => {
    const error = await failureOf(
      connect(scripted(answering('2025-03-26'), { protocolVersion: '2025-06-18' })),
    );
    expect(error.code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
    expect(error.message).toBe(
      'the server was asked for protocol revision 2025-06-18 and answered with 2025-03-26',
    );
    expect(error.hint).toContain('2025-03-26');
  });

  it('refuses a revision that it does not know, naming what it speaks', async () => {
    const error = await failureOf(connect(scripted(answering('2023-01-01'))));
    expect(error.code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
    expect(error.message).toContain('"2023-01-01"');
    for (const revision of supportedRevisions) expect(error.message).toContain(revision);
  });

  it('names the versions of a server that refuses by an error', async () => {
    const script = `on.initialize = ({ id }) => send({ jsonrpc: '2.0', id, error: {
      code: -32602, message: 'Unsupported protocol version', data: { supported: ['2023-01-01'] } } });`;
    const error = await failureOf(connect(scripted(script)));
    expect(error.code).toBe('PROTOCOL_VERSION_UNSUPPORTED');
    expect(error.hint).toContain('It speaks 2023-01-01');
  });

  it('reports faults of the answer and goes on', async () => {
    const script = `on.initialize = (message) => reply(message, { protocolVersion: '2025-06-18', capabilities: [] });`;
    await withScripted(script, async (session) => {
      expect(session.info.protocolVersion).toBe('2025-06-18');
      expect(rulesOf(session)).toEqual(['schema.initialize']);
      await session.exchange('ping');
    });
  });

  it('fails when the answer names no version', async () => {
    const error = await failureOf(connect(scripted('on.initialize = (message) => reply(message, {});')));
    expect(error.code).toBe('PROTOCOL_MALFORMED_ANSWER');
  });

  it('notices what the server sends too early', async () => {
    const script = `
      send({ jsonrpc: '2.0', id: 'early', method: 'roots/list' });
      note('notifications/tools/list_changed');`;
    await withScripted(
      script,
      async (session) => {
        expect(rulesOf(session)).toEqual(['lifecycle.early-notification', 'lifecycle.early-request']);
      },
      { client: { roots: [] } },
    );
  });

  it('can be left to the test, and is then adopted', async () => {
    await withScripted(
      '',
      async (session) => {
        expect(session.frames).toEqual([]);
        const answer = await session.exchange('initialize', {
          protocolVersion: '2025-03-26',
          capabilities: {},
          clientInfo: { name: 'test', version: '1' },
        });
        expect(answer.malformed).toEqual([]);
        expect(session.info.protocolVersion).toBe('2025-03-26');
      },
      { handshake: false },
    );
  });

  it('declares what the client behaviour covers, and names the harness', async () => {
    await withScripted(
      '',
      async (session) => {
        const frame = session.frames.find(({ text }) => text.includes('"initialize"'));
        const { params } = JSON.parse(frame?.text ?? '') as { params: unknown };
        expect(params).toEqual({
          protocolVersion: '2025-11-25',
          capabilities: { roots: {}, elicitation: { form: {}, url: {} } },
          clientInfo: { name: 'mcp-test-harness', version: manifest.version },
        });
        expect(harnessClientInfo.version).toBe(manifest.version);
      },
      { client: { roots: [], elicitation: [{ action: 'cancel' }] } },
    );
  });
});

describe('a server that does not work', () => {
  it('exits before initialize: the error names code and last words', async () => {
    const error = await failureOf(
      connect(
        scripted(`console.error('warming up'); console.error('fatal: API_KEY is not set'); process.exit(3);`),
      ),
    );
    expect(error.code).toBe('TARGET_EXITED');
    expect(error.message).toMatch(/^the server exited with code 3 before /);
    expect(error.message).toContain('fatal: API_KEY is not set');
    expect(error.details).toMatchObject({
      exitCode: 3,
      signal: null,
      stderrTail: expect.stringContaining('warming up'),
    });
  });

  it('exits before initialize and speaks on stdout only', async () => {
    const error = await failureOf(
      connect(
        scripted(`write('usage: server [options]\\n', ); process.exitCode = 2; process.stdin.destroy();`),
      ),
    );
    expect(error.message).toContain('exited with code 2');
    expect(error.message).toContain('usage: server [options]');
  });

  it('does not exist: not started, with a hint', async () => {
    const error = await failureOf(connect({ command: 'no-such-command-anywhere', env }));
    expect(error.code).toBe('TARGET_NOT_STARTED');
    expect(error.message).toContain('no-such-command-anywhere');
    expect(error.hint).toBeTruthy();
  });

  it('never answers initialize', async () => {
    const error = await failureOf(
      connect(
        scripted('on.initialize = () => {};', { startupTimeoutMs: 400, protocolVersion: '2025-11-25' }),
      ),
    );
    expect(error.code).toBe('TARGET_NOT_READY');
    expect(error.message).toBe(
      'scripted was not ready within 400 ms: initialize was not answered; nothing came',
    );
    expect(error.hint).toContain('startup_timeout_seconds');
  });

  it('crashes in a call: reported at once, as a crash', async () => {
    await withScripted(
      `on['tools/call'] = () => { console.error('TypeError: x is undefined'); process.exit(70); };`,
      async (session) => {
        const error = await failureOf(session.callTool('x'));
        expect(error.code).toBe('TARGET_EXITED');
        expect(error.message).toContain('exited with code 70 before answering tools/call');
        expect(error.message).toContain('TypeError: x is undefined');
        expect(error.details?.['exchange']).toMatchObject({ method: 'tools/call' });
        expect(session.alive).toBe(false);
        expect((await failureOf(session.exchange('ping'))).code).toBe('TARGET_EXITED');
      },
    );
  });

  it('is killed by a signal, which is named', async () => {
    await withScripted(`on['tools/call'] = () => process.kill(process.pid, 'SIGSEGV');`, async (session) => {
      expect((await failureOf(session.callTool('x'))).message).toContain('was ended by SIGSEGV');
    });
  });

  it('closes its stdout and lives on', async () => {
    const script = `on['tools/call'] = () => { require('fs').closeSync(1); setInterval(() => {}, 1000); };`;
    await withScripted(script, async (session) => {
      const error = await failureOf(session.callTool('x'));
      expect(error.code).toBe('TARGET_EXITED');
      expect(error.message).toContain('closed its stdout (it still runs)');
    });
  });

  it('answers without a last newline as it ends', async () => {
    const script = `on['tools/call'] = (message) => {
      write(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { content: [] } })); process.stdin.destroy(); };`;
    await withScripted(script, async (session) => {
      expect((await session.exchange('tools/call', { name: 'x' })).result).toEqual({ content: [] });
      expect(rulesOf(session)).toEqual(['stdio.unterminated-message']);
    });
  });

  it('leaves the caller free to stop waiting', async () => {
    const controller = new AbortController();
    const opening = connect(scripted('on.initialize = () => {};', { signal: controller.signal }));
    setTimeout(() => controller.abort(), 300);
    expect((await failureOf(opening)).code).toBe('CANCELLED');
  });
});

describe('a server that misbehaves', () => {
  it('floods 100,000 notifications: the answer behind them is in time, memory bounded', async () => {
    const script = `on['tools/call'] = (message) => {
      let text = '';
      for (let i = 0; i < 100000; i += 1) {
        text += '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"' + i + '"}}\\n';
        if (text.length > 60000) { write(text); text = ''; }
      }
      write(text); reply(message, { content: [] }); };`;
    await withScripted(script, async (session) => {
      let ticks = 0;
      const ticker = setInterval(() => {
        ticks += 1;
      }, 5);
      const answer = await session.exchange('tools/call', { name: 'x' }, { timeoutMs: 30_000 });
      clearInterval(ticker);
      expect(answer.notifications.length).toBeLessThanOrEqual(20_000);
      expect(answer.notifications.at(-1)?.params?.['data']).toBe('99999');
      expect(session.frames.length).toBeLessThanOrEqual(2000);
      expect(ticks).toBeGreaterThan(2);
      expect(session.findings).toMatchObject([{ rule: 'capability.logging-undeclared', count: 100_000 }]);
    });
  });

  it('answers 64 MiB: an error that names the limit, and the session works on', async () => {
    const script = `on['tools/call'] = (message) => reply(message, { content: [{ type: 'text', text: 'x'.repeat(64 * 1024 * 1024) }] });`;
    await withScripted(script, async (session) => {
      const error = await failureOf(session.exchange('tools/call', { name: 'x' }, { timeoutMs: 30_000 }));
      expect(error.code).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
      await session.exchange('ping');
      expect(rulesOf(session)).toEqual(['jsonrpc.too-large']);
    });
  });

  it('answers 20 MiB, within the limit', async () => {
    const script = `on['tools/call'] = (message) => reply(message, { content: [{ type: 'text', text: 'x'.repeat(20 * 1024 * 1024) }] });`;
    await withScripted(script, async (session) => {
      const result = await session.callTool('x', {}, { timeoutMs: 30_000 });
      expect((result.content[0] as unknown as { text: string }).text.length).toBe(20 * 1024 * 1024);
      expect(session.frames.at(-1)).toMatchObject({ truncated: true });
    });
  });

  it('drips one byte every 5 ms', async () => {
    const script = `on['tools/call'] = (message) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { content: [] } }) + '\\n';
      let i = 0; const timer = setInterval(() => { write(text[i++]); if (i === text.length) clearInterval(timer); }, 5); };`;
    await withScripted(script, async (session) => {
      const answer = await session.exchange('tools/call', { name: 'x' });
      expect(answer.malformed).toEqual([]);
      expect(answer.durationMs).toBeGreaterThan(100);
    });
  });

  it('asks without reading: its requests are left unanswered rather than piled up', async () => {
    const script = `on['tools/call'] = (message) => {
      process.stdin.pause();
      const uri = 'x'.repeat(20);
      let text = '';
      for (let i = 0; i < 60000; i += 1) text += '{"jsonrpc":"2.0","id":"' + i + '","method":"roots/list"}\\n';
      write(text); reply(message, { content: [] }); };`;
    await withScripted(
      script,
      async (session) => {
        await session.exchange('tools/call', { name: 'x' }, { timeoutMs: 30_000 });
        expect(rulesOf(session)).toContain('request.flood');
      },
      {
        client: { roots: Array.from({ length: 20 }, (_, index) => ({ uri: `file:///${index}` })) },
        shutdownTimeoutMs: 1000,
      },
    );
  });

  it('gives the same cursor again and again', async () => {
    const script = `on['tools/list'] = (message) => reply(message, {
      tools: [{ name: 'a', inputSchema: { type: 'object' } }], nextCursor: 'same' });`;
    await withScripted(script, async (session) => {
      expect(await session.listAll('tools/list')).toHaveLength(2);
      expect(rulesOf(session)).toEqual(['pagination.repeated-cursor']);
    });
  });

  it('prints log lines between its messages', async () => {
    const script = `on['tools/call'] = (message) => { console.log('handling'); reply(message, { content: [] }); console.log('done'); };`;
    await withScripted(script, async (session) => {
      expect((await session.exchange('tools/call', { name: 'x' })).malformed).toEqual([]);
      await session.exchange('ping');
      expect(session.findings).toMatchObject([{ rule: 'stdio.noise', count: 2, sample: 'handling' }]);
    });
  });
});

describe('many requests in flight', () => {
  it('each get their own answer', async () => {
    const script = `on['tools/call'] = (message) => setTimeout(
      () => reply(message, { content: [{ type: 'text', text: message.params.name }] }), Math.random() * 20);`;
    await withScripted(script, async (session) => {
      const names = Array.from({ length: 500 }, (_, index) => `tool ü ${index}`);
      const results = await Promise.all(names.map((name) => session.callTool(name)));
      expect(results.map(({ content }) => content[0]?.['text'])).toEqual(names);
      expect(rulesOf(session)).toEqual([]);
    });
  });
});

describe('close', () => {
  it('tells how the server went, and is idempotent', async () => {
    const session = await connect(scripted(''));
    const [first, second] = await Promise.all([session.close(), session.close()]);
    expect(first).toBe(second);
    expect(first.shutdown).toMatchObject({ step: 'stdin-closed', exitCode: 0, signal: null, leftovers: [] });
    expect(first.process.pid).toBeGreaterThan(0);
    await sleep(10);
    expect(session.alive).toBe(false);
  });

  it('follows the signal of the session', async () => {
    const controller = new AbortController();
    const session = await connect(scripted('', { signal: controller.signal }));
    controller.abort();
    expect((await session.close()).shutdown?.step).toBe('stdin-closed');
  });
});

import { connect, supportedRevisions } from '@mcp-test-harness/core';
import type { JsonObject, Session, SessionOptions } from '@mcp-test-harness/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from './support/free-port.ts';

const { resolve: locate } = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
writeFileSync(join(folder, 'poem.txt'), 'The first line.\n');
afterAll(() => rmSync(folder, { recursive: true }));

interface RealServer {
  readonly args: readonly string[];
  /** A call whose answer is known. */
  readonly call: readonly [tool: string, args: JsonObject];
  readonly text: string | RegExp;
}

const servers: Readonly<Record<string, RealServer>> = {
  'server-everything': {
    args: [entryOf('@modelcontextprotocol/server-everything'), 'stdio'],
    call: ['echo', { message: 'hello' }],
    text: 'Echo: hello',
  },
  'server-filesystem': {
    args: [entryOf('@modelcontextprotocol/server-filesystem'), folder],
    call: ['read_text_file', { path: join(folder, 'poem.txt') }],
    text: 'The first line.\n',
  },
  'server-memory': {
    args: [entryOf('@modelcontextprotocol/server-memory')],
    call: ['search_nodes', { query: 'nothing' }],
    text: /"entities": \[\]/,
  },
  'a server on SDK v1': {
    args: [resolve(import.meta.dirname, 'fixtures/servers/sdk-v1.mjs')],
    call: ['add', { a: 2, b: 3 }],
    text: '5',
  },
  'a server on SDK v2': {
    args: [resolve(import.meta.dirname, 'fixtures/servers/sdk-v2.mjs')],
    call: ['add', { a: 2, b: 3 }],
    text: '5',
  },
};

function entryOf(name: string): string {
  return join(dirname(locate(`${name}/package.json`)), 'dist/index.js');
}

const handshakeRevisions = supportedRevisions.filter((revision) => revision !== '2026-07-28');
const rows = Object.entries(servers).flatMap(([name, server]) =>
  handshakeRevisions.map((revision) => [name, revision, server] as const),
);

describe.concurrent('a real server', () => {
  it.each(rows)('%s speaks %s without a fault, and ends when asked', async (name, revision, server) => {
    const session = await connect({
      name,
      command: process.execPath,
      args: server.args,
      env: { PATH: process.env['PATH'], MEMORY_FILE_PATH: join(folder, `${revision}.jsonl`) },
      protocolVersion: revision,
    });
    try {
      expect(session.info.protocolVersion).toBe(revision);
      await listEverything(session);
      const { content, isError } = await session.callTool(...server.call);
      expect(isError ?? false).toBe(false);
      expect(content[0]?.['text']).toEqual(
        typeof server.text === 'string' ? server.text : expect.stringMatching(server.text),
      );
      const unknown = await session.exchange('no/such/method');
      expect(unknown.error?.code).toBe(-32601);
    } finally {
      const { shutdown } = await session.close();
      expect(shutdown).toMatchObject({ leftovers: [] });
    }
    expect(session.findings).toEqual([]);
  });
});

async function listEverything(session: Session): Promise<void> {
  const { capabilities } = session.info;
  expect((await session.listAll('tools/list')).length).toBeGreaterThan(0);
  if (capabilities['resources'] !== undefined) await session.listAll('resources/list');
  if (capabilities['prompts'] !== undefined) await session.listAll('prompts/list');
}

const bothEras = resolve(import.meta.dirname, 'fixtures/servers/sdk-v2-both.mjs');

async function optionsFor(
  transport: 'stdio' | 'http',
  protocolVersion: SessionOptions['protocolVersion'],
): Promise<SessionOptions> {
  const server = { command: process.execPath, args: [bothEras] };
  const env = { PATH: process.env['PATH'] };
  const common = {
    name: `both eras over ${transport}`,
    protocolVersion,
    client: {
      elicitation: [{ action: 'accept', content: { name: 'Ada' } }],
      sampling: [{ text: 'so what' }],
    },
  } as const;
  if (transport === 'stdio') return { ...common, ...server, env };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  return { ...common, transport, url, start: { ...server, env: { ...env, PORT: String(port) } } };
}

describe.concurrent('a server that speaks both eras', () => {
  const eras = [
    ['2025-11-25', '2025-11-25'],
    ['2026-07-28', '2026-07-28'],
    ['latest', '2026-07-28'],
  ] as const;
  const ways = (['stdio', 'http'] as const).flatMap((transport) =>
    eras.map(([asked, spoken]) => [transport, asked, spoken] as const),
  );

  it.each(ways)('passes the same calls over %s, asked for %s', async (transport, asked, spoken) => {
    const session = await connect(await optionsFor(transport, asked));
    try {
      expect(session.info).toMatchObject({
        protocolVersion: spoken,
        serverInfo: { name: 'sdk-v2-both', version: '1.0.0' },
        instructions: 'Add numbers.',
      });
      await listEverything(session);
      const sum = await session.callTool('add', { a: 2, b: 3 });
      expect([sum.content[0]?.['text'], sum.structuredContent]).toEqual(['5', { sum: 5 }]);
      // The server asks back: by a request of its own, or in a result.
      expect((await session.callTool('greet')).content[0]?.['text']).toBe('Hello, Ada!');
      expect((await session.callTool('think')).content[0]?.['text']).toBe('I think: so what');
      const count = await session.exchange('tools/call', { name: 'count' });
      expect(count.notifications.map(({ params }) => params?.['progress'])).toEqual([1, 2, 3]);
      const subscribed = await session.exchange('resources/subscribe', { uri: 'notes://today' });
      expect([subscribed.error, subscribed.malformed]).toEqual([undefined, []]);
      const seen: string[] = [];
      const stop = session.onNotification(({ method }) => void seen.push(method));
      await session.callTool('change');
      await expect
        .poll(() => [...seen].sort())
        .toEqual(['notifications/resources/updated', 'notifications/tools/list_changed']);
      stop();
      const changed = session.waitForNotification('notifications/tools/list_changed');
      await session.callTool('change');
      await changed;
      await session.exchange('resources/unsubscribe', { uri: 'notes://today' });
      const read = await session.request<JsonObject>('resources/read', { uri: 'notes://today' });
      expect(read['contents']).toMatchObject([{ text: 'Nothing yet.' }]);
      const unknown = await session.exchange('no/such/method');
      expect(unknown.error?.code).toBe(-32601);
    } finally {
      const { shutdown } = await session.close();
      expect(shutdown).toMatchObject({ leftovers: [] });
    }
    expect(session.findings).toEqual([]);
  });

  it('of which one cannot be had when the server has only the other', async () => {
    const [server] = Object.values(servers);
    const error: unknown = await connect({
      command: process.execPath,
      args: server?.args ?? [],
      env: { PATH: process.env['PATH'] },
      protocolVersion: '2026-07-28',
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PROTOCOL_VERSION_UNSUPPORTED' });
  });
});

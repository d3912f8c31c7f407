import { connect, supportedRevisions } from '@mcp-test-harness/core';
import type { JsonObject, Session } from '@mcp-test-harness/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

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

const rows = Object.entries(servers).flatMap(([name, server]) =>
  supportedRevisions.map((revision) => [name, revision, server] as const),
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

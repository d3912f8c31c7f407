import { connect } from '@mcp-test-harness/core';
import { createRequire } from 'node:module';

const server = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);

describe('server-everything', () => {
  /** @type {import('@mcp-test-harness/core').Session} */
  let mcp;
  beforeAll(async () => {
    mcp = await connect({ command: process.execPath, args: [server, 'stdio'], env: process.env });
  }, 30_000);
  afterAll(() => mcp.close());

  test('calls a tool', async () => {
    const { content } = await mcp.callTool('echo', { message: 'hello' });
    expect(content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
  });

  test('takes a tool error as a result', async () => {
    await expect(mcp.callTool('echo', {})).resolves.toMatchObject({ isError: true });
  });

  test('throws an error answer', async () => {
    await expect(mcp.request('no/such/method')).rejects.toMatchObject({
      code: 'PROTOCOL_ERROR_ANSWER',
      details: { error: { code: -32601 } },
    });
  });

  test('keeps to the protocol', () => {
    expect(mcp.findings).toEqual([]);
  });
});

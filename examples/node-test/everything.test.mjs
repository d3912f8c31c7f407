import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, exchangeOf } from '@mcp-test-harness/core';

const server = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));

describe('server-everything, through the library', () => {
  /** @type {import('@mcp-test-harness/core').Session} */
  let mcp;
  before(async () => {
    mcp = await connect({ command: process.execPath, args: [server, 'stdio'], env: process.env });
  });
  after(() => mcp.close());

  it('agrees on a protocol revision', () => {
    assert.match(mcp.info.protocolVersion, /^\d{4}-\d{2}-\d{2}$/);
  });

  it('calls a tool', async () => {
    const result = await mcp.callTool('echo', { message: 'hello' });
    assert.deepEqual(result.content, [{ type: 'text', text: 'Echo: hello' }]);
    assert.ok(exchangeOf(result).durationMs > 0);
  });

  it('knows tools, resources and prompts', async () => {
    const tools = await mcp.listTools();
    assert.ok(tools.some(({ name }) => name === 'echo'));
    const [resource] = await mcp.listResources();
    const { contents } = await mcp.readResource(resource.uri);
    assert.equal(contents[0].uri, resource.uri);
    const { messages } = await mcp.getPrompt('simple-prompt');
    assert.ok(messages.length > 0);
  });

  it('takes a tool error as a result, and an error answer as data of an exchange', async () => {
    const { isError } = await mcp.callTool('echo', {});
    assert.equal(isError, true);
    const { error } = await mcp.exchange('no/such/method');
    assert.equal(error.code, -32601);
  });

  it('shows every frame and every violation of the protocol', () => {
    assert.ok(
      mcp.frames.some(({ direction, text }) => direction === 'sent' && text.includes('"tools/call"')),
    );
    assert.deepEqual(mcp.findings, []);
  });
});

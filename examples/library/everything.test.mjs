import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '@mcp-test-harness/core';

const server = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));

describe('server-everything, through the library', () => {
  /** @type {import('@mcp-test-harness/core').Session} */
  let session;
  before(async () => {
    session = await connect({ command: process.execPath, args: [server, 'stdio'], env: process.env });
  });
  after(() => session.close());

  it('agrees on a protocol revision', () => {
    assert.match(session.info.protocolVersion, /^\d{4}-\d{2}-\d{2}$/);
  });

  it('calls a tool', async () => {
    const { content } = await session.callTool('echo', { message: 'hello' });
    assert.deepEqual(content, [{ type: 'text', text: 'Echo: hello' }]);
  });

  it('sees errors as data in an exchange', async () => {
    const { error, durationMs } = await session.exchange('no/such/method');
    assert.equal(error.code, -32601);
    assert.ok(durationMs > 0);
  });

  it('shows every frame and every violation of the protocol', () => {
    assert.ok(
      session.frames.some(({ direction, text }) => direction === 'sent' && text.includes('"tools/call"')),
    );
    assert.deepEqual(session.findings, []);
  });
});

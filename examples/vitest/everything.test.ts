import { mcpTest } from '@mcp-test-harness/vitest';
import { describe, expect } from 'vitest';

const test = mcpTest({ command: 'mcp-server-everything', args: ['stdio'] });

describe('server-everything', () => {
  test('echoes', async ({ mcp }) => {
    await expect(mcp.callTool('echo', { message: 'hello' })).toReturnText('Echo: hello');
  });

  test('refuses what is no message', async ({ mcp }) => {
    await expect(mcp.callTool('echo', { message: 5 })).toBeToolError(/expected string/);
  });

  test('keeps the promise of its schema', async ({ mcp }) => {
    await expect(mcp.callTool('get-structured-content', { location: 'Chicago' })).toMatchToolSchema(mcp);
  });

  test('answers soon', async ({ mcp }) => {
    const sum = () => mcp.callTool('get-sum', { a: 2, b: 3 });
    await expect(sum).toRespondWithin(10_000, { calls: 60, warmup: 5, percentile: 95 });
  });

  test('offers the tools that it did', async ({ mcp }) => {
    const tools = await mcp.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'get-sum']));
  });
});

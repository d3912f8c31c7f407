import { measureContextCost } from '@mcp-test-harness/core/audit';
import { connect, type SessionOptions } from '@mcp-test-harness/core';
import type { Score } from './types.ts';

/** How many tools a server lists and what they cost in tokens (o200k_base); null when they cannot be had. */
export async function measureTools(server: SessionOptions): Promise<Score['tools']> {
  try {
    const session = await connect(server);
    try {
      const tools = await session.listAll('tools/list');
      const { totalTokens } = await measureContextCost({
        instructions: undefined,
        tools,
        resources: [],
        resourceTemplates: [],
        prompts: [],
      });
      return { count: tools.length, tokens: totalTokens };
    } finally {
      await session.close();
    }
  } catch {
    return null;
  }
}

// A server of one tool, on version 1 of the SDK.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'dice', version: '1.0.0' });

server.registerTool(
  'roll_dice',
  {
    title: 'Roll dice',
    description: 'Rolls dice and gives the number that each shows.',
    inputSchema: {
      count: z.number().int().min(1).max(100).describe('How many dice'),
      sides: z.number().int().min(2).max(100).default(6).describe('Sides of each of them'),
    },
    annotations: { readOnlyHint: true },
  },
  ({ count, sides }) => {
    const rolls = Array.from({ length: count }, () => 1 + Math.floor(Math.random() * sides));
    return { content: [{ type: 'text', text: rolls.join(' ') }] };
  },
);

await server.connect(new StdioServerTransport());

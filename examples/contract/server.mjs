// A small MCP server whose contract is committed beside it.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'weather', version: '1.2.0' });

server.registerTool(
  'forecast',
  {
    title: 'Forecast',
    description: 'The weather of the next days at a place.',
    inputSchema: {
      place: z.string().describe('Name of a town'),
      units: z.enum(['metric', 'imperial']).optional().describe('Default: metric'),
      limit: z.number().int().min(1).max(14).optional().describe('How many days; default 3'),
    },
    outputSchema: { days: z.array(z.object({ day: z.number(), high: z.number() })) },
    annotations: { readOnlyHint: true },
  },
  ({ units = 'metric', limit = 3 }) => {
    const high = units === 'metric' ? 21 : 70;
    const structuredContent = { days: Array.from({ length: limit }, (_item, day) => ({ day, high })) };
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
  },
);

server.registerPrompt(
  'packing-list',
  { description: 'What to pack for a journey.', argsSchema: { place: z.string().describe('Where to') } },
  ({ place }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `What shall I pack for ${place}?` } }],
  }),
);

await server.connect(new StdioServerTransport());

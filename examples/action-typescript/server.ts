// A server of one tool and one resource, in TypeScript that Node.js runs as it is.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const metres = { m: 1, km: 1000, ft: 0.3048, mi: 1609.344 } as const;
const unit = z.enum(['m', 'km', 'ft', 'mi']);

function createServer(): McpServer {
  const server = new McpServer({ name: 'units', version: '1.0.0' });

  server.registerTool(
    'convert_length',
    {
      title: 'Convert a length',
      description: 'Converts a length from one unit to another.',
      inputSchema: z.object({
        value: z.number().describe('The length, in the unit `from`'),
        from: unit.describe('Unit of the value'),
        to: unit.describe('Unit of the answer'),
      }),
      outputSchema: z.object({ value: z.number().describe('The length, in the unit `to`') }),
      annotations: { readOnlyHint: true },
    },
    ({ value, from, to }) => {
      const structuredContent = { value: (value * metres[from]) / metres[to] };
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    },
  );

  server.registerResource(
    'units',
    'units://length',
    {
      title: 'Units of length',
      description: 'Units, and how many metres each has.',
      mimeType: 'application/json',
    },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify(metres) }] }),
  );
  return server;
}

serveStdio(createServer);

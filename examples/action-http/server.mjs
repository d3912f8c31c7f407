// A server over Streamable HTTP, on the port that PORT names.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const port = Number(process.env.PORT ?? 3000);

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'clock', version: '1.0.0' });
  server.registerTool(
    'time_in',
    {
      title: 'Time in a zone',
      description: 'Tells the time of day in a time zone.',
      inputSchema: z.object({ zone: z.string().describe('An IANA time zone, as Europe/Berlin') }),
      annotations: { readOnlyHint: true },
    },
    ({ zone }) => {
      try {
        const text = new Date().toLocaleTimeString('en-GB', { timeZone: zone });
        return { content: [{ type: 'text', text }] };
      } catch {
        return { content: [{ type: 'text', text: `There is no time zone ${zone}.` }], isError: true };
      }
    },
  );
  return server;
});

async function serve(incoming, outgoing) {
  // Only for requests to this machine by name, so that no page in a browser can reach it (DNS rebinding).
  const { host = '', origin } = incoming.headers;
  const isLocal = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);
  if (!isLocal || (origin !== undefined && origin !== `http://${host}`)) {
    outgoing.writeHead(403).end();
    return;
  }
  const request = new Request(`http://${host}${incoming.url}`, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ...(incoming.method === 'POST' && { body: Readable.toWeb(incoming), duplex: 'half' }),
  });
  const response = await handler.fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else Readable.fromWeb(response.body).pipe(outgoing);
}

createServer((incoming, outgoing) => void serve(incoming, outgoing)).listen(port, '127.0.0.1', () =>
  console.log(`listening on ${port}`),
);

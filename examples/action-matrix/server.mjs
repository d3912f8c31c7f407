// A server of one tool without any dependency: one JSON message a line.
import { createInterface } from 'node:readline';

const tool = {
  name: 'slugify',
  description: 'Makes a name for a URL of a title.',
  inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
  annotations: { readOnlyHint: true },
};
const answers = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'slugs', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { title } }) => ({
    content: [
      {
        type: 'text',
        text:
          title
            .toLowerCase()
            .match(/[\p{L}\p{N}]+/gu)
            ?.join('-') ?? '',
      },
    ],
  }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const answer = answers[method];
  const body = answer
    ? { result: answer(params) }
    : { error: { code: -32601, message: `unknown method ${method}` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
}

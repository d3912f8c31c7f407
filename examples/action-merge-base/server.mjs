// A server of one tool without any dependency: one JSON message a line. It needs what build.mjs writes.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const index = JSON.parse(readFileSync(new URL('dist/index.json', import.meta.url), 'utf8'));

const tool = {
  name: 'look_up',
  description: 'Lists the words that begin with a prefix, with what they mean.',
  inputSchema: { type: 'object', properties: { prefix: { type: 'string' } }, required: ['prefix'] },
  annotations: { readOnlyHint: true },
};
const answers = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'dictionary', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { prefix } }) => ({
    content: [{ type: 'text', text: index[prefix]?.join('\n') ?? 'No word begins so.' }],
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

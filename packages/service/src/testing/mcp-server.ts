import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A real MCP server on stdio in a few lines: `tools[name]` is called with the arguments and gives the text to answer with, or a promise
 * of it; `on[method]` answers a message otherwise; `reply(message, result)` and `fail(message, code, text)` speak.
 */
const prelude = `
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const reply = ({ id }, result) => send({ id, result });
const fail = ({ id }, code, message) => send({ id, error: { code, message } });
const tools = { echo: ({ text = 'echo' }) => text };
const on = {
  initialize: (message) => reply(message, {
    protocolVersion: message.params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'scripted', version: '1' },
  }),
  ping: (message) => reply(message, {}),
  'tools/list': (message) => reply(message, {
    tools: Object.keys(tools).map((name) => ({ name, description: name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } })),
  }),
  'tools/call': async (message) => {
    const text = await tools[message.params.name](message.params.arguments ?? {});
    reply(message, { content: [{ type: 'text', text: String(text) }] });
  },
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (on[message.method]) on[message.method](message);
  else if (message.id !== undefined) fail(message, -32601, 'Method not found');
}).on('close', () => process.exit(0));
`;

/** `server` of a configuration. */
export function scriptedServer(script = '', more: object = {}): object {
  return { command: process.execPath, args: ['-e', `${prelude}${script}`], ...more };
}

/** Processes whose environment holds this text, those that have ended and wait to be reaped not among them (Linux). */
export function processesWith(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readProc(pid, 'environ').includes(mark))
    .map(Number);
}

/** Those that still run after the deadline; returns as soon as there is none. */
export async function processesLeft(mark: string, deadlineMs = 10_000): Promise<readonly number[]> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = processesWith(mark);
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(50);
  }
}

/** Waits until something is there. */
export async function until<T>(look: () => T | undefined | false, deadlineMs = 20_000): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error('it did not come to pass');
    await sleep(10);
  }
}

export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

import { connect } from '../connect.ts';
import type { Session, StdioSessionOptions } from '../types.ts';

/**
 * A real server process in a few lines: `on[method]` answers a message, `reply(message, result)`, `send(object)` `fail(message, code, text)`
 * and `write(text)` speak. It knows `initialize` already, and that it does not know `server/discover`.
 */
const prelude = `
const write = (text) => process.stdout.write(text);
const send = (message) => write(JSON.stringify(message) + '\\n');
const reply = (message, result) => send({ jsonrpc: '2.0', id: message.id, result });
const fail = (message, code, text, data) =>
  send({ jsonrpc: '2.0', id: message.id, error: { code, message: text, data } });
const note = (method, params) => send({ jsonrpc: '2.0', method, params });
const capabilities = { tools: {} };
const on = {
  initialize: (message) => reply(message, {
    protocolVersion: message.params.protocolVersion, capabilities, serverInfo: { name: 'scripted', version: '1' },
  }),
  ping: (message) => reply(message, {}),
  // As a server of the handshake era answers what it does not know.
  'server/discover': (message) => fail(message, -32601, 'Method not found'),
};
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    let message;
    try { message = JSON.parse(line); } catch { on.invalid?.(line); continue; }
    (on[message.method] ?? on.other)?.(message);
  }
});
process.stdin.on('end', () => process.exit(0));
`;

/** Options that start a scripted server. */
export function scripted(script: string, options: Partial<StdioSessionOptions> = {}): StdioSessionOptions {
  return {
    name: 'scripted',
    command: process.execPath,
    args: ['-e', prelude + script],
    shutdownTimeoutMs: 4000,
    startupTimeoutMs: 15_000,
    requestTimeoutMs: 10_000,
    ...options,
  };
}

/** Opens a session with a scripted server, uses it, and closes it whatever happens. */
export async function withScripted<T>(
  script: string,
  use: (session: Session) => Promise<T>,
  options?: Partial<StdioSessionOptions>,
): Promise<T> {
  const session = await connect(scripted(script, options));
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Rules of what was found, sorted. */
export function rulesOf({ findings }: Pick<Session, 'findings'>): readonly string[] {
  return findings.map(({ rule }) => rule).sort();
}

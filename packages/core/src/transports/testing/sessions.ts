import { createServer, type AddressInfo, type Server } from 'node:net';
import { isHarnessError, type HarnessError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Session } from '../../protocol/types.ts';

/** The error that a promise must be rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  return error;
}

/** Rules that the server has broken so far. */
export const rulesOf = ({ findings }: Session): readonly string[] => findings.map(({ rule }) => rule).sort();

/** Rules that it had broken when the session could not be opened. */
export const rulesIn = ({ details }: HarnessError): readonly string[] =>
  ((details?.['findings'] ?? []) as Session['findings']).map(({ rule }) => rule);

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Listens on a free port of the loopback. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** A message as a server gets it. */
export type Message = JsonObject & { readonly id?: number; readonly method?: string };

export const okay: JsonObject = { content: [{ type: 'text', text: 'ok' }] };

/** A sound server's answer to a request; undefined for a notification. */
export function soundAnswer({ id, method, params }: Message): JsonObject | undefined {
  if (id === undefined) return undefined;
  if (method === 'initialize') {
    const { protocolVersion } = params as { readonly protocolVersion: string };
    const result = {
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'fixture', version: '1' },
    };
    return { jsonrpc: '2.0', id, result };
  }
  if (method === 'tools/call') return { jsonrpc: '2.0', id, result: okay };
  if (method === 'tools/list') {
    return { jsonrpc: '2.0', id, result: { tools: [{ name: 'any', inputSchema: { type: 'object' } }] } };
  }
  if (method === 'ping') return { jsonrpc: '2.0', id, result: {} };
  return { jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown method' } };
}

/** True for what opens a conversation, which fixtures always answer soundly. */
export const opens = ({ method }: Message): boolean =>
  method === 'initialize' || method === 'server/discover';

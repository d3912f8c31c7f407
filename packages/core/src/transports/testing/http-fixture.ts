import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../json.ts';

/** One request that the server got. */
export interface Received {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as a message, when it is one. */
  readonly message: (JsonObject & { readonly id?: number; readonly method?: string }) | undefined;
}

type Handler = (received: Received, response: ServerResponse) => void;

/** A server over real HTTP whose answers a test writes by hand; it knows the handshake already. */
export interface HttpFixture {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  close(): Promise<void>;
}

/** Sends a JSON-RPC result as the body. */
export function replyJson(response: ServerResponse, id: unknown, result: JsonObject, headers = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

/** Begins an event stream. */
export function startEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

export const initializeResult: JsonObject = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'fixture', version: '1' },
};

/** `handlers`: by HTTP method, or by the JSON-RPC method of a POST; a GET is answered with 405 by default. */
export async function startHttpFixture(handlers: Readonly<Record<string, Handler>>): Promise<HttpFixture> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const one: Received = {
        method: request.method ?? '',
        headers: request.headers,
        text,
        message: parse(text),
      };
      received.push(one);
      const rpcMethod = one.message?.method ?? '';
      const handler =
        handlers[rpcMethod] ?? defaults[rpcMethod] ?? handlers[one.method] ?? defaults[one.method];
      if (handler !== undefined) handler(one, response);
      else response.writeHead(one.message?.id === undefined ? 202 : 500).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const defaults: Readonly<Record<string, Handler>> = {
  // As a server of the handshake era answers a question without a session.
  'server/discover': (_received, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null}',
    );
  },
  initialize: ({ message }, response) => replyJson(response, message?.id, initializeResult),
  GET: (_received, response) => void response.writeHead(405).end(),
  DELETE: (_received, response) => void response.writeHead(200).end(),
};

function parse(text: string): Received['message'] {
  try {
    return JSON.parse(text) as Received['message'];
  } catch {
    return undefined;
  }
}

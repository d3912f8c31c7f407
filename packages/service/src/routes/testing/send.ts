/** Requests as clients send them, over TLS or not. */
import { once } from 'node:events';
import { request as sendPlain, type IncomingHttpHeaders } from 'node:http';
import { request as sendTls } from 'node:https';
import type { Pair } from '../../tls/testing/certificates.ts';

export interface Sent {
  readonly port: number;
  readonly path: string;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** The authority that the server's certificate is of; absent: no TLS. */
  readonly authority?: string | undefined;
  readonly certificate?: Pair | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function send(sent: Sent): Promise<Answered> {
  const { port, path, method = 'GET', headers = {}, body, authority, certificate } = sent;
  const options = { host: '127.0.0.1', port, path, method, headers, agent: false };
  const request =
    authority === undefined ? sendPlain(options) : sendTls({ ...options, ca: authority, ...certificate });
  request.end(body);
  const [response] = (await once(request, 'response')) as [
    { readonly statusCode: number; readonly headers: IncomingHttpHeaders } & AsyncIterable<Buffer>,
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { listen } from './sessions.ts';

/** A proxy for which every host name is this machine. */
export interface ProxyFixture {
  readonly url: string;
  /** `CONNECT host:port` and `POST http://host:port/path`, as they came. */
  readonly seen: string[];
  readonly credentials: (string | undefined)[];
  close(): Promise<void>;
}

/** @param refuse answers everything with this HTTP status */
export async function startProxy(refuse?: number): Promise<ProxyFixture> {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
    if (refuse !== undefined) return void response.writeHead(refuse).end();
    const target = new URL(incoming.url ?? '');
    const { 'proxy-authorization': _own, ...headers } = incoming.headers;
    const outgoing = request(
      { host: '127.0.0.1', port: target.port, path: target.pathname, method: incoming.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, socket, head) => {
    seen.push(`CONNECT ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect({ host: '127.0.0.1', port: Number(incoming.url?.split(':').at(-1)) });
    upstream.once('connect', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    credentials,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { createServer, type RequestListener } from 'node:http';
import type { Server, Socket } from 'node:net';
import { listen, soundAnswer, type Message } from './sessions.ts';

/** A sound server of Streamable HTTP that answers by JSON and shows its sockets. */
export interface JsonFixture {
  readonly url: string;
  readonly sockets: Socket[];
  /** Most sockets that were open at the same time. */
  readonly mostOpen: number;
  readonly posts: number;
  close(): Promise<void>;
}

export async function startJsonFixture({
  create = createServer,
  protocol = 'http',
  delayMs = 0,
}: {
  readonly create?: (listener: RequestListener) => Server & { closeAllConnections(): void };
  readonly protocol?: 'http' | 'https';
  /** Before the answer to a tool call. */
  readonly delayMs?: number;
} = {}): Promise<JsonFixture> {
  const sockets: Socket[] = [];
  let open = 0;
  let mostOpen = 0;
  let posts = 0;
  const server = create((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      posts += 1;
      const message = JSON.parse(text) as Message;
      const answer = soundAnswer(message);
      if (answer === undefined) return void response.writeHead(202).end();
      const reply = (): void =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      if (message.method === 'tools/call') setTimeout(reply, delayMs);
      else reply();
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    socket.on('close', () => (open -= 1));
  });
  const port = await listen(server);
  return {
    url: `${protocol}://127.0.0.1:${port}/mcp`,
    sockets,
    get mostOpen() {
      return mostOpen;
    },
    get posts() {
      return posts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { listen, opens, soundAnswer, type Message } from './sessions.ts';

/** What the fixture does; each member replaces the sound way. */
export interface WebSocketBehaviour {
  /** Takes a message other than `initialize`. Default: the sound answer. */
  readonly onMessage?: (message: Message, socket: WebSocket) => void;
  /** Default: a plain HTTP server that answers 404 to what is no handshake. */
  readonly createServer?: (listener: RequestListener) => Server;
  readonly protocol?: 'ws' | 'wss';
  readonly options?: ServerOptions;
  readonly onConnection?: (socket: WebSocket, request: IncomingMessage) => void;
}

/** A real WebSocket server that takes up the subprotocol `mcp` and whose faults a test writes by hand. */
export interface WebSocketFixture {
  readonly url: string;
  readonly messages: Message[];
  readonly handshakes: IncomingMessage[];
  close(): Promise<void>;
}

/** Answers a message as a sound server does. */
export function answer(socket: WebSocket, message: Message): void {
  const text = soundAnswer(message);
  if (text !== undefined) socket.send(JSON.stringify(text));
}

export async function startWebSocketFixture(behaviour: WebSocketBehaviour = {}): Promise<WebSocketFixture> {
  const messages: Message[] = [];
  const handshakes: IncomingMessage[] = [];
  const server = (behaviour.createServer ?? createServer)((_request, response) => {
    response.writeHead(404).end('nothing here');
  });
  const sockets = new WebSocketServer({ server, path: '/mcp', ...behaviour.options });
  sockets.on('connection', (socket, request) => {
    handshakes.push(request);
    socket.on('error', () => {});
    behaviour.onConnection?.(socket, request);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      messages.push(message);
      if (opens(message)) answer(socket, message);
      else (behaviour.onMessage ?? ((one, to) => answer(to, one)))(message, socket);
    });
  });
  const port = await listen(server);
  return {
    url: `${behaviour.protocol ?? 'ws'}://127.0.0.1:${port}/mcp`,
    messages,
    handshakes,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

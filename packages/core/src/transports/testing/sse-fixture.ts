import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { listen, opens, soundAnswer, type Message } from './sessions.ts';

/** What the fixture does; each member replaces the sound way. */
export interface SseBehaviour {
  /** Answers the GET. Default: an event stream whose first event names /message. */
  readonly onGet?: (response: ServerResponse, fixture: SseFixture) => void;
  /** Takes a message. Default: 202, and the sound answer on the stream. */
  readonly onMessage?: (message: Message, response: ServerResponse, fixture: SseFixture) => void;
  /** Default: a plain HTTP server. */
  readonly createServer?: (listener: RequestListener) => Server & { closeAllConnections(): void };
  readonly protocol?: 'http' | 'https';
}

/** A server of the HTTP+SSE transport whose faults a test writes by hand. */
export interface SseFixture {
  readonly url: string;
  readonly messages: Message[];
  readonly requests: IncomingMessage[];
  /** Sends one event on the stream. */
  event(data: unknown, name?: string): void;
  /** Answers on the stream. */
  answer(message: Message): void;
  /** The stream of the session, once it is open. */
  readonly stream: ServerResponse | undefined;
  close(): Promise<void>;
}

export async function startSseFixture(behaviour: SseBehaviour = {}): Promise<SseFixture> {
  let stream: ServerResponse | undefined;
  const messages: Message[] = [];
  const requests: IncomingMessage[] = [];
  const server = (behaviour.createServer ?? createServer)((request, response) => {
    requests.push(request);
    if (request.method === 'GET') {
      stream = response;
      (behaviour.onGet ?? openStream)(response, fixture);
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const message = JSON.parse(text) as Message;
      messages.push(message);
      if (behaviour.onMessage !== undefined && !opens(message)) {
        behaviour.onMessage(message, response, fixture);
        return;
      }
      response.writeHead(202).end('Accepted');
      fixture.answer(message);
    });
  });
  const port = await listen(server);
  const fixture: SseFixture = {
    url: `${behaviour.protocol ?? 'http'}://127.0.0.1:${port}/sse`,
    messages,
    requests,
    event(data, name) {
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      stream?.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`);
    },
    answer(message) {
      const answer = soundAnswer(message);
      if (answer !== undefined) fixture.event(answer, 'message');
    },
    get stream() {
      return stream;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fixture;
}

/** Begins the stream as the transport asks for. */
function openStream(response: ServerResponse, fixture: SseFixture): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  fixture.event('/message?session=1', 'endpoint');
}

import type { OutgoingMessage, Transport, TransportSink } from '../../transports/types.ts';
import { startClock } from '../clock.ts';
import { LineSplitter } from '../json-rpc/line-splitter.ts';
import { newestHandshakeRevision, revisionStrategy } from '../revisions/index.ts';
import { loadValidators } from '../revisions/validators.ts';
import { McpSession } from '../session.ts';
import type { Revision, SessionOptions } from '../types.ts';

/** A channel of lines within this process: what is sent is kept, what arrives is pushed by the test. */
export class MemoryTransport implements Transport {
  readonly sent: { readonly text: string; readonly message: OutgoingMessage }[] = [];
  readonly congested = false;
  readonly #sink: TransportSink;
  readonly #splitter: LineSplitter;

  constructor(sink: TransportSink, limitBytes: number) {
    this.#sink = sink;
    this.#splitter = new LineSplitter(
      {
        line: (text, bytes, atMs) => sink.line(text, bytes, atMs),
        oversized: (ends, atMs) => sink.oversized(ends, atMs, undefined),
        invalidUtf8: (text) => sink.finding('encoding.utf8', 'not UTF-8', text),
      },
      limitBytes,
    );
  }

  /** Bytes arrive from the server. */
  receive(bytes: Buffer | string): void {
    this.#splitter.push(Buffer.from(bytes), this.#sink.now());
  }

  /** A message arrives from the server. */
  receiveMessage(message: unknown): void {
    this.receive(`${JSON.stringify(message)}\n`);
  }

  send(text: string, message: OutgoingMessage): number {
    const atMs = this.#sink.now();
    this.#sink.sent(text, Buffer.byteLength(text), atMs);
    this.sent.push({ text, message });
    return atMs;
  }

  async open(): Promise<void> {}
  abandon(): void {}
  async agreed(): Promise<void> {}
  unfinished(): string | undefined {
    return this.#splitter.unfinished(200);
  }
  process(): ReturnType<Transport['process']> {
    return { pid: undefined, limits: [], violation: undefined, stderrTail: '', usage: undefined };
  }
  cpuTimeMs(): undefined {
    return undefined;
  }
  async close(): Promise<undefined> {
    return undefined;
  }
}

/** A session over a {@link MemoryTransport}, its handshake already made. */
export async function openMemorySession(
  options: Partial<SessionOptions> = {},
  revision: Revision = newestHandshakeRevision,
): Promise<{ readonly session: McpSession; readonly transport: MemoryTransport }> {
  let transport: MemoryTransport | undefined;
  const strategy = revisionStrategy(revision);
  const session = new McpSession({
    name: 'memory',
    options: { command: 'memory', requestTimeoutMs: 5000, ...options } as SessionOptions,
    now: startClock(),
    matches: (pattern, text) => text.includes(pattern),
    strategy,
    createTransport: (sink) => {
      transport = new MemoryTransport(sink, options.maxMessageBytes ?? 1024 * 1024);
      return transport;
    },
  });
  await session.agree({ strategy, serverInfo: {}, capabilities: { tools: {} }, instructions: undefined }, 0);
  session.validator?.use(await loadValidators(revision));
  return { session, transport: transport as MemoryTransport };
}

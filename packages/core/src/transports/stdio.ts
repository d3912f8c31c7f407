import type { ServerProcess, ShutdownReport } from '../process/types.ts';
import type { ServerProcessReport, StdioSessionOptions } from '../protocol/types.ts';
import { LineSplitter } from '../protocol/json-rpc/line-splitter.ts';
import { defineTransport } from './define.ts';
import { describeExit, processReport } from './server-process.ts';
import type { OutgoingMessage, Transport, TransportLimits, TransportSink } from './types.ts';

/** Answers beyond this are not queued for a server that does not read them. */
const congestedBytes = 8 * 1024 * 1024;
/** A batch this long goes out at once, so that the server works on it while we go on. */
const batchLength = 1024;
/** How long a server that closed one of its pipes may take to end. */
const pipeGraceMs = 1000;
const shownBytes = 500;

export default defineTransport<'stdio'>({
  name: 'stdio',
  describe: ({ command }) => command,
  create: (options, sink, limits) => new StdioTransport(options, sink, limits),
});

/** A server process; messages are lines on its stdin and stdout. */
class StdioTransport implements Transport {
  readonly #options: StdioSessionOptions;
  readonly #sink: TransportSink;
  readonly #splitter: LineSplitter;
  #process: ServerProcess | undefined;
  #closing = false;
  /** Texts that go out together at the end of this turn. */
  #batch = '';
  /** The first write after a read goes out at once; more of them are the sign of a crowd, and are batched. */
  #writesSinceRead = 0;
  readonly #flushBatch = (): void => this.#flush();

  constructor(options: StdioSessionOptions, sink: TransportSink, limits: TransportLimits) {
    this.#options = options;
    this.#sink = sink;
    this.#splitter = new LineSplitter(
      {
        line: (text, bytes, atMs) => sink.line(text, bytes, atMs),
        oversized: (ends, atMs) => sink.oversized(ends, atMs, undefined),
        invalidUtf8: (text) => sink.finding('encoding.utf8', 'a line holds bytes that are not UTF-8', text),
      },
      limits.maxMessageBytes,
    );
  }

  async open(signal: AbortSignal): Promise<void> {
    const { startServerProcess } = await import('../process/index.ts');
    const { command, args, env, cwd, pathAdditions, limits, sandbox } = this.#options;
    const server = await startServerProcess({
      name: this.#options.name ?? command,
      command,
      args,
      env: env ?? {},
      cwd,
      pathAdditions,
      limits,
      sandbox,
      shutdownTimeoutMs: this.#options.shutdownTimeoutMs,
      shutdownSignal: this.#options.shutdownSignal,
    });
    this.#process = server;
    server.stdout.on('data', (chunk: Buffer) => {
      this.#writesSinceRead = 0;
      this.#splitter.push(chunk, this.#sink.now());
    });
    server.stdout.on('end', () => this.#pipeClosed(server, 'closed its stdout'));
    server.stdout.on('error', () => this.#pipeClosed(server, 'closed its stdout'));
    server.stdin.on('error', () => this.#pipeClosed(server, 'closed its stdin'));
    void server.exited.then(() => this.#ended(server));
    signal.throwIfAborted();
  }

  send(text: string, message: OutgoingMessage): number {
    const line = message.kind === 'raw' && text.endsWith('\n') ? text : `${text}\n`;
    const bytes = Buffer.byteLength(line);
    const atMs = this.#sink.now();
    this.#sink.sent(text, bytes, atMs);
    if (this.#batch !== '') {
      this.#batch += line;
      if (this.#batch.length >= batchLength) this.#flush();
    } else if (this.#writesSinceRead > 0) {
      this.#batch = line;
      process.nextTick(this.#flushBatch);
    } else {
      // What is all ASCII needs no transcoding.
      this.#process?.stdin.write(line, bytes === line.length ? 'latin1' : 'utf8');
    }
    this.#writesSinceRead += 1;
    return atMs;
  }

  abandon(): void {
    // On a common channel a request holds nothing of its own.
  }

  agreed(): Promise<void> {
    return Promise.resolve();
  }

  get congested(): boolean {
    return (this.#process?.stdin.writableLength ?? 0) + this.#batch.length > congestedBytes;
  }

  unfinished(): string | undefined {
    return this.#splitter.unfinished(shownBytes);
  }

  process(): ServerProcessReport {
    return processReport(this.#process);
  }

  cpuTimeMs(): number | undefined {
    return this.#process?.cpuTimeMs();
  }

  async close(): Promise<ShutdownReport | undefined> {
    this.#closing = true;
    this.#flush();
    return this.#process?.stop();
  }

  #flush(): void {
    if (this.#batch === '') return;
    const batch = this.#batch;
    this.#batch = '';
    this.#process?.stdin.write(batch);
  }

  /** A pipe that closes mostly tells that the process is about to end; a server that lives on without it is lost too. */
  #pipeClosed(server: ServerProcess, what: string): void {
    if (this.#closing || server.exitInfo !== undefined) return;
    setTimeout(() => {
      if (this.#closing || server.exitInfo !== undefined) return;
      this.#sink.ended({ code: 'TARGET_EXITED', what: `the server ${what} (it still runs)` });
    }, pipeGraceMs).unref();
  }

  #ended(server: ServerProcess): void {
    const rest = this.#splitter.takeUnfinished();
    if (rest !== undefined) this.#takeRest(rest);
    if (!this.#closing) this.#sink.ended(describeExit(server));
  }

  /** The last bytes before the end, without a newline: a message all the same if they parse. */
  #takeRest(rest: string): void {
    // A server that we end in the middle of a message is not to blame for the missing rest.
    if (this.#closing && !isJson(rest)) return;
    this.#sink.finding('stdio.unterminated-message', 'the last line has no newline', rest);
    this.#sink.line(rest, Buffer.byteLength(rest), this.#sink.now());
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

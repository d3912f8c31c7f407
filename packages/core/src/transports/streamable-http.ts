import type { Dispatcher } from 'undici';
import { HarnessError } from '../errors.ts';
import type { ShutdownReport } from '../process/types.ts';
import type { HttpSessionOptions, ServerProcessReport } from '../protocol/types.ts';
import { defineTransport } from './define.ts';
import { AuthorizedRequests } from './http/authorized.ts';
import { CommonStream } from './http/common-stream.ts';
import { loadEventStreams, type EventStream, type EventStreamHandler } from './http/event-stream.ts';
import { addHeaders, maskHeaders, mergeHeaders } from './http/headers.ts';
import { unreachable } from './http/http-error.ts';
import { createPool } from './http/pool.ts';
import { UrlServer } from './http/url-server.ts';
import { MessageResponse, type ResponseHost } from './http/response.ts';
import type { OutgoingMessage, Transport, TransportLimits, TransportSink } from './types.ts';

/** How long the handshake waits to learn whether the server offers a common stream. */
const streamOpenMs = 250;
/** How long a stream may stay open after its answer. */
const lingerMs = 2000;
const deleteTimeoutMs = 2000;
const defaultRetryMs = 1000;
const longestRetryMs = 30_000;
const maxResumptions = 20;
const congestedAnswers = 256;

export default defineTransport<'http'>({
  name: 'http',
  describe: ({ url }) => url,
  create: (options, sink, limits) => new StreamableHttp(options, sink, limits),
});

/** Streamable HTTP: each message is a POST, answered by JSON or by an event stream; see the revision's basic/transports. */
class StreamableHttp implements Transport, ResponseHost {
  readonly sink: TransportSink;
  readonly url: string;
  readonly limitBytes: number;
  readonly hasRequestStreams = true;
  readonly #options: HttpSessionOptions;
  readonly #authorized: AuthorizedRequests;
  readonly #responses = new Set<MessageResponse>();
  readonly #lingering = new Map<MessageResponse, number>();
  readonly #resumptions = new Map<number, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #pool: Dispatcher | undefined;
  #path = '/';
  #origin = '';
  #openEvents: ((handler: EventStreamHandler, limit: number) => EventStream) | undefined;
  #sessionId: string | undefined;
  /** In the stateless era there are no sessions, no common stream, and streams cannot be resumed. */
  #isStateless = false;
  #agreedHeaders: Readonly<Record<string, string>> = {};
  #headers: Readonly<Record<string, string>> = {};
  #shownHeaders: Readonly<Record<string, string>> = {};
  #common: CommonStream | undefined;
  readonly #server: UrlServer;
  #sweeper: NodeJS.Timeout | undefined;
  #answersUnderWay = 0;
  #closing: Promise<ShutdownReport | undefined> | undefined;

  constructor(options: HttpSessionOptions, sink: TransportSink, limits: TransportLimits) {
    this.#options = options;
    this.sink = sink;
    this.url = options.url;
    this.limitBytes = limits.maxMessageBytes;
    this.#authorized = new AuthorizedRequests(options.auth, sink);
    this.#server = new UrlServer(options, (reason) => {
      if (this.#closing === undefined) sink.ended(reason);
    });
  }

  async open(signal: AbortSignal): Promise<void> {
    const url = parseUrl(this.url);
    this.#path = `${url.pathname}${url.search}`;
    this.#origin = url.origin;
    // Certificates that cannot be used are told of before a process is started.
    const [pool, openEvents] = await Promise.all([createPool(url, this.#options), loadEventStreams()]);
    this.#openEvents = openEvents;
    this.#pool = pool;
    await this.#server.start(url, signal);
    this.#buildHeaders();
    signal.throwIfAborted();
  }

  send(text: string, message: OutgoingMessage): number {
    const response = new MessageResponse(this, message);
    this.#responses.add(response);
    if (message.kind === 'response') this.#answersUnderWay += 1;
    const bytes = Buffer.byteLength(text);
    let atMs = this.sink.now();
    this.#authorized.send(
      (authorization, handler) => {
        const headers = addHeaders(this.#headers, message.headers, authorization);
        const shown = headers === this.#headers ? this.#shownHeaders : maskHeaders(headers);
        atMs = this.sink.now();
        this.sink.sent(text, bytes, atMs, { method: 'POST', headers: shown });
        this.#dispatch({ method: 'POST', headers, body: text }, handler);
      },
      response,
      message.kind === 'request' ? message.id : undefined,
    );
    return atMs;
  }

  abandon(requestId: number): void {
    for (const response of this.#responses) if (response.message.id === requestId) response.abort();
  }

  async agreed(
    headers: Readonly<Record<string, string>>,
    { isStateless }: { readonly isStateless: boolean },
  ): Promise<void> {
    this.#agreedHeaders = headers;
    this.#isStateless = isStateless;
    if (isStateless) this.#sessionId = undefined;
    this.#buildHeaders();
    if (isStateless) return;
    this.#common = new CommonStream(this);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, streamOpenMs);
    });
    await Promise.race([this.#common.open(), enough]);
    clearTimeout(timer);
  }

  get congested(): boolean {
    return this.#answersUnderWay >= congestedAnswers;
  }

  unfinished(): undefined {
    return undefined;
  }

  process(): ServerProcessReport {
    return this.#server.report();
  }

  cpuTimeMs(): number | undefined {
    return this.#server.cpuTimeMs();
  }

  close(): Promise<ShutdownReport | undefined> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  openEventStream(handler: EventStreamHandler): EventStream {
    if (this.#openEvents === undefined) throw new HarnessError({ code: 'INTERNAL', message: 'not open' });
    return this.#openEvents(handler, this.limitBytes);
  }

  get(handler: Dispatcher.DispatchHandler, lastEventId: string | undefined): void {
    const { 'content-type': _unused, ...common } = this.#headers;
    this.#authorized.send((authorization, watching) => {
      const headers = mergeHeaders(common, authorization, {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? undefined : { 'last-event-id': lastEventId }),
      });
      this.sink.sent('', 0, this.sink.now(), { method: 'GET', headers: maskHeaders(headers) });
      this.#dispatch({ method: 'GET', headers }, watching);
    }, handler);
  }

  onHeaders(status: number, headers: Readonly<Record<string, string>>, message: OutgoingMessage): void {
    // A session that a server opens for a question about the era is not ours.
    if (this.#isStateless || message.method === 'server/discover') return;
    const id = headers['mcp-session-id'];
    if (id === undefined || id === this.#sessionId || status >= 300) return;
    if (!/^[\x21-\x7e]+$/.test(id)) {
      this.sink.finding('http.session-id', 'the session id has other characters than visible ASCII', id);
    }
    this.#sessionId = id;
    this.#buildHeaders();
  }

  onNotFound(body: string): HarnessError | undefined {
    if (this.#sessionId === undefined) return undefined;
    const what = 'the server does not know the session any more (HTTP 404)';
    this.#sessionId = undefined;
    this.sink.ended({
      code: 'PROTOCOL_SESSION_CLOSED',
      what,
      details: { status: 404, body: body.slice(0, 2000) },
    });
    return new HarnessError({ code: 'PROTOCOL_SESSION_CLOSED', message: what });
  }

  resume(requestId: number, lastEventId: string, retryMs: number | undefined): boolean {
    const attempts = (this.#resumptions.get(requestId) ?? 0) + 1;
    if (this.#isStateless || attempts > maxResumptions || this.#closing !== undefined) return false;
    this.#resumptions.set(requestId, attempts);
    const waitMs = Math.min(retryMs ?? defaultRetryMs, longestRetryMs);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.isWaiting(requestId)) return;
      const message: OutgoingMessage = {
        kind: 'request',
        id: requestId,
        method: `resuming request ${requestId}`,
      };
      const response = new MessageResponse(this, message);
      this.#responses.add(response);
      this.get(response, lastEventId);
    }, waitMs);
    this.#timers.add(timer);
    return true;
  }

  linger(response: MessageResponse): void {
    this.#lingering.set(response, this.sink.now());
    this.#sweeper ??= setInterval(() => this.#sweep(), lingerMs / 2).unref();
  }

  onClosed(response: MessageResponse): void {
    this.#responses.delete(response);
    this.#lingering.delete(response);
    const { kind, id } = response.message;
    if (kind === 'response') this.#answersUnderWay -= 1;
    if (id !== undefined && this.#resumptions.size > 0 && !this.isWaiting(id)) this.#resumptions.delete(id);
  }

  onFailed(message: OutgoingMessage, error: HarnessError): void {
    const tell = (): void => this.#report(message, error);
    if (error.code === 'TARGET_UNREACHABLE') this.#server.explain(tell);
    else tell();
  }

  isWaiting(requestId: number): boolean {
    return this.sink.isWaiting(requestId);
  }

  #dispatch(
    options: Pick<Dispatcher.DispatchOptions, 'method'> & {
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
    handler: Dispatcher.DispatchHandler,
  ): void {
    try {
      this.#pool?.dispatch({ ...options, path: this.#path, origin: this.#origin }, handler);
    } catch (error) {
      handler.onResponseError?.(undefined as never, error as Error);
    }
  }

  #report({ kind, id, onFailed }: OutgoingMessage, error: HarnessError): void {
    if (kind === 'request' && id !== undefined) this.sink.failed(id, error);
    else onFailed?.(error);
  }

  #buildHeaders(): void {
    this.#headers = mergeHeaders(
      { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      this.#agreedHeaders,
      this.#options.headers,
      this.#sessionId === undefined ? undefined : { 'mcp-session-id': this.#sessionId },
    );
    this.#shownHeaders = maskHeaders(this.#headers);
  }

  #sweep(): void {
    const nowMs = this.sink.now();
    for (const [response, sinceMs] of this.#lingering) {
      if (nowMs - sinceMs < lingerMs) continue;
      this.#lingering.delete(response);
      const what = response.message.method ?? 'a request';
      this.sink.finding('http.stream-left-open', `the stream of ${what} stayed open after its answer`);
      response.abort();
    }
    if (this.#lingering.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  async #close(): Promise<ShutdownReport | undefined> {
    this.#authorized.close();
    clearInterval(this.#sweeper);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#common?.close();
    for (const response of this.#responses) response.abort();
    await this.#endSession();
    await this.#pool?.destroy().catch(() => {});
    return this.#server.stop();
  }

  /** Tells the server that its session is not needed any more; it may refuse by 405. */
  async #endSession(): Promise<void> {
    const pool = this.#pool;
    if (this.#sessionId === undefined || pool === undefined || this.#server.hasEnded) return;
    const { 'content-type': _unused, ...headers } = mergeHeaders(this.#headers, this.#authorized.headers);
    this.sink.sent('', 0, this.sink.now(), { method: 'DELETE', headers: maskHeaders(headers) });
    try {
      const signal = AbortSignal.timeout(deleteTimeoutMs);
      const { statusCode, body } = await pool.request({
        method: 'DELETE',
        path: this.#path,
        headers,
        signal,
      });
      await body.dump();
      if (statusCode >= 300 && statusCode !== 405 && statusCode !== 404) {
        this.sink.finding('http.delete-status', `DELETE was answered with HTTP ${statusCode}`);
      }
    } catch {
      // The session ends with the server's own expiry then.
    }
  }
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch (error) {
    throw unreachable(text, 'the url', error);
  }
  throw unreachable(text, 'the url', new Error('is neither http nor https'));
}

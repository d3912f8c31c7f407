import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { HarnessError, isHarnessError } from '../errors.ts';
import type { ShutdownReport } from '../process/types.ts';
import { endError } from '../protocol/end-error.ts';
import { cut } from '../protocol/findings.ts';
import type { ServerProcessReport, SseSessionOptions } from '../protocol/types.ts';
import { defineTransport } from './define.ts';
import { Body } from './http/body.ts';
import { AuthorizedRequests } from './http/authorized.ts';
import { loadEventStreams, type EventStream, type EventStreamHandler } from './http/event-stream.ts';
import { addHeaders, flattenHeaders, maskHeaders, mediaType, mergeHeaders } from './http/headers.ts';
import { badStatus, credentialsHint, unreachable } from './http/http-error.ts';
import { createPool } from './http/pool.ts';
import { parseTarget } from './http/parse-target.ts';
import { UrlServer } from './http/url-server.ts';
import type { ArrivalContext, OutgoingMessage, Transport, TransportLimits, TransportSink } from './types.ts';

const congestedAnswers = 256;
const shownBody = 500;
/** How long a POST may go on after the answer to its request. */
const lingerMs = 2000;

export default defineTransport<'sse'>({
  name: 'sse',
  describe: ({ url }) => url,
  create: (options, sink, limits) => new SseTransport(options, sink, limits),
});

/**
 * HTTP with server-sent events, https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse:
 * one GET opens the stream on which everything comes, its first event names the endpoint that takes our messages.
 */
class SseTransport implements Transport, EventStreamHandler {
  readonly #options: SseSessionOptions;
  readonly #sink: TransportSink;
  readonly #limits: TransportLimits;
  readonly #server: UrlServer;
  readonly #authorized: AuthorizedRequests;
  readonly #posts = new Set<Post>();
  readonly #endpointKnown = Promise.withResolvers<URL>();
  #pool: Dispatcher | undefined;
  #url = new URL('http://localhost');
  #endpoint: URL | undefined;
  #stream: Dispatcher.DispatchController | undefined;
  #isStreaming = false;
  #sweptAtMs = 0;
  #headers: Readonly<Record<string, string>> = {};
  #shownHeaders: Readonly<Record<string, string>> = {};
  #atMs = 0;
  #answersUnderWay = 0;
  #isOver = false;
  #closing: Promise<ShutdownReport | undefined> | undefined;

  constructor(options: SseSessionOptions, sink: TransportSink, limits: TransportLimits) {
    this.#options = options;
    this.#sink = sink;
    this.#limits = limits;
    this.#authorized = new AuthorizedRequests(options.auth, sink);
    this.#server = new UrlServer(options, (reason) => {
      this.#endpointKnown.reject(endError(reason, 'before it named its endpoint'));
      sink.ended(reason);
    });
    // It may fail while nobody waits for it yet.
    this.#endpointKnown.promise.catch(() => {});
  }

  async open(signal: AbortSignal): Promise<void> {
    this.#url = parseTarget(this.#options.url, ['http:', 'https:']);
    const [pool, openEvents] = await Promise.all([createPool(this.#url, this.#options), loadEventStreams()]);
    this.#pool = pool;
    this.#useHeaders({});
    await this.#server.start(this.#url, signal);
    signal.throwIfAborted();
    const onAbort = (): void => this.#endpointKnown.reject(this.#noEndpoint(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#get(openEvents);
      this.#endpoint = await this.#endpointKnown.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  send(text: string, message: OutgoingMessage): number {
    const post = new Post(this.#limits.maxMessageBytes, message, {
      sink: this.#sink,
      url: this.#endpoint?.href ?? this.#options.url,
      onFailed: (error) => this.#failed(message, error),
      onClosed: (one) => {
        this.#posts.delete(one);
        if (message.kind === 'response') this.#answersUnderWay -= 1;
      },
    });
    this.#posts.add(post);
    if (message.kind === 'response') this.#answersUnderWay += 1;
    const own = message.headers;
    const bytes = Buffer.byteLength(text);
    let atMs = this.#sink.now();
    this.#authorized.send(
      (authorization, handler) => {
        const headers = addHeaders(this.#headers, own, authorization);
        const shown = headers === this.#headers ? this.#shownHeaders : maskHeaders(headers);
        atMs = this.#sink.now();
        this.#sink.sent(text, bytes, atMs, { method: 'POST', headers: shown });
        this.#dispatch(this.#endpoint ?? this.#url, { method: 'POST', headers, body: text }, handler);
      },
      post,
      message.kind === 'request' ? message.id : undefined,
    );
    return atMs;
  }

  abandon(requestId: number): void {
    for (const post of this.#posts) if (post.message.id === requestId) post.abort();
  }

  agreed(headers: Readonly<Record<string, string>>): Promise<void> {
    this.#useHeaders(headers);
    return Promise.resolve();
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

  data(text: string, event: string | undefined): void {
    if (event === 'endpoint') {
      this.#takeEndpoint(text);
      return;
    }
    if (event !== undefined && event !== 'message') {
      this.#sink.finding('sse.event-name', `an event is named ${JSON.stringify(cut(event, 100))}`, text);
    } else if (this.#endpoint === undefined) {
      this.#sink.finding('sse.endpoint-missing', 'the first event is not the endpoint event', text);
    }
    this.#sink.message(text, Buffer.byteLength(text), this.#atMs, undefined);
    if (this.#posts.size > 0 && this.#atMs - this.#sweptAtMs > lingerMs / 4) this.#sweep();
  }

  fault(message: string): void {
    this.#sink.finding('http.event-stream', message);
  }

  oversized(limit: number): void {
    this.#sink.oversized({ bytes: limit + 1, head: '', tail: '' }, this.#atMs, undefined);
    this.#streamOver(
      new HarnessError({
        code: 'PROTOCOL_MESSAGE_TOO_LARGE',
        message: `the server sent an event of more than ${limit} bytes on its only stream`,
      }),
    );
    this.#stream?.abort(new Error('given up'));
  }

  #get(openEvents: (handler: EventStreamHandler, limit: number) => EventStream): void {
    const { 'content-type': _unused, ...rest } = this.#headers;
    const body = new Body(64 * 1024);
    let status = 0;
    let context: ArrivalContext | undefined;
    let events: EventStream | undefined;
    this.#authorized.send(
      (authorization, handler) => {
        const headers = mergeHeaders(rest, { accept: 'text/event-stream' }, authorization);
        this.#sink.sent('', 0, this.#sink.now(), { method: 'GET', headers: maskHeaders(headers) });
        this.#dispatch(this.#url, { method: 'GET', headers }, handler);
      },
      {
        onRequestStart: (controller) => {
          this.#stream = controller;
          if (this.#closing !== undefined) controller.abort(new Error('closed'));
        },
        onResponseStart: (_controller, code, incoming) => {
          if (code < 200) return;
          this.#atMs = this.#sink.now();
          status = code;
          context = describeResponse(code, incoming, 'GET');
          const type = mediaType(context.exchange?.headers['content-type']);
          if (code !== 200 || type !== 'text/event-stream') return;
          this.#sink.other('', 0, this.#atMs, context);
          events = openEvents(this, this.#limits.maxMessageBytes);
          this.#isStreaming = true;
        },
        onResponseData: (controller, chunk) => {
          this.#atMs = this.#sink.now();
          if (this.#isOver) return;
          if (events !== undefined) {
            events.push(chunk);
            return;
          }
          body.push(chunk);
          // What is no event stream need not be read to its end, which may never come.
          if (body.bytes > shownBody) {
            this.#notAStream(status, body, context);
            controller.abort(new Error('not an event stream'));
          }
        },
        onResponseEnd: () => {
          if (events === undefined) this.#notAStream(status, body, context);
          else this.#streamEnded('closed the event stream');
        },
        onResponseError: (_controller, error) => {
          if (events !== undefined) this.#streamEnded('broke off the event stream', error);
          else {
            const failure = unreachable(this.#options.url, 'the event stream', error);
            this.#server.explain(() => this.#streamOver(failure));
          }
        },
      },
    );
  }

  /** Tells why the answer to the GET cannot be used. */
  #notAStream(status: number, body: Body, context: ArrivalContext | undefined): void {
    if (this.#isOver || this.#closing !== undefined) return;
    const { text } = body.text();
    this.#sink.other(text, body.bytes, this.#atMs, context);
    const { url } = this.#options;
    if (status !== 200) {
      const { message, details } = badStatus(status, text, url, 'GET');
      const hint = streamHints[status];
      this.#streamOver(new HarnessError({ code: 'PROTOCOL_HTTP_STATUS', message, hint, details }));
      return;
    }
    const type = mediaType(context?.exchange?.headers['content-type']);
    const what = `GET ${url} was answered with ${type === '' ? 'no content type' : `the content type ${type}`} instead of text/event-stream`;
    this.#sink.finding('sse.content-type', what, text);
    this.#streamOver(
      new HarnessError({
        code: 'PROTOCOL_HTTP_STATUS',
        message: what,
        hint: 'Check the path of the url (often /sse).',
        details: { url, status, body: cut(text, 2000) },
      }),
    );
  }

  #takeEndpoint(text: string): void {
    this.#sink.other(text, Buffer.byteLength(text), this.#atMs, undefined);
    if (this.#endpoint !== undefined) {
      this.#sink.finding('sse.endpoint', 'a second endpoint event came; the first one counts', text);
      return;
    }
    const refuse = (rule: 'sse.endpoint' | 'sse.endpoint-origin', message: string, hint: string): void => {
      this.#sink.finding(rule, message, text);
      this.#streamOver(new HarnessError({ code: 'PROTOCOL_MALFORMED_ANSWER', message, hint }));
    };
    const shown = JSON.stringify(cut(text, 300));
    if (!URL.canParse(text, this.#url.href)) {
      const hint = 'Its data must be the URI, absolute or relative, that takes the messages of the client.';
      refuse('sse.endpoint', `the endpoint event holds ${shown}, which is no URL`, hint);
      return;
    }
    const endpoint = new URL(text, this.#url);
    if (endpoint.origin !== this.#url.origin) {
      const hint =
        'Messages and credentials are sent to the origin of the url alone. Behind a reverse proxy, let the server name a relative path.';
      refuse(
        'sse.endpoint-origin',
        `the endpoint event names another origin than ${this.#url.origin}: ${shown}`,
        hint,
      );
      return;
    }
    this.#endpoint = endpoint;
    this.#endpointKnown.resolve(endpoint);
  }

  #noEndpoint(reason: unknown): HarnessError {
    if (isHarnessError(reason) && reason.code !== 'TARGET_NOT_READY') return reason;
    const limit = isHarnessError(reason) ? /within \d+ ms/.exec(reason.message)?.[0] : undefined;
    const when = limit ?? 'in time';
    if (!this.#isStreaming) {
      return new HarnessError({
        code: 'TARGET_NOT_READY',
        message: `GET ${this.#options.url} was not answered ${when}`,
        hint: 'Raise startup_timeout_seconds when the server needs longer to start.',
      });
    }
    this.#sink.finding('sse.endpoint-missing', `no endpoint event came ${when}`);
    return new HarnessError({
      code: 'TARGET_NOT_READY',
      message: `${this.#options.url} opened an event stream, but sent no endpoint event ${when}`,
      hint: 'A server of the HTTP+SSE transport begins its stream with an endpoint event. For Streamable HTTP set transport: http.',
    });
  }

  #streamEnded(how: string, error?: Error): void {
    if (this.#isOver || this.#closing !== undefined) return;
    const { url } = this.#options;
    const failure =
      error === undefined
        ? new HarnessError({
            code: 'TARGET_UNREACHABLE',
            message: `${url} ${how}`,
            hint: 'The stream must stay open: is there a proxy or a server time-out that ends it?',
            details: { url },
          })
        : unreachable(url, how, error);
    this.#server.explain(() => {
      if (this.#closing === undefined && error === undefined)
        this.#sink.finding('sse.stream-ended', 'the server closed the event stream of the session');
      this.#streamOver(failure);
    });
  }

  /** A POST that is held though its request was answered would hold its connection for good. */
  #sweep(): void {
    this.#sweptAtMs = this.#atMs;
    for (const post of this.#posts) {
      const { kind, id, method } = post.message;
      if (kind !== 'request' || id === undefined || this.#sink.isWaiting(id)) continue;
      post.answeredAtMs ??= this.#atMs;
      if (this.#atMs - post.answeredAtMs < lingerMs) continue;
      this.#sink.finding('sse.post-status', `the POST of ${method} was not answered, only its request was`);
      this.#posts.delete(post);
      post.abort();
    }
  }

  /** Without its stream the session can go no further. */
  #streamOver(error: HarnessError): void {
    if (this.#isOver || this.#closing !== undefined) return;
    this.#isOver = true;
    if (this.#endpoint === undefined) {
      this.#endpointKnown.reject(error);
      return;
    }
    const { code, message: what, hint, details, cause } = error;
    this.#sink.ended({ code, what, hint, details, cause });
  }

  #failed({ kind, id, onFailed }: OutgoingMessage, error: HarnessError): void {
    const tell = (): void => {
      if (kind === 'request' && id !== undefined) this.#sink.failed(id, error);
      else onFailed?.(error);
    };
    if (error.code === 'TARGET_UNREACHABLE') this.#server.explain(tell);
    else tell();
  }

  #dispatch(
    url: URL,
    options: Pick<Dispatcher.DispatchOptions, 'method'> & {
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
    handler: Dispatcher.DispatchHandler,
  ): void {
    try {
      this.#pool?.dispatch({ ...options, path: `${url.pathname}${url.search}`, origin: url.origin }, handler);
    } catch (error) {
      handler.onResponseError?.(undefined as never, error as Error);
    }
  }

  #useHeaders(agreed: Readonly<Record<string, string>>): void {
    this.#headers = mergeHeaders(
      { 'content-type': 'application/json', accept: 'application/json' },
      agreed,
      this.#options.headers,
    );
    this.#shownHeaders = maskHeaders(this.#headers);
  }

  async #close(): Promise<ShutdownReport | undefined> {
    this.#authorized.close();
    this.#stream?.abort(new Error('closed'));
    for (const post of this.#posts) post.abort();
    await this.#pool?.destroy().catch(() => {});
    return this.#server.stop();
  }
}

const streamHints: Readonly<Record<number, string>> = {
  401: credentialsHint,
  403: 'The credentials do not suffice, or the server refuses this Origin or Host.',
  404: 'Check the path of the url (often /sse).',
  400: 'Is this a Streamable HTTP server? Then set transport: http.',
  405: 'Is this a Streamable HTTP server? Then set transport: http.',
};

/** `method`: what was answered, since the answers to requests come on the stream of the GET. */
function describeResponse(
  status: number,
  incoming: IncomingHttpHeaders,
  method: 'GET' | 'POST',
): ArrivalContext {
  const headers = flattenHeaders(incoming);
  return {
    requestId: undefined,
    frame: { method, status, headers: maskHeaders(headers) },
    exchange: { status, headers },
  };
}

interface PostHost {
  readonly sink: TransportSink;
  readonly url: string;
  onFailed(error: HarnessError): void;
  onClosed(post: Post): void;
}

/** Reads the response to one message; the answer itself is to come on the stream. */
class Post implements Dispatcher.DispatchHandler {
  readonly message: OutgoingMessage;
  /** When the request was first seen to have its answer already. */
  answeredAtMs: number | undefined;
  readonly #host: PostHost;
  readonly #body: Body;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;
  #atMs = 0;
  #context: ArrivalContext | undefined;

  constructor(limitBytes: number, message: OutgoingMessage, host: PostHost) {
    this.message = message;
    this.#host = host;
    this.#body = new Body(limitBytes);
  }

  /** Lets go of the connection. */
  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(new Error('given up'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new Error('given up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    incoming: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#atMs = this.#host.sink.now();
    this.#context = describeResponse(status, incoming, 'POST');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#atMs = this.#host.sink.now();
    this.#body.push(chunk);
  }

  onResponseEnd(): void {
    this.#host.onClosed(this);
    if (this.#aborted) return;
    const { sink } = this.#host;
    const status = this.#context?.exchange?.status ?? 0;
    const { oversized } = this.#body;
    if (oversized !== undefined) {
      sink.oversized(oversized, this.#atMs, {
        requestId: this.message.id,
        frame: undefined,
        exchange: undefined,
      });
      return;
    }
    const { text } = this.#body.text();
    if (status < 300 && isMessage(text)) {
      const fault = `${this.#what} was answered in the response to the POST instead of on the stream`;
      sink.finding('sse.answer-in-post', fault, text);
      sink.message(text, this.#body.bytes, this.#atMs, undefined);
      return;
    }
    sink.other(text, this.#body.bytes, this.#atMs, this.#context);
    if (this.message.kind === 'raw' || status < 300) return;
    if (this.message.kind !== 'request') {
      sink.finding('sse.post-status', `${this.#what} was answered with HTTP ${status}`, text);
    }
    this.#host.onFailed(badStatus(status, text, this.#host.url, this.#what));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#host.onClosed(this);
    if (this.#aborted) return;
    this.#host.onFailed(unreachable(this.#host.url, this.#what, error));
  }

  get #what(): string {
    return this.message.method ?? `a ${this.message.kind} message`;
  }
}

/** True for a text that looks like a JSON-RPC message, whatever else the server calls it. */
function isMessage(text: string): boolean {
  return /^\s*[[{]/.test(text) && text.includes('"jsonrpc"');
}

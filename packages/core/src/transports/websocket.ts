import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RawData, WebSocket } from 'ws';
import { HarnessError } from '../errors.ts';
import type { ShutdownReport } from '../process/types.ts';
import { endError } from '../protocol/end-error.ts';
import { cut } from '../protocol/findings.ts';
import type { ServerProcessReport, WebSocketSessionOptions } from '../protocol/types.ts';
import { defineTransport } from './define.ts';
import { AuthorizedRequests } from './http/authorized.ts';
import { flattenHeaders, maskHeaders, mergeHeaders } from './http/headers.ts';
import { badStatus, credentialsHint, unreachable } from './http/http-error.ts';
import { parseTarget } from './http/parse-target.ts';
import { defaultConnectTimeoutMs } from './http/pool.ts';
import { chooseProxy, hostOf } from './http/proxy.ts';
import { loadTls, type LoadedTls } from './http/tls.ts';
import { openTunnel } from './http/tunnel.ts';
import { UrlServer } from './http/url-server.ts';
import type { OutgoingMessage, Transport, TransportLimits, TransportSink } from './types.ts';

const subprotocol = 'mcp';
/** Answers beyond this are not queued for a server that does not read them. */
const congestedBytes = 8 * 1024 * 1024;
const defaultPingIntervalMs = 15_000;
/** How long the server may take to answer our close frame. */
const closeMs = 2000;
const shownBody = 2000;

export default defineTransport<'websocket'>({
  name: 'websocket',
  describe: ({ url }) => url,
  create: (options, sink, limits) => new WebSocketTransport(options, sink, limits),
});

/** A WebSocket of the subprotocol `mcp`: each message is one text frame (RFC 6455). */
class WebSocketTransport implements Transport {
  readonly #options: WebSocketSessionOptions;
  readonly #sink: TransportSink;
  readonly #limits: TransportLimits;
  readonly #server: UrlServer;
  readonly #authorized: AuthorizedRequests;
  /** The answer to the last handshake that failed by its status. */
  #refusal: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  #socket: WebSocket | undefined;
  /** While the handshake goes on: ends it. */
  #refuse: ((error: HarnessError) => void) | undefined;
  #pinger: NodeJS.Timeout | undefined;
  #awaitsPong = false;
  #isOver = false;
  #closing: Promise<ShutdownReport | undefined> | undefined;

  constructor(options: WebSocketSessionOptions, sink: TransportSink, limits: TransportLimits) {
    this.#options = options;
    this.#sink = sink;
    this.#limits = limits;
    this.#authorized = new AuthorizedRequests(options.auth, sink);
    this.#server = new UrlServer(options, (reason) => {
      this.#refuse?.(endError(reason, 'before the handshake was complete'));
      sink.ended(reason);
    });
  }

  async open(signal: AbortSignal): Promise<void> {
    const url = parseTarget(this.#options.url, ['ws:', 'wss:']);
    const tls = await loadTls(this.#options.tls);
    await this.#server.start(url, signal);
    signal.throwIfAborted();
    let socket = await this.#connect(url, tls, [subprotocol], signal);
    if (socket === undefined) {
      this.#sink.finding(
        'websocket.subprotocol',
        `the server does not take up the subprotocol ${subprotocol}; browsers end such a connection`,
      );
      socket = await this.#connect(url, tls, [], signal);
    }
    if (socket === undefined) throw unreachable(url.href, 'the handshake', new Error('chose a subprotocol'));
    this.#keepAlive(socket);
  }

  send(text: string, message: OutgoingMessage): number {
    const atMs = this.#sink.now();
    this.#sink.sent(text, Buffer.byteLength(text), atMs);
    this.#socket?.send(text, (error) => {
      if (error === undefined || error === null || this.#closing !== undefined) return;
      const failure = unreachable(this.#options.url, message.method ?? `a ${message.kind} message`, error);
      this.#server.explain(() => {
        if (message.kind === 'request' && message.id !== undefined) this.#sink.failed(message.id, failure);
        else message.onFailed?.(failure);
      });
    });
    return atMs;
  }

  abandon(): void {
    // On a common channel a request holds nothing of its own.
  }

  agreed(): Promise<void> {
    return Promise.resolve();
  }

  get congested(): boolean {
    return (this.#socket?.bufferedAmount ?? 0) > congestedBytes;
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

  /** An open connection, its events bound; undefined when it failed for the subprotocol alone. */
  #connect(
    url: URL,
    tls: LoadedTls,
    protocols: string[],
    signal: AbortSignal,
  ): Promise<WebSocket | undefined> {
    return this.#authorized.open(
      (authorization) => {
        this.#refusal = undefined;
        return this.#shakeHands(url, tls, protocols, authorization, signal);
      },
      () => this.#refusal,
    );
  }

  async #shakeHands(
    url: URL,
    tls: LoadedTls,
    protocols: string[],
    authorization: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<WebSocket | undefined> {
    const { WebSocket } = await import('ws');
    const timeoutMs = this.#options.connectTimeoutMs ?? defaultConnectTimeoutMs;
    const proxy = chooseProxy(url, this.#options.proxy);
    const tunnel = proxy === undefined ? undefined : await this.#tunnel(proxy, url, timeoutMs, signal);
    const headers = mergeHeaders(this.#options.headers, authorization);
    const options = {
      ...tls,
      headers,
      handshakeTimeout: timeoutMs,
      maxPayload: this.#limits.maxMessageBytes,
      closeTimeout: closeMs,
      autoPong: false,
      // So that the bytes can be judged and shown.
      skipUTF8Validation: true,
      ...(tunnel === undefined ? {} : { createConnection: () => overTunnel(tunnel, url, tls) }),
    };
    this.#sink.sent('', 0, this.#sink.now(), { method: 'GET', headers: maskHeaders(headers) });
    const socket = new WebSocket(url, protocols, options);
    this.#socket = socket;
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason as Error);
        socket.terminate();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      const settle = (result: WebSocket | undefined): void => {
        signal.removeEventListener('abort', onAbort);
        this.#refuse = undefined;
        resolve(result);
      };
      const refuse = (error: HarnessError): void => {
        signal.removeEventListener('abort', onAbort);
        this.#refuse = undefined;
        reject(error);
      };
      this.#refuse = refuse;
      socket.once('upgrade', (response: IncomingMessage) => {
        this.#note('', 0, response);
      });
      socket.once('open', () => {
        socket.off('error', onRefused);
        this.#bind(socket);
        settle(socket);
      });
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        void this.#readRefusal(response).then(refuse);
      });
      const onRefused = (error: Error): void => {
        if (protocols.length > 0 && /^Server sent (?:no|an invalid) subprotocol$/.test(error.message)) {
          settle(undefined);
        } else {
          const timedOut = error.message === 'Opening handshake has timed out';
          const cause = timedOut ? withCode(error, 'ETIMEDOUT') : error;
          const failure = unreachable(url.href, 'the handshake', cause);
          this.#server.explain(() => refuse(failure));
        }
      };
      // Stays until the end, so that a late error of a connection that was given up is nobody's crash.
      socket.on('error', onRefused);
      socket.on('error', () => {});
    });
  }

  async #tunnel(proxy: URL, url: URL, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    try {
      return await openTunnel(proxy, url, timeoutMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(url.href, 'the handshake', error);
    }
  }

  /** The error for a server that answers the handshake like any HTTP request. */
  async #readRefusal(response: IncomingMessage): Promise<HarnessError> {
    const status = response.statusCode ?? 0;
    let text = '';
    try {
      for await (const chunk of response) {
        text += String(chunk);
        if (text.length >= shownBody) break;
      }
    } catch {
      // What came is shown.
    }
    response.destroy();
    this.#refusal = { status, headers: flattenHeaders(response.headers) };
    this.#note(text, Buffer.byteLength(text), response);
    const { message, details } = badStatus(status, text, this.#options.url, 'the WebSocket handshake');
    const hint = refusalHints[status] ?? 'Check the path of the url: a WebSocket endpoint answers with 101.';
    return new HarnessError({ code: 'PROTOCOL_HTTP_STATUS', message, hint, details });
  }

  /** Records the HTTP side of the handshake. */
  #note(text: string, bytes: number, { statusCode, headers }: IncomingMessage): void {
    const all = flattenHeaders(headers);
    const status = statusCode ?? 0;
    this.#sink.other(text, bytes, this.#sink.now(), {
      requestId: undefined,
      frame: { status, headers: maskHeaders(all) },
      exchange: { status, headers: all },
    });
  }

  #bind(socket: WebSocket): void {
    let fault: Error | undefined;
    socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    socket.on('ping', (data) => {
      // Pongs that a server does not read must not pile up; it may not count on one for each of its pings.
      if (socket.bufferedAmount < congestedBytes) socket.pong(data);
    });
    socket.on('pong', () => {
      this.#awaitsPong = false;
    });
    socket.on('error', (error) => {
      fault = error;
      if (this.#closing !== undefined) return;
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#tooLarge();
      else if (code.startsWith('WS_ERR_')) {
        this.#sink.finding('websocket.frame', `${error.message} (${code})`);
        this.#over(
          `the server sent a faulty WebSocket frame: ${error.message}`,
          'PROTOCOL_SESSION_CLOSED',
          error,
        );
      }
      // The rest is told by `close`, with its code.
    });
    socket.on('close', (code, reason) => {
      clearInterval(this.#pinger);
      if (this.#closing !== undefined) return;
      const words = reason.length === 0 ? '' : `: ${JSON.stringify(cut(reason.toString(), 300))}`;
      const cause = fault === undefined ? '' : ` (${fault.message})`;
      const what = `the server closed the WebSocket with code ${code}, ${nameOfCode(code)}${words}${cause}`;
      this.#server.explain(() => this.#over(what, 'TARGET_UNREACHABLE', fault, { closeCode: code }));
    });
  }

  #take(data: RawData, isBinary: boolean): void {
    if (this.#isOver) return;
    const atMs = this.#sink.now();
    const bytes = asBuffer(data);
    const text = bytes.toString();
    const isText = !text.includes('\uFFFD') || isUtf8(bytes);
    if (isBinary) {
      this.#sink.finding('websocket.binary-frame', 'a message came in a binary frame', text);
      if (!isText || !/^\s*[[{]/.test(text)) {
        this.#sink.other(text, bytes.length, atMs, undefined);
        return;
      }
    } else if (!isText) {
      this.#sink.finding('encoding.utf8', 'a text frame holds bytes that are not UTF-8', text);
    }
    this.#sink.message(text, bytes.length, atMs, undefined);
  }

  #tooLarge(): void {
    const limit = this.#limits.maxMessageBytes;
    this.#sink.oversized({ bytes: limit + 1, head: '', tail: '' }, this.#sink.now(), undefined);
    this.#over(`the server sent a message of more than ${limit} bytes`, 'PROTOCOL_MESSAGE_TOO_LARGE');
  }

  #over(
    what: string,
    code: 'TARGET_UNREACHABLE' | 'PROTOCOL_MESSAGE_TOO_LARGE' | 'PROTOCOL_SESSION_CLOSED',
    cause?: unknown,
    details?: Readonly<Record<string, unknown>>,
  ): void {
    if (this.#isOver || this.#closing !== undefined) return;
    this.#isOver = true;
    this.#sink.ended({ code, what, details: { url: this.#options.url, ...details }, cause });
  }

  /** Keeps proxies from ending a quiet connection, and sees whether the server answers as it must. */
  #keepAlive(socket: WebSocket): void {
    const everyMs = this.#options.pingIntervalMs ?? defaultPingIntervalMs;
    if (everyMs === 0) return;
    this.#pinger = setInterval(() => {
      if (this.#awaitsPong)
        this.#sink.finding('websocket.no-pong', `a ping was not answered within ${everyMs} ms`);
      this.#awaitsPong = true;
      // A server that does not read need not be asked again and again.
      if (socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.ping();
    }, everyMs).unref();
  }

  async #close(): Promise<ShutdownReport | undefined> {
    this.#authorized.close();
    clearInterval(this.#pinger);
    const socket = this.#socket;
    if (socket?.readyState === socket?.OPEN && socket !== undefined) await this.#sayGoodbye(socket);
    socket?.terminate();
    return this.#server.stop();
  }

  /** The closing handshake: our close frame, then the server's. */
  #sayGoodbye(socket: WebSocket): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#sink.finding(
          'websocket.close-handshake',
          `the server did not answer our close frame within ${closeMs} ms`,
        );
        resolve();
      }, closeMs - 100);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1000);
    });
  }
}

/** https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number */
const closeCodes: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no status given',
  1006: 'no close frame: the connection broke off',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'missing extension',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake failed',
};

function nameOfCode(code: number): string {
  return closeCodes[code] ?? (code >= 4000 ? 'a code of its own' : 'an unassigned code');
}

const refusalHints: Readonly<Record<number, string>> = {
  401: credentialsHint,
  403: 'The credentials do not suffice, or the server refuses this Origin or Host.',
};

function overTunnel(socket: Socket, url: URL, tls: LoadedTls): Socket {
  if (url.protocol === 'ws:') return socket;
  const host = hostOf(url);
  return connectTls({ ...tls, socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function withCode(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { HarnessError } from '../../errors.ts';
import type { ArrivalContext, OutgoingMessage, TransportSink } from '../types.ts';
import { Body } from './body.ts';
import type { EventStream, EventStreamHandler } from './event-stream.ts';
import { flattenHeaders, maskHeaders, mediaType } from './headers.ts';
import { badStatus, unreachable } from './http-error.ts';

/** What a response needs of its transport. */
export interface ResponseHost {
  readonly sink: TransportSink;
  readonly url: string;
  readonly limitBytes: number;
  openEventStream(handler: EventStreamHandler): EventStream;
  /** Sees the headers of every response. */
  onHeaders(status: number, headers: Readonly<Record<string, string>>, message: OutgoingMessage): void;
  /** The session is unknown to the server (404); returns the error when it is ours that has ended. */
  onNotFound(body: string): HarnessError | undefined;
  /** A stream ended before its request was answered; returns false when it cannot be resumed. */
  resume(requestId: number, lastEventId: string, retryMs: number | undefined): boolean;
  /** A stream's request is answered and the stream still open. */
  linger(response: MessageResponse): void;
  /** The response is over. */
  onClosed(response: MessageResponse): void;
  isWaiting(requestId: number): boolean;
  /** The message could not be delivered, or its answer not be got. */
  onFailed(message: OutgoingMessage, error: HarnessError): void;
}

type Mode = 'json' | 'events' | 'text';

/** Reads the response to one message that we sent (or the resumed stream of one) as it comes. */
export class MessageResponse implements Dispatcher.DispatchHandler, EventStreamHandler {
  readonly message: OutgoingMessage;
  readonly #host: ResponseHost;
  readonly #body: Body;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;
  #status = 0;
  #mode: Mode = 'text';
  #contentType = '';
  #context: ArrivalContext = { requestId: undefined, frame: undefined, exchange: undefined };
  #events: EventStream | undefined;
  #atMs = 0;
  #seenData = false;

  constructor(host: ResponseHost, message: OutgoingMessage) {
    this.#host = host;
    this.message = message;
    this.#body = new Body(host.limitBytes);
  }

  get #what(): string {
    return this.message.method ?? `a ${this.message.kind} message`;
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
    const headers = flattenHeaders(incoming);
    this.#status = status;
    this.#contentType = mediaType(headers['content-type']);
    this.#context = {
      requestId: this.message.kind === 'request' ? this.message.id : undefined,
      frame: { status, headers: maskHeaders(headers) },
      exchange: { status, headers },
    };
    this.#host.onHeaders(status, headers, this.message);
    if (status >= 300) return;
    if (this.#contentType === 'application/json') this.#mode = 'json';
    else if (this.#contentType === 'text/event-stream') this.#startEvents();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#atMs = this.#host.sink.now();
    if (this.#events !== undefined) this.#events.push(chunk);
    else this.#body.push(chunk);
  }

  onResponseEnd(): void {
    this.#host.onClosed(this);
    if (this.#aborted) return;
    if (this.#mode === 'events') this.#endEvents('ended');
    else this.#takeBody();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#host.onClosed(this);
    if (this.#aborted) return;
    if (this.#mode === 'events') this.#endEvents('broke', error);
    else this.#fail(unreachable(this.#host.url, this.#what, error));
  }

  data(text: string): void {
    this.#seenData = true;
    const { id } = this.message;
    this.#host.sink.message(text, Buffer.byteLength(text), this.#atMs, this.#context);
    if (id !== undefined && this.message.kind === 'request' && !this.#host.isWaiting(id))
      this.#host.linger(this);
  }

  fault(message: string): void {
    this.#host.sink.finding('http.event-stream', message);
  }

  oversized(limit: number): void {
    const ends = { bytes: limit, head: '', tail: '' };
    this.#host.sink.oversized(ends, this.#atMs, this.#context);
    this.abort();
  }

  #startEvents(): void {
    this.#mode = 'events';
    this.#events = this.#host.openEventStream(this);
    if (this.message.kind === 'notification' || this.message.kind === 'response') this.#expectAccepted();
  }

  #endEvents(how: 'ended' | 'broke', error?: Error): void {
    const { id, kind } = this.message;
    if (kind !== 'request' || id === undefined || !this.#host.isWaiting(id)) return;
    const { lastEventId, retryMs } = this.#events ?? {};
    if (lastEventId !== undefined && this.#host.resume(id, lastEventId, retryMs)) return;
    if (how === 'ended' && this.message.isLongLived !== true) {
      const fault = `the stream of ${this.#what} ended before its answer${this.#seenData ? '' : ' and without any event'}`;
      this.#host.sink.finding('http.stream-ended-early', fault);
    }
    this.#fail(
      unreachable(
        this.#host.url,
        this.#what,
        error ?? new Error('ended the event stream before the answer came'),
      ),
    );
  }

  #takeBody(): void {
    const { sink } = this.#host;
    const { oversized } = this.#body;
    if (oversized !== undefined) {
      sink.oversized(oversized, this.#atMs, this.#context);
      return;
    }
    const { text, isUtf8 } = this.#body.text();
    if (!isUtf8) sink.finding('encoding.utf8', 'a response body holds bytes that are not UTF-8', text);
    if (this.message.kind === 'request') this.#takeRequestBody(text);
    else this.#takeOtherBody(text);
  }

  #takeRequestBody(text: string): void {
    const { sink } = this.#host;
    const looksLikeJson = /^\s*[[{]/.test(text);
    if (this.#status >= 300) {
      if (looksLikeJson && this.#carriesAnswer(text)) {
        sink.message(text, this.#body.bytes, this.#atMs, this.#context);
        return;
      }
      sink.other(text, this.#body.bytes, this.#atMs, this.#context);
      const expired = this.#status === 404 ? this.#host.onNotFound(text) : undefined;
      this.#fail(expired ?? badStatus(this.#status, text, this.#host.url, this.#what));
    } else if (text.trim() === '') {
      sink.other(text, this.#body.bytes, this.#atMs, this.#context);
      const fault = `${this.#what} was answered with HTTP ${this.#status} and no body`;
      sink.finding('http.request-without-answer', fault);
      this.#fail(badStatus(this.#status, text, this.#host.url, this.#what));
    } else {
      if (this.#mode !== 'json') {
        const type = this.#contentType === '' ? 'no content type' : `the content type ${this.#contentType}`;
        sink.finding('http.content-type', `${this.#what} was answered with ${type}`, text);
      }
      if (looksLikeJson || this.#mode === 'json') {
        sink.message(text, this.#body.bytes, this.#atMs, this.#context);
      } else {
        sink.other(text, this.#body.bytes, this.#atMs, this.#context);
        this.#fail(badStatus(this.#status, text, this.#host.url, this.#what));
      }
    }
  }

  /** An error status may carry the JSON-RPC error that answers the very request. */
  #carriesAnswer(text: string): boolean {
    try {
      const { id } = JSON.parse(text) as { id?: unknown };
      return id === this.message.id;
    } catch {
      return false;
    }
  }

  #takeOtherBody(text: string): void {
    const { sink } = this.#host;
    if (this.#mode === 'json' && text.trim() !== '') {
      sink.message(text, this.#body.bytes, this.#atMs, this.#context);
    } else {
      sink.other(text, this.#body.bytes, this.#atMs, this.#context);
    }
    if (this.message.kind === 'raw') return;
    if (this.#status === 404 && this.#host.onNotFound(text) !== undefined) return;
    this.#expectAccepted();
    if (this.#status === 202 && text.trim() !== '') {
      sink.finding('http.accepted-body', 'a 202 must have no body', text);
    }
  }

  #expectAccepted(): void {
    if (this.#status === 202) return;
    const fault = `${this.#what} was answered with HTTP ${this.#status} instead of 202`;
    this.#host.sink.finding('http.accepted-status', fault);
  }

  #fail(error: HarnessError): void {
    this.#host.onFailed(this.message, error);
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ArrivalContext, TransportSink } from '../types.ts';
import type { EventStream, EventStreamHandler } from './event-stream.ts';
import { flattenHeaders, maskHeaders, mediaType } from './headers.ts';

const defaultRetryMs = 1000;
const longestRetryMs = 30_000;

export interface CommonStreamHost {
  readonly sink: TransportSink;
  openEventStream(handler: EventStreamHandler): EventStream;
  /** Sends the GET; `lastEventId` when an earlier stream is to be resumed. */
  get(handler: Dispatcher.DispatchHandler, lastEventId: string | undefined): void;
}

/** The GET stream on which a server sends what belongs to no request; kept open as long as the server offers it. */
export class CommonStream implements EventStreamHandler {
  readonly #host: CommonStreamHost;
  #controller: Dispatcher.DispatchController | undefined;
  #closed = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #retryMs = defaultRetryMs;
  #context: ArrivalContext = { requestId: undefined, common: true, frame: undefined, exchange: undefined };
  #atMs = 0;

  constructor(host: CommonStreamHost) {
    this.#host = host;
  }

  /** Opens the stream; resolves when the server has said whether it offers one. */
  open(lastEventId?: string): Promise<void> {
    return new Promise((resolve) => {
      let events: EventStream | undefined;
      let isOpen = false;
      const over = (): void => {
        resolve();
        if (isOpen) this.#reopen(events?.lastEventId ?? lastEventId, events?.retryMs);
      };
      this.#host.get(
        {
          onRequestStart: (controller) => {
            this.#controller = controller;
            if (this.#closed) controller.abort(new Error('closed'));
          },
          onResponseStart: (controller, status, incoming) => {
            if (status < 200) return;
            this.#atMs = this.#host.sink.now();
            isOpen = this.#judge(status, incoming);
            if (isOpen) events = this.#host.openEventStream(this);
            else controller.abort(new Error('not offered'));
            resolve();
          },
          onResponseData: (_controller, chunk) => {
            this.#atMs = this.#host.sink.now();
            this.#retryMs = defaultRetryMs;
            events?.push(chunk);
          },
          onResponseEnd: over,
          onResponseError: over,
        },
        lastEventId,
      );
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#controller?.abort(new Error('closed'));
  }

  data(text: string): void {
    this.#host.sink.message(text, Buffer.byteLength(text), this.#atMs, this.#context);
  }

  fault(message: string): void {
    this.#host.sink.finding('http.event-stream', message);
  }

  oversized(limit: number): void {
    this.#host.sink.oversized({ bytes: limit, head: '', tail: '' }, this.#atMs, this.#context);
    this.close();
  }

  /** True when the answer to the GET is a stream; all but that and 405 is a fault. */
  #judge(status: number, incoming: IncomingHttpHeaders): boolean {
    const headers = flattenHeaders(incoming);
    const frame = { status, headers: maskHeaders(headers) };
    this.#context = { requestId: undefined, common: true, frame, exchange: { status, headers } };
    this.#host.sink.other('', 0, this.#atMs, this.#context);
    const type = mediaType(headers['content-type']);
    if (status === 200 && type === 'text/event-stream') return true;
    if (status !== 405) {
      const fault = `GET was answered with HTTP ${status}${type === '' ? '' : ` and ${type}`} instead of an event stream or 405`;
      this.#host.sink.finding('http.get-status', fault);
    }
    return false;
  }

  /** A stream may be closed at any time; the wait doubles while it brings nothing. */
  #reopen(lastEventId: string | undefined, retryMs: number | undefined): void {
    if (this.#closed) return;
    const waitMs = retryMs ?? this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    this.#retryTimer = setTimeout(() => void this.open(lastEventId), Math.min(waitMs, longestRetryMs));
    this.#retryTimer.unref();
  }
}

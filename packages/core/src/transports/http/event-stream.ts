import { StringDecoder } from 'node:string_decoder';

/** What an event stream told. */
export interface EventStreamHandler {
  /** Data of one event, never empty, and the event's name when it has one. */
  data(text: string, event: string | undefined): void;
  /** The stream breaks a rule of its format. */
  fault(message: string): void;
  /** One event is longer than the limit; nothing more can be read from this stream. */
  oversized(limit: number): void;
}

/** Reads server-sent events from bytes and remembers what resuming needs. */
export interface EventStream {
  push(chunk: Buffer): void;
  /** Id of the last event, to resume after it. */
  readonly lastEventId: string | undefined;
  /** Wait before reconnecting that the server asked for, in ms. */
  readonly retryMs: number | undefined;
}

/** Loads the parser and opens a stream on it. */
export async function loadEventStreams(): Promise<
  (handler: EventStreamHandler, limitCharacters: number) => EventStream
> {
  const { createParser } = await import('eventsource-parser');
  return (handler, limitCharacters) => {
    // A character may be cut in two between chunks.
    const decoder = new StringDecoder('utf8');
    let lastEventId: string | undefined;
    let retryMs: number | undefined;
    let isOver = false;
    const parser = createParser({
      maxBufferSize: limitCharacters,
      onEvent: ({ id, event, data }) => {
        if (id !== undefined) lastEventId = id;
        if (data !== '') handler.data(data, event);
      },
      onRetry: (milliseconds) => {
        retryMs = milliseconds;
      },
      onError: ({ type, message }) => {
        if (type === 'max-buffer-size-exceeded') {
          isOver = true;
          handler.oversized(limitCharacters);
        } else {
          handler.fault(message);
        }
      },
    });
    return {
      push(chunk) {
        if (!isOver) parser.feed(decoder.write(chunk));
      },
      get lastEventId() {
        return lastEventId;
      },
      get retryMs() {
        return retryMs;
      },
    };
  };
}

import type { Dispatcher } from 'undici';
import type { Authorizer, Challenge, OAuthOptions } from '../../auth/types.ts';
import { isAuthorizer } from '../../auth/types.ts';
import type { ArrivalContext, TransportSink } from '../types.ts';
import { flattenHeaders, maskHeaders } from './headers.ts';

type Headers = Readonly<Record<string, string>>;
type Handler = Dispatcher.DispatchHandler;

/** As much of a refusal as is worth recording. */
const shownBytes = 64 * 1024;

const none: Headers = {};

/** A response that is not what was hoped for. */
interface Refusal {
  readonly status: number;
  readonly headers: Headers;
}

/** Writes one request: records it and hands it to the connection. */
export type WriteRequest = (authorization: Headers, handler: Handler) => void;

/**
 * Requests with the token of an authorizer. A refusal that a token may mend is recorded as it came and kept from the
 * handler; the request is written again when the token is there. Without an authorizer all of it is nothing.
 */
export class AuthorizedRequests {
  readonly #authorizer: Authorizer | undefined;
  readonly #sink: TransportSink;
  readonly #closing = new AbortController();

  constructor(auth: OAuthOptions | Authorizer | undefined, sink: TransportSink) {
    // Options alone have been made an authorizer by `connect`.
    this.#authorizer = auth !== undefined && isAuthorizer(auth) ? auth : undefined;
    this.#sink = sink;
  }

  /** The header for a request that is not worth a flow. */
  get headers(): Headers {
    const header = this.#authorizer?.header;
    return header === undefined ? none : { authorization: header };
  }

  /**
   * Writes at once, unless the token must be renewed first.
   * @param requestId of the request whose time it is
   */
  send(write: WriteRequest, handler: Handler, requestId?: number): void {
    const authorizer = this.#authorizer;
    if (authorizer === undefined) {
      write(none, handler);
      return;
    }
    const renewal = authorizer.renewal(this.#closing.signal);
    const once: Attempt = { authorizer, write, handler, requestId, tries: 0 };
    if (renewal === undefined) this.#write(once);
    else void this.#after(renewal, once);
  }

  /**
   * Opens a channel whose first response may be a challenge.
   * @param refusal what the server answered when it did not open
   */
  async open<T>(
    attempt: (authorization: Headers) => Promise<T>,
    refusal: () => Refusal | undefined,
  ): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      const authorizer = this.#authorizer;
      const used = authorizer?.header;
      try {
        return await attempt(this.headers);
      } catch (error) {
        const { status = 0, headers = {} } = refusal() ?? {};
        const challenge = authorizer?.challengeIn(status, headers);
        if (authorizer === undefined || challenge === undefined) throw error;
        await authorizer.answer(challenge, used, tries, this.#closing.signal);
      }
    }
  }

  /** Lets go of what waits for a token. */
  close(): void {
    this.#closing.abort();
  }

  async #after(token: Promise<void>, attempt: Attempt): Promise<void> {
    const { handler, requestId } = attempt;
    if (requestId !== undefined) this.#sink.held(requestId);
    try {
      await token;
    } catch (error) {
      handler.onResponseError?.(undefined as never, error as Error);
      return;
    }
    if (requestId !== undefined && !this.#sink.isWaiting(requestId)) {
      handler.onResponseError?.(undefined as never, new Error('given up while it waited for a token'));
      return;
    }
    if (requestId !== undefined) this.#sink.resent(requestId, this.#sink.now());
    this.#write(attempt);
  }

  #write(attempt: Attempt): void {
    const { authorizer, write, handler, tries } = attempt;
    const used = authorizer.header;
    const watching = new ChallengeWatch(handler, authorizer, this.#sink, (challenge) => {
      const token = authorizer.answer(challenge, used, tries, this.#closing.signal);
      void this.#after(token, { ...attempt, tries: tries + 1 });
    });
    write(used === undefined ? none : { authorization: used }, watching);
  }
}

interface Attempt {
  readonly authorizer: Authorizer;
  readonly write: WriteRequest;
  readonly handler: Handler;
  readonly requestId: number | undefined;
  readonly tries: number;
}

/** Passes a response on, unless it is a challenge. */
class ChallengeWatch implements Handler {
  readonly #inner: Handler;
  readonly #authorizer: Authorizer;
  readonly #sink: TransportSink;
  readonly #onChallenge: (challenge: Challenge) => void;
  #challenge: Challenge | undefined;
  #context: ArrivalContext | undefined;
  #body = '';
  #bytes = 0;

  constructor(
    inner: Handler,
    authorizer: Authorizer,
    sink: TransportSink,
    onChallenge: (challenge: Challenge) => void,
  ) {
    this.#inner = inner;
    this.#authorizer = authorizer;
    this.#sink = sink;
    this.#onChallenge = onChallenge;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#inner.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    incoming: Parameters<NonNullable<Handler['onResponseStart']>>[2],
    words?: string,
  ): void {
    const headers = flattenHeaders(incoming);
    this.#challenge = this.#authorizer.challengeIn(status, headers);
    if (this.#challenge === undefined) {
      this.#inner.onResponseStart?.(controller, status, incoming, words);
      return;
    }
    this.#context = {
      requestId: undefined,
      frame: { status, headers: maskHeaders(headers) },
      exchange: { status, headers },
    };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#challenge === undefined) {
      this.#inner.onResponseData?.(controller, chunk);
      return;
    }
    this.#bytes += chunk.length;
    this.#body += chunk.toString();
    // What a server goes on to say is not waited for.
    if (this.#bytes > shownBytes) controller.abort(new Error('a challenge has been read'));
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: never): void {
    if (this.#challenge === undefined) this.#inner.onResponseEnd?.(controller, trailers);
    else this.#take(this.#challenge);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#challenge === undefined) this.#inner.onResponseError?.(controller, error);
    else this.#take(this.#challenge);
  }

  #take(challenge: Challenge): void {
    this.#sink.other(this.#body, this.#bytes, this.#sink.now(), this.#context);
    this.#onChallenge(challenge);
  }
}

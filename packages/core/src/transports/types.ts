/**
 * The seam between a conversation and its channel. A transport carries texts, times them, and tells how its
 * channel ended; it knows nothing of methods beyond what {@link OutgoingMessage} says.
 */
import type { ErrorCode, HarnessError } from '../errors.ts';
import type { ShutdownReport } from '../process/types.ts';
import type { Exchange, Frame, ServerProcessReport } from '../protocol/types.ts';
import type { RuleId } from '../protocol/rules.ts';

/** What a message came with on a transport that has more than text. One object per response, shared by its messages. */
export interface ArrivalContext {
  /** Id of the request whose own stream this is; undefined on a common stream. */
  readonly requestId: number | undefined;
  /** On the stream that belongs to no POST at all. */
  readonly common?: boolean | undefined;
  readonly frame: Frame['http'];
  readonly exchange: Exchange['http'];
}

/** What the transport must know about a text that it sends. */
export interface OutgoingMessage {
  readonly kind: 'request' | 'notification' | 'response' | 'raw';
  /** Our id, for requests. */
  readonly id?: number | undefined;
  readonly method?: string | undefined;
  /** Extra headers of this one message, where the channel has headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The request stays open until somebody ends it; its stream may break without a fault. */
  readonly isLongLived?: boolean | undefined;
  /** Called when a raw text could not be sent or brought no answer (requests: {@link TransportSink.failed}). */
  readonly onFailed?: ((error: HarnessError) => void) | undefined;
}

/** What a transport reports to. All times are {@link TransportSink.now}. */
export interface TransportSink {
  /** Milliseconds since the session began. */
  now(): number;
  /** Recorded as it goes out. */
  sent(text: string, bytes: number, atMs: number, http?: Frame['http']): void;
  /** One line of a channel whose messages are lines: it may be a message, a piece of one, or noise. */
  line(text: string, bytes: number, atMs: number): void;
  /** A text that is one whole message by the channel's own framing (an HTTP body, an event). */
  message(text: string, bytes: number, atMs: number, context: ArrivalContext | undefined): void;
  /** Something that came and is no message at all: an error page, an empty acceptance. */
  other(text: string, bytes: number, atMs: number, context: ArrivalContext | undefined): void;
  /** A message longer than the limit; only its two ends are known. */
  oversized(ends: OversizedMessage, atMs: number, context: ArrivalContext | undefined): void;
  /** True while that request waits for its answer. */
  isWaiting(requestId: number): boolean;
  finding(rule: RuleId, message: string, sample?: string): void;
  /** The request waits for a token: neither its time nor its deadline runs until it is {@link resent}. */
  held(requestId: number): void;
  /** The request is written now, for the last time so far: its time begins. */
  resent(requestId: number, atMs: number): void;
  /** The request cannot be answered any more. */
  failed(requestId: number, error: HarnessError): void;
  /** The channel has ended by itself; nothing will come any more. */
  ended(reason: EndReason): void;
}

/** Why a channel ended, in words that go on with "before answering ...". */
export interface EndReason {
  readonly code: ErrorCode;
  /** `the server exited with code 1`. */
  readonly what: string;
  /** The last lines of its stderr. */
  readonly lastWords?: string | undefined;
  readonly hint?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

export interface OversizedMessage {
  readonly bytes: number;
  readonly head: string;
  readonly tail: string;
}

/** One channel to one server. */
export interface Transport {
  /** Opens the channel: starts the process, waits until it is ready. Rejects with a HarnessError. */
  open(signal: AbortSignal): Promise<void>;
  /** Sends at once. Returns the time just before the write. Failures are told to the sink. */
  send(text: string, message: OutgoingMessage): number;
  /** The request with that id was given up: free what it holds. */
  abandon(requestId: number): void;
  /** Every request has a channel of its own, with headers, and to close it gives the request up. */
  readonly hasRequestStreams?: boolean;
  /** Both sides agreed on how to go on; resolves when the transport has adapted (HTTP: the common stream is open). */
  agreed(headers: Readonly<Record<string, string>>, era: { readonly isStateless: boolean }): Promise<void>;
  /** So much is waiting to be sent that nothing should be added that nobody waits for. */
  readonly congested: boolean;
  /** Text of a message that has begun to arrive and is not complete, cut short; undefined when there is none. */
  unfinished(): string | undefined;
  process(): ServerProcessReport;
  /** See `Session.cpuTimeMs`. */
  cpuTimeMs(): number | undefined;
  /** Ends the channel and what it started. Idempotent; never rejects. */
  close(): Promise<ShutdownReport | undefined>;
}

/** Limits that every transport keeps. */
export interface TransportLimits {
  readonly maxMessageBytes: number;
}

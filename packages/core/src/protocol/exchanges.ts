import { HarnessError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ArrivalContext, EndReason, Transport } from '../transports/types.ts';
import type { Clock } from './clock.ts';
import { endError } from './end-error.ts';
import { cut, type FindingLog } from './findings.ts';
import { DeadlineTimer } from './json-rpc/deadlines.ts';
import { nameType, toErrorObject } from './json-rpc/envelope.ts';
import { PendingTable, type Pending } from './json-rpc/pending.ts';
import { describeMeanwhile, type Oddity } from './meanwhile.ts';
import type { NotificationLog } from './notification-log.ts';
import { copyStart, type Recorder } from './recorder.ts';
import { progressTokenOf, withMeta } from './request-params.ts';
import type { Exchange, RequestOptions } from './types.ts';
import type { MessageValidator } from './validate.ts';

/** What exchanges are made on. */
export interface ExchangePort {
  readonly now: Clock;
  readonly transport: Transport;
  readonly recorder: Recorder;
  readonly findings: FindingLog;
  readonly notifications: NotificationLog;
  readonly maxTextLength: number;
  readonly defaultTimeoutMs: number;
  /** Undefined when nothing is to be checked. */
  readonly validator: MessageValidator | undefined;
  /** Text that arrived and is no whole message yet. */
  unfinished(): string | undefined;
  /** Tells the channel and the server that nobody waits for the answer any more. */
  giveUp(id: number, method: string, reason: string): void;
}

const maxOddities = 100;
/** How long an answer without an id waits for one that has the right id, in ms. */
const holdMs = 100;

/** Sends requests, brings each answer to its request, and ends those whose answer will not come. */
export class Exchanges {
  readonly table = new PendingTable();
  readonly #port: ExchangePort;
  readonly #deadlines: DeadlineTimer<Pending>;
  #oddities: Oddity[] = [];
  /** For each answer without an id that is held: decides at once whose it is. */
  readonly #held = new Set<() => void>();
  /** Raw texts are under way: answers that match nothing may be theirs. */
  rawUnderWay = 0;

  constructor(port: ExchangePort) {
    this.#port = port;
    this.#deadlines = new DeadlineTimer(
      port.now,
      () => this.table.values(),
      (pending) => this.#timeOut(pending),
    );
  }

  get defaultTimeoutMs(): number {
    return this.#port.defaultTimeoutMs;
  }

  /** Sends a request; see {@link Session.exchange}. */
  start(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    return new Promise<Exchange>((resolve, reject) => {
      const port = this.#port;
      const signal = options?.signal;
      if (signal?.aborted === true) {
        reject(
          new HarnessError({ code: 'CANCELLED', message: `${method} was cancelled before it was sent` }),
        );
        return;
      }
      const id = this.table.takeId();
      const sentParams = withMeta(method, params, options, id);
      const requestText = JSON.stringify({ jsonrpc: '2.0', id, method, params: sentParams });
      const timeoutMs = options?.timeoutMs ?? port.defaultTimeoutMs;
      const pending: Pending = {
        id,
        method,
        params: sentParams,
        requestText:
          requestText.length > port.maxTextLength ? copyStart(requestText, port.maxTextLength) : requestText,
        startedAtMs: 0,
        timeoutMs,
        deadlineMs: Infinity,
        isHeld: false,
        notificationMark: port.notifications.mark,
        progressToken: progressTokenOf(sentParams),
        lastProgress: -Infinity,
        resolve,
        reject,
        forget: signal == null ? undefined : this.#listenTo(signal, id),
      };
      this.table.add(pending);
      const sentAtMs = port.transport.send(requestText, { kind: 'request', id, method, headers });
      pending.startedAtMs = sentAtMs;
      if (pending.isHeld) return;
      pending.deadlineMs = sentAtMs + timeoutMs;
      this.#deadlines.watch(pending.deadlineMs, sentAtMs);
    });
  }

  /** Takes an answer, as recorded in `text`, to its request. */
  settle(
    message: JsonObject,
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void {
    const pending = this.table.get(message['id']);
    if (pending === undefined) {
      this.#settleUnmatched(message, text, atMs, context, malformed);
      return;
    }
    this.#complete(pending, message, text, atMs, context, malformed);
  }

  /** An answer that cannot be read: it ends the request that it seems to belong to. */
  unreadable(
    id: string | number | undefined,
    reason: string,
    text: string,
    atMs: number,
    tooLarge: boolean,
  ): void {
    const match = this.table.match(id);
    const pending = 'pending' in match ? match.pending : undefined;
    if (pending === undefined) {
      this.note(`a message that cannot be read (${reason})`, atMs);
    } else if (tooLarge) {
      this.#fail(pending, 'PROTOCOL_MESSAGE_TOO_LARGE', `${pending.method}: ${reason}`, {
        hint: 'The limit is maxMessageBytes of the session; an answer of this size is hardly of use to a model.',
      });
    } else {
      this.#complete(pending, {}, text, atMs, undefined, [reason]);
    }
  }

  /** How long the server has had the request that was sent first; 0 while that one waits for a token. */
  get waitedMs(): number {
    const [first] = this.table.values();
    return first === undefined || first.isHeld ? 0 : this.#port.now() - first.startedAtMs;
  }

  /** Stops the time of a request that cannot be sent yet. */
  held(id: number): void {
    const pending = this.table.get(id);
    if (pending === undefined) return;
    pending.isHeld = true;
    pending.deadlineMs = Infinity;
  }

  /** Starts the time of a request that is sent, or sent again, only now. */
  resent(id: number, atMs: number): void {
    const pending = this.table.get(id);
    if (pending === undefined) return;
    pending.isHeld = false;
    pending.startedAtMs = atMs;
    pending.deadlineMs = atMs + pending.timeoutMs;
    this.#deadlines.watch(pending.deadlineMs, atMs);
  }

  /** Ends one request that the transport cannot bring an answer to. */
  failed(id: number, error: HarnessError): void {
    const pending = this.table.get(id);
    if (pending === undefined) return;
    this.#release(pending, false);
    pending.reject(
      new HarnessError({
        code: error.code,
        message: error.message,
        hint: error.hint,
        details: { ...error.details, exchange: this.#partial(pending) },
        cause: error.cause,
      }),
    );
  }

  /** Ends all requests, since the channel has. */
  ended(reason: EndReason): void {
    this.#deadlines.stop();
    for (const decide of this.#held) decide();
    for (const pending of this.table.values()) {
      this.#release(pending, true);
      pending.reject(endError(reason, `before answering ${pending.method}`, this.#partial(pending)));
    }
  }

  /** Remembers something odd, to be told if an answer stays away. */
  note(text: string, atMs: number): void {
    if (this.table.size === 0) return;
    this.#oddities.push({ text, atMs });
    if (this.#oddities.length > maxOddities) this.#oddities = this.#oddities.slice(maxOddities / 2);
  }

  #complete(
    pending: Pending,
    message: JsonObject,
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    envelopeFaults: readonly string[],
  ): void {
    const { notifications, maxTextLength } = this.#port;
    const { id, method, params, requestText, startedAtMs } = pending;
    const seen = notifications.since(pending.notificationMark, id);
    const droppedNotifications = notifications.countSince(pending.notificationMark, id) - seen.length;
    this.#release(pending, false);
    const { result, error } = message;
    let malformed = envelopeFaults;
    if (params?.['task'] !== undefined) {
      this.table.keepToken(pending);
    } else if (result !== undefined) {
      const faults = this.#port.validator?.result(method, result, text);
      if (faults !== undefined && faults.length > 0) malformed = [...malformed, ...faults];
    }
    pending.resolve({
      id,
      method,
      params,
      result,
      error: error === undefined ? undefined : toErrorObject(error),
      malformed,
      startedAtMs,
      durationMs: atMs - startedAtMs,
      notifications: seen,
      droppedNotifications,
      http: context?.exchange,
      requestText,
      responseText: text.length > maxTextLength ? copyStart(text, maxTextLength) : text,
    });
  }

  #settleUnmatched(
    message: JsonObject,
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void {
    const { findings } = this.#port;
    const id = message['id'];
    const named = cut(JSON.stringify(id) ?? 'no id', 60);
    const match = this.table.match(id);
    switch (match.kind) {
      case 'loose': {
        const fault = `the id of the answer is ${nameType(id)} (${named}) instead of the integer ${match.pending.id}`;
        findings.report('jsonrpc.id-type', fault, text);
        this.#complete(match.pending, message, text, atMs, context, [...malformed, fault]);
        return;
      }
      case 'guessed': {
        if (this.rawUnderWay > 0) return;
        const fault = `the answer has ${id === null ? 'the id null' : 'no id'}`;
        this.#hold(match.pending, text, atMs, () => {
          findings.report('jsonrpc.id-missing', fault, text);
          this.#complete(match.pending, message, text, atMs, context, [...malformed, fault]);
        });
        return;
      }
      case 'duplicate':
        findings.report('jsonrpc.duplicate-answer', 'a second answer to the same request', text);
        this.note(`a second answer to id ${named}`, atMs);
        return;
      case 'late':
        this.note(`the late answer to an earlier ${match.method}`, atMs);
        return;
      case 'unknown':
        if (this.rawUnderWay > 0) return;
        this.#reportUnknown(
          text,
          id === undefined ? 'an answer without an id' : `an answer with unknown id ${named}`,
          atMs,
        );
        return;
      case 'exact':
      case 'raw':
    }
  }

  /**
   * Keeps an answer without an id from its request for a moment: a server may answer a notification so while the request
   * is under way, and then the request's own answer comes.
   */
  #hold(pending: Pending, text: string, atMs: number, deliver: () => void): void {
    const decide = (): void => {
      clearTimeout(timer);
      this.#held.delete(decide);
      if (this.table.get(pending.id) === pending) deliver();
      else this.#reportUnknown(text, 'an answer without an id', atMs);
    };
    const timer = setTimeout(decide, holdMs).unref();
    this.#held.add(decide);
  }

  #reportUnknown(text: string, noted: string, atMs: number): void {
    this.#port.findings.report('jsonrpc.unknown-id', 'an answer whose id no request has', text);
    this.note(noted, atMs);
  }

  #timeOut(pending: Pending): void {
    const { recorder } = this.#port;
    const oddities = this.#oddities.filter((oddity) => oddity.atMs >= pending.startedAtMs);
    const meanwhile = describeMeanwhile(
      recorder.since(pending.startedAtMs),
      oddities,
      this.#port.unfinished(),
    );
    const after = meanwhile === undefined ? 'nothing came' : `meanwhile came ${meanwhile}`;
    const message = `${pending.method} was not answered within ${formatMs(pending.timeoutMs)}; ${after}`;
    this.#cancel(pending, 'PROTOCOL_TIMEOUT', message, 'timeout', { meanwhile: after });
  }

  /** Gives a request up and tells the server so. */
  #cancel(
    pending: Pending,
    code: 'PROTOCOL_TIMEOUT' | 'CANCELLED',
    message: string,
    reason: string,
    details?: Readonly<Record<string, unknown>>,
  ): void {
    this.#fail(pending, code, message, { late: true, details });
    this.#port.giveUp(pending.id, pending.method, reason);
  }

  #fail(
    pending: Pending,
    code: 'PROTOCOL_TIMEOUT' | 'CANCELLED' | 'PROTOCOL_MESSAGE_TOO_LARGE',
    message: string,
    options: {
      readonly late?: boolean;
      readonly hint?: string;
      readonly details?: Readonly<Record<string, unknown>> | undefined;
    },
  ): void {
    const exchange = this.#partial(pending);
    this.#release(pending, options.late ?? false);
    pending.reject(
      new HarnessError({ code, message, hint: options.hint, details: { ...options.details, exchange } }),
    );
  }

  #listenTo(signal: AbortSignal, id: number): () => void {
    const onAbort = (): void => {
      const pending = this.table.get(id);
      if (pending === undefined) return;
      this.#cancel(pending, 'CANCELLED', `${pending.method} was cancelled`, 'cancelled');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  }

  #release(pending: Pending, late: boolean): void {
    this.table.remove(pending, late);
    pending.forget?.();
    if (this.table.size > 0) return;
    this.#port.notifications.clear();
    if (this.#oddities.length > 0) this.#oddities = [];
  }

  /** What is known of a request that was not answered. */
  #partial(pending: Pending): Exchange {
    const { now, notifications } = this.#port;
    const seen = notifications.since(pending.notificationMark, pending.id);
    return {
      id: pending.id,
      method: pending.method,
      params: pending.params,
      malformed: [],
      startedAtMs: pending.startedAtMs,
      durationMs: now() - pending.startedAtMs,
      notifications: seen,
      droppedNotifications: notifications.countSince(pending.notificationMark, pending.id) - seen.length,
      requestText: pending.requestText,
      responseText: undefined,
    };
  }
}

function formatMs(milliseconds: number): string {
  return milliseconds >= 1000 && milliseconds % 100 === 0
    ? `${milliseconds / 1000} s`
    : `${Math.round(milliseconds)} ms`;
}

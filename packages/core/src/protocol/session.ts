import type { HarnessError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type {
  ArrivalContext,
  EndReason,
  OversizedMessage,
  Transport,
  TransportSink,
} from '../transports/types.ts';
import type { Answer, Matcher } from './client-behaviour.ts';
import { harnessClientInfo } from './client-info.ts';
import type { Clock } from './clock.ts';
import { endError } from './end-error.ts';
import { Exchanges } from './exchanges.ts';
import { cut, FindingLog } from './findings.ts';
import { Inbox } from './json-rpc/inbox.ts';
import { readAgreement } from './lifecycle/initialize.ts';
import type { Agreement } from './lifecycle/types.ts';
import { listAllPages, type ListMethod } from './list-all.ts';
import { RequestsByName } from './named-requests.ts';
import { NotificationLog } from './notification-log.ts';
import { collectRaw, type RawOptions } from './raw.ts';
import { defaultRecorderLimits, Recorder } from './recorder.ts';
import { resultOf } from './result-of.ts';
import { strategyFor, type RevisionStrategy } from './revisions/index.ts';
import type { RuleId } from './rules.ts';
import { ServerMessages } from './server-messages.ts';
import { StatelessConversation } from './stateless/conversation.ts';
import type {
  CloseReport,
  Exchange,
  Frame,
  RequestOptions,
  ServerMessage,
  ServerProcessReport,
  Session,
  SessionInfo,
  SessionOptions,
} from './types.ts';
import { MessageValidator } from './validate.ts';
import { waitFor } from './wait-for.ts';

export const defaultTimeoutMs = 30_000;
export const defaultMaxMessageBytes = 32 * 1024 * 1024;

export interface SessionParts {
  readonly name: string;
  readonly options: SessionOptions;
  readonly now: Clock;
  readonly matches: Matcher;
  /** The revision that is assumed until one is agreed on. */
  readonly strategy: RevisionStrategy;
  createTransport(sink: TransportSink): Transport;
}

/** One conversation over one transport: see {@link Session}. */
export class McpSession extends RequestsByName implements Session, TransportSink {
  readonly name: string;
  readonly now: Clock;
  readonly transport: Transport;
  readonly exchanges: Exchanges;
  readonly findingLog = new FindingLog();
  /** Undefined when nothing is to be checked. */
  readonly validator: MessageValidator | undefined;
  readonly #recorder: Recorder;
  readonly #notifications = new NotificationLog();
  readonly #inbox: Inbox;
  readonly #serverMessages: ServerMessages;
  readonly #listeners = new Set<(message: ServerMessage) => void>();
  #strategy: RevisionStrategy;
  #agreement: Agreement | undefined;
  /** Set when the revision agreed on is of the stateless era. */
  #stateless: StatelessConversation | undefined;
  readonly #options: SessionOptions;
  readonly #matches: Matcher;
  #startupMs = 0;
  #end: EndReason | undefined;
  #closing: Promise<CloseReport> | undefined;
  readonly #endListeners = new Set<(reason: EndReason) => void>();
  /** The test makes the handshake itself. */
  readonly adoptsHandshake: boolean;

  constructor(parts: SessionParts) {
    super();
    const { options } = parts;
    this.name = parts.name;
    this.#options = options;
    this.#matches = parts.matches;
    this.now = parts.now;
    this.#strategy = parts.strategy;
    this.adoptsHandshake = options.handshake === false;
    this.validator = options.validate === false ? undefined : new MessageValidator(this.findingLog);
    this.#recorder = new Recorder(options.recorder, options.onFrame);
    this.transport = parts.createTransport(this);
    this.exchanges = new Exchanges({
      now: parts.now,
      transport: this.transport,
      recorder: this.#recorder,
      findings: this.findingLog,
      notifications: this.#notifications,
      maxTextLength: options.recorder?.maxFrameBytes ?? defaultRecorderLimits.maxFrameBytes,
      defaultTimeoutMs: options.requestTimeoutMs ?? defaultTimeoutMs,
      validator: this.validator,
      unfinished: () => this.#inbox.unfinished() ?? this.transport.unfinished(),
      giveUp: (id, method, reason) => this.#giveUp(id, method, reason),
    });
    this.#serverMessages = new ServerMessages({
      behaviour: options.client ?? {},
      matches: parts.matches,
      findings: this.findingLog,
      notifications: this.#notifications,
      table: this.exchanges.table,
      checks: options.validate !== false,
      state: () => ({
        strategy: this.#strategy,
        capabilities: this.#agreement?.capabilities,
        validator: this.validator,
        stateless: this.#stateless,
      }),
      answer: (id, answer) => this.#answer(id, answer),
      onNotification: (message) => {
        for (const listener of this.#listeners) listener(message);
      },
    });
    this.#inbox = new Inbox(
      {
        now: parts.now,
        recorder: this.#recorder,
        findings: this.findingLog,
        limitBytes: options.maxMessageBytes ?? defaultMaxMessageBytes,
        allowsBatches: () => this.#strategy.batches,
      },
      {
        response: (message, text, atMs, context, malformed) => {
          if (this.#endsSubscription(message, text, atMs)) return;
          if (context?.common === true) {
            this.finding('http.response-on-common-stream', 'an answer came on the GET stream', text);
            if (this.exchanges.table.get(message['id']) === undefined) return;
          }
          this.exchanges.settle(message, text, atMs, context, malformed);
        },
        request: (...args) => this.#serverMessages.request(...args),
        notification: (...args) => this.#serverMessages.notification(...args),
        unreadable: (...args) => this.exchanges.unreadable(...args),
      },
    );
  }

  get info(): SessionInfo {
    const agreement = this.#agreement;
    return {
      protocolVersion: this.#strategy.revision,
      serverInfo: agreement?.serverInfo ?? {},
      capabilities: agreement?.capabilities ?? {},
      instructions: agreement?.instructions,
      startupMs: this.#startupMs,
    };
  }

  get frames(): readonly Frame[] {
    return this.#recorder.frames;
  }

  get droppedFrames(): number {
    return this.#recorder.dropped;
  }

  get findings(): Session['findings'] {
    return this.findingLog.list(this.#strategy);
  }

  get alive(): boolean {
    return this.#end === undefined && this.#closing === undefined;
  }

  /** `headers`: of this one message, while no revision is agreed on. */
  exchange(
    method: string,
    params?: JsonObject,
    options?: RequestOptions,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    if (!this.alive) return Promise.reject(this.#endedBefore(method));
    const exchange =
      this.#stateless?.exchange(method, params, options) ??
      this.exchanges.start(method, params, options, headers);
    const watch = watched.get(method);
    if (watch !== undefined) void exchange.then(watch.bind(undefined, this), () => {});
    return exchange;
  }

  async request<T = JsonValue>(method: string, params?: JsonObject, options?: RequestOptions): Promise<T> {
    return resultOf(await this.exchange(method, params, options)) as T;
  }

  async listAll<T = JsonObject>(method: ListMethod, options?: RequestOptions): Promise<readonly T[]> {
    const items = await listAllPages<T>(this, this.findingLog, method, options);
    return this.#stateless?.usable(method, items) ?? items;
  }

  async notify(method: string, params?: JsonObject): Promise<void> {
    if (!this.alive) throw this.#endedBefore(method);
    this.#notify(method, params);
  }

  async sendRaw(text: string, options: RawOptions = {}): Promise<readonly Frame[]> {
    if (!this.alive) throw this.#endedBefore('a raw message');
    return collectRaw(text, options, {
      transport: this.transport,
      recorder: this.#recorder,
      exchanges: this.exchanges,
      timeoutMs: options.timeoutMs ?? this.exchanges.defaultTimeoutMs,
      onEnd: (listener) => this.onEnd(listener),
    });
  }

  waitForNotification(
    method: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<ServerMessage> {
    if (!this.alive) return Promise.reject(this.#endedBefore(method));
    this.#stateless?.listens(method);
    return waitFor(method, options.timeoutMs ?? this.exchanges.defaultTimeoutMs, options.signal, {
      onNotification: (listener) => this.#listen(listener),
      onEnd: (listener) => this.onEnd(listener),
    });
  }

  onNotification(listener: (message: ServerMessage) => void): () => void {
    if (this.alive) this.#stateless?.listens();
    return this.#listen(listener);
  }

  #listen(listener: (message: ServerMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` once, when the channel has ended or was closed; returns how to stop. */
  onEnd(listener: (reason: EndReason) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  process(): ServerProcessReport {
    return this.transport.process();
  }

  cpuTimeMs(): number | undefined {
    return this.transport.cpuTimeMs();
  }

  close(): Promise<CloseReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A handshake that a test made itself (`handshake: false`) is agreed on as ours would be. */
  adopt(exchange: Exchange): void {
    if (this.#agreement !== undefined || exchange.result === undefined) return;
    try {
      void this.agree(
        readAgreement(exchange, { strategyFor, finding: this.finding.bind(this) }, this.#strategy, false),
        0,
      );
    } catch {
      // What the answer lacks is for the test to judge.
    }
  }

  setMinimumLogLevel(level: JsonValue | undefined): void {
    this.#serverMessages.minimumLogLevel = typeof level === 'string' ? level : undefined;
  }

  /** What both sides agreed on takes effect. */
  async agree(agreement: Agreement, startupMs: number): Promise<void> {
    this.#agreement = agreement;
    this.#startupMs = startupMs;
    this.#strategy = agreement.strategy;
    const isStateless = agreement.strategy.era === 'stateless';
    if (isStateless && !this.adoptsHandshake) this.#stateless = this.#converse(agreement);
    await this.transport.agreed(agreement.strategy.httpHeaders, { isStateless });
  }

  sent(text: string, bytes: number, atMs: number, http?: Frame['http']): void {
    this.#recorder.record('sent', text, bytes, atMs, http);
  }

  line(text: string, bytes: number, atMs: number): void {
    this.#inbox.line(text, bytes, atMs);
  }

  message(text: string, bytes: number, atMs: number, context: ArrivalContext | undefined): void {
    this.#inbox.message(text, bytes, atMs, context);
  }

  other(text: string, bytes: number, atMs: number, context: ArrivalContext | undefined): void {
    this.#recorder.record('received', text, bytes, atMs, context?.frame);
  }

  oversized(ends: OversizedMessage, atMs: number, context: ArrivalContext | undefined): void {
    this.#inbox.oversized(ends, atMs, context);
  }

  isWaiting(requestId: number): boolean {
    if (this.exchanges.table.get(requestId) !== undefined) return true;
    return this.#stateless?.subscriptions.isOpen(requestId) ?? false;
  }

  finding(rule: RuleId, message: string, sample?: string): void {
    this.findingLog.report(rule, message, sample);
  }

  held(requestId: number): void {
    this.exchanges.held(requestId);
  }

  resent(requestId: number, atMs: number): void {
    this.exchanges.resent(requestId, atMs);
  }

  failed(requestId: number, error: HarnessError): void {
    if (this.#stateless?.failed(requestId, error) === true) return;
    this.exchanges.failed(requestId, error);
  }

  ended(reason: EndReason): void {
    if (this.#end !== undefined) return;
    this.#inbox.end();
    this.#end = reason.lastWords === undefined ? { ...reason, lastWords: this.#noiseTail() } : reason;
    this.#stateless?.subscriptions.end(endError(this.#end, 'before a subscription was acknowledged'));
    this.exchanges.ended(this.#end);
    for (const listener of this.#endListeners) listener(this.#end);
  }

  /** Without a word on stderr, what a server printed to stdout may tell why it ended. */
  #noiseTail(): string | undefined {
    const noise = this.#recorder.frames.filter(({ direction, text }) => direction === 'noise' && text !== '');
    const last = noise.slice(-5).map(({ text }) => cut(text, 200));
    return last.length === 0 ? undefined : JSON.stringify(last.join('\n'));
  }

  #converse(agreement: Agreement): StatelessConversation {
    return new StatelessConversation({
      agreement,
      behaviour: this.#options.client ?? {},
      clientInfo: this.#options.clientInfo ?? harnessClientInfo,
      matches: this.#matches,
      findings: this.findingLog,
      validator: this.validator,
      exchanges: this.exchanges,
      transport: this.transport,
      now: this.now,
      notify: (method, params) => this.#notify(method, params),
    });
  }

  #endsSubscription(message: JsonObject, text: string, atMs: number): boolean {
    const { id, result } = message;
    if (this.#stateless?.subscriptions.settle(id, message, text, atMs) !== true) return false;
    if (result !== undefined) this.validator?.result('subscriptions/listen', result, text);
    return true;
  }

  /** The specification forbids to cancel what opens a conversation. */
  #giveUp(id: number, method: string, reason: string): void {
    if (this.#stateless !== undefined) {
      this.#stateless.cancel(id, reason);
      return;
    }
    this.transport.abandon(id);
    if (method === 'initialize' || method === 'server/discover') return;
    this.#notify('notifications/cancelled', { requestId: id, reason });
  }

  #notify(method: string, params?: JsonObject): void {
    if (this.#end !== undefined) return;
    const text = JSON.stringify({ jsonrpc: '2.0', method, params });
    this.transport.send(text, { kind: 'notification', method });
  }

  #answer(id: string | number, answer: Answer): boolean {
    if (this.#end !== undefined) return true;
    if (this.transport.congested) return false;
    this.transport.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }), { kind: 'response' });
    return true;
  }

  #endedBefore(what: string): HarnessError {
    return endError(this.#end ?? closedByUs, `before ${what} was sent`);
  }

  async #close(): Promise<CloseReport> {
    this.ended(closedByUs);
    const shutdown = await this.transport.close();
    return { shutdown, process: this.transport.process() };
  }
}

/** Answers that change how the rest of the conversation is judged. */
const watched: ReadonlyMap<string, (session: McpSession, exchange: Exchange) => void> = new Map([
  [
    'initialize',
    (session: McpSession, exchange: Exchange) => {
      if (session.adoptsHandshake) session.adopt(exchange);
    },
  ],
  [
    'logging/setLevel',
    (session: McpSession, { error, params }: Exchange) => {
      if (error === undefined) session.setMinimumLogLevel(params?.['level']);
    },
  ],
]);

const closedByUs: EndReason = { code: 'PROTOCOL_SESSION_CLOSED', what: 'the session was closed' };

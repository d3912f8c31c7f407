import type { HarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ArrivalContext, Transport } from '../../transports/types.ts';
import type { Matcher } from '../client-behaviour.ts';
import type { Exchanges } from '../exchanges.ts';
import type { FindingLog } from '../findings.ts';
import type { Agreement } from '../lifecycle/types.ts';
import { methodsThatMayAsk } from '../revisions/method-types.ts';
import { asksBack } from '../revisions/validators.ts';
import type { ClientBehaviour, ClientInfo, Exchange, RequestOptions } from '../types.ts';
import type { MessageValidator } from '../validate.ts';
import { judgeAnswer } from './judge.ts';
import { metaKeys, metaOf, requestMeta } from './meta.ts';
import { ToolHeaders } from './param-headers.ts';
import { requestHeaders } from './request-headers.ts';
import { answerRounds } from './rounds.ts';
import { comesBySubscription, Subscriptions } from './subscriptions.ts';
import { declaresTasks, followTask, isTask, tasksExtension, type TasksPort } from './tasks.ts';

const headerMismatch = -32020;
/** Pages of tools that are read to learn what goes into headers. */
const mostPages = 100;

export interface ConversationOptions {
  readonly agreement: Agreement;
  readonly behaviour: ClientBehaviour;
  readonly clientInfo: ClientInfo;
  readonly matches: Matcher;
  readonly findings: FindingLog;
  readonly validator: MessageValidator | undefined;
  readonly exchanges: Exchanges;
  readonly transport: Transport;
  now(): number;
  notify(method: string, params: JsonObject): void;
}

/**
 * What a session does its own way in the stateless era, so that those who use it need not know: it says with every
 * request who asks and in which revision, answers a server that asks back, follows tasks, and subscribes to what is
 * listened for.
 */
export class StatelessConversation {
  readonly subscriptions: Subscriptions;
  readonly #options: ConversationOptions;
  readonly #meta: JsonObject;
  readonly #tools = new ToolHeaders();
  readonly #rounds: TasksPort;
  #asksForLogs = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { agreement, behaviour, clientInfo, matches, findings, exchanges } = options;
    // Declared where it is of use: the result is the same to whoever calls.
    const extensions = declaresTasks(agreement.capabilities) ? { [tasksExtension]: {} } : {};
    this.#meta = requestMeta(agreement.strategy, behaviour, clientInfo, extensions);
    this.#rounds = {
      behaviour,
      matches,
      findings,
      defaultTimeoutMs: exchanges.defaultTimeoutMs,
      send: (method, params, requestOptions) => this.#request(method, params, requestOptions),
      judge: (method, result, text) => options.validator?.result(method, result, text) ?? [],
    };
    this.subscriptions = new Subscriptions({
      findings,
      now: () => options.now(),
      takeId: () => exchanges.table.takeId(),
      send: (id, params) => this.#sendListen(id, params),
      cancel: (id, reason) => this.cancel(id, reason),
    });
  }

  /** As {@link Session.exchange}. */
  exchange(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> {
    const instead = this.#equivalent(method, params, options);
    if (instead !== undefined) return instead;
    const { ready } = this.subscriptions;
    if (ready === undefined) return this.#complete(method, params, options);
    // What the request causes is to be told: the subscription has to stand before it is sent.
    return ready.then(() => this.#complete(method, params, options));
  }

  /** Somebody listens; subscribes to what only a subscription brings. */
  listens(method?: string): void {
    if (method !== undefined && !comesBySubscription(method)) return;
    this.subscriptions.listenForChanges(this.#options.agreement.capabilities);
  }

  /** Judges a notification; returns false for one that is of no interest to others. */
  notification(
    method: string,
    params: JsonObject | undefined,
    text: string,
    atMs: number,
    checks: boolean,
  ): boolean {
    if (method === 'notifications/subscriptions/acknowledged') {
      this.subscriptions.acknowledge(params, text, atMs);
      return false;
    }
    if (method === 'notifications/cancelled') {
      const ours = this.subscriptions.cancelledByServer(params?.['requestId']);
      if (!ours && checks) {
        const fault = 'a server may only cancel a subscription';
        this.#options.findings.report('cancellation.not-a-subscription', fault, text);
      }
      return !ours;
    }
    if (!checks) return true;
    if (comesBySubscription(method)) this.subscriptions.judge(method, params, text);
    if (method === 'notifications/message' && !this.#asksForLogs) {
      const fault = 'a log message though no request asked for any';
      this.#options.findings.report('logging.not-requested', fault, text);
    }
    return true;
  }

  /** What came on the stream of a subscription belongs to no request. */
  ownerOf(context: ArrivalContext | undefined): number | undefined {
    const id = context?.requestId;
    return this.subscriptions.isOpen(id) ? undefined : id;
  }

  /** Gives a request up: where it has a channel of its own, closing that says so. */
  cancel(id: number, reason: string): void {
    const { transport } = this.#options;
    transport.abandon(id);
    if (transport.hasRequestStreams !== true)
      this.#options.notify('notifications/cancelled', { requestId: id, reason });
  }

  failed(id: number, error: HarnessError): boolean {
    return this.subscriptions.failed(id, error);
  }

  /** Leaves out the tools that a client must not use. */
  usable<T>(method: string, items: readonly T[]): readonly T[] {
    return method === 'tools/list' ? items.filter((tool) => this.#tools.isUsable(tool)) : items;
  }

  /** A request of the other era that has an equivalent in this one, or one whose answer is not what is waited for. */
  #equivalent(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> | undefined {
    const { uri, notifications } = params ?? {};
    if (method === 'resources/unsubscribe' && typeof uri === 'string') {
      return this.subscriptions.unsubscribe(uri) ? Promise.resolve(this.#unsubscribed(params)) : undefined;
    }
    const filter =
      method === 'resources/subscribe' && typeof uri === 'string'
        ? { resourceSubscriptions: [uri] }
        : method === 'subscriptions/listen' && isJsonObject(notifications)
          ? notifications
          : undefined;
    if (filter === undefined) return undefined;
    const timeoutMs = options?.timeoutMs ?? this.#options.exchanges.defaultTimeoutMs;
    return this.subscriptions.open(method, params, filter, { timeoutMs, signal: options?.signal });
  }

  async #complete(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> {
    const first = await this.#request(method, params, options);
    const asks = asksBack(first.result) && methodsThatMayAsk.has(method);
    const answered = asks ? await answerRounds(first, params, options, this.#rounds) : first;
    return isTask(answered) ? followTask(answered, options, this.#rounds) : answered;
  }

  async #request(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> {
    const answered = await this.#send(method, params, options);
    const exchange = this.#isHeaderMismatch(method, answered)
      ? await this.#sendWithNewHeaders(answered, params, options)
      : answered;
    if (method === 'tools/list') this.#learnTools(exchange);
    if (this.#options.validator === undefined) return exchange;
    if (exchange.error !== undefined) {
      this.#options.validator.error(method, exchange.error, exchange.responseText ?? '');
    }
    const faults = judgeAnswer(exchange, this.#options.findings);
    return faults.length === 0 ? exchange : { ...exchange, malformed: [...exchange.malformed, ...faults] };
  }

  #send(
    method: string,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> {
    const meta = options?.meta === undefined ? this.#meta : { ...this.#meta, ...options.meta };
    const given = params?.['_meta'];
    if (meta[metaKeys.logLevel] !== undefined || metaOf(params, 'logLevel') !== undefined)
      this.#asksForLogs = true;
    // What the test gives goes last: it may lie on purpose.
    const sent =
      given === undefined || isJsonObject(given) ? { ...options, meta: { ...meta, ...given } } : options;
    return this.#options.exchanges.start(method, params, sent, this.#headers(method, params));
  }

  #headers(method: string, params: JsonObject | undefined): Readonly<Record<string, string>> | undefined {
    if (this.#options.transport.hasRequestStreams !== true) return undefined;
    return requestHeaders(method, params, this.#tools.of(method, params));
  }

  /** The server wants arguments repeated in headers that its tools did not say when they were last listed. */
  #isHeaderMismatch(method: string, { error }: Exchange): boolean {
    return (
      method === 'tools/call' &&
      error?.code === headerMismatch &&
      this.#options.transport.hasRequestStreams === true
    );
  }

  /** Lists the tools anew and sends the call once more; 2026-07-28, streamable-http#client-behavior. */
  async #sendWithNewHeaders(
    refused: Exchange,
    params: JsonObject | undefined,
    options: RequestOptions | undefined,
  ): Promise<Exchange> {
    const before = JSON.stringify(this.#headers('tools/call', params));
    let cursor: unknown = '';
    for (let page = 0; page < mostPages && typeof cursor === 'string'; page += 1) {
      const listed = await this.#request('tools/list', cursor === '' ? {} : { cursor }, {
        timeoutMs: options?.timeoutMs,
        signal: options?.signal,
      });
      cursor = isJsonObject(listed.result) ? listed.result['nextCursor'] : undefined;
    }
    if (JSON.stringify(this.#headers('tools/call', params)) === before) return refused;
    return this.#send('tools/call', params, options);
  }

  #learnTools({ result, responseText }: Exchange): void {
    if (this.#options.transport.hasRequestStreams !== true) return;
    this.#tools.learn(result, (name, fault) =>
      this.#options.findings.report('http.param-header', `tool ${name}: ${fault}`, responseText),
    );
  }

  #sendListen(id: number, params: JsonObject): { readonly atMs: number; readonly text: string } {
    const method = 'subscriptions/listen';
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: this.#meta } });
    const headers = this.#headers(method, params);
    const { transport } = this.#options;
    return { atMs: transport.send(text, { kind: 'request', id, method, headers, isLongLived: true }), text };
  }

  #unsubscribed(params: JsonObject | undefined): Exchange {
    return {
      id: undefined,
      method: 'resources/unsubscribe',
      params,
      result: {},
      malformed: [],
      startedAtMs: this.#options.now(),
      durationMs: 0,
      notifications: [],
      requestText: '',
      responseText: undefined,
    };
  }
}

import { HarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { FindingLog } from '../findings.ts';
import { toErrorObject } from '../json-rpc/envelope.ts';
import type { Exchange } from '../types.ts';
import { metaOf } from './meta.ts';

/** How long a request waits for the acknowledgement of a subscription that it was begun before. */
const readyMs = 2000;
const firstRetryMs = 1000;
const longestRetryMs = 30_000;
const remembersIds = 1000;

/** What a subscription asks for; 2026-07-28, basic/patterns/subscriptions#notification-filter. */
export interface SubscriptionFilter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
}

export interface SubscriptionsPort {
  readonly findings: FindingLog;
  now(): number;
  takeId(): number;
  /** Sends `subscriptions/listen`; returns when it went out and its text. */
  send(id: number, params: JsonObject): { readonly atMs: number; readonly text: string };
  /** Ends the subscription with that id, in the way of the channel. */
  cancel(id: number, reason: string): void;
}

interface Subscription {
  readonly id: number;
  readonly filter: SubscriptionFilter;
  readonly sentAtMs: number;
  readonly requestText: string;
  /** Opened again when its stream breaks. */
  readonly isLasting: boolean;
  acknowledged: boolean;
  /** Takes the acknowledgement, or what came in its place. */
  readonly opened: (outcome: Opened) => void;
}

interface Opened {
  readonly atMs: number;
  readonly text: string | undefined;
  readonly agreed?: JsonObject;
  readonly error?: JsonObject;
  readonly failure?: HarnessError;
}

/** Which member of the filter asks for a notification. */
const wantedBy: Readonly<Record<string, keyof SubscriptionFilter>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
  'notifications/resources/updated': 'resourceSubscriptions',
};

/** True for notifications that come on a subscription and nowhere else. */
export function comesBySubscription(method: string): boolean {
  return Object.hasOwn(wantedBy, method);
}

/**
 * The `subscriptions/listen` requests that are held open. They are kept apart from other requests: their answer comes
 * when they end, and meanwhile what they bring belongs to no request.
 */
export class Subscriptions {
  readonly #port: SubscriptionsPort;
  readonly #open = new Map<number, Subscription>();
  readonly #past = new Set<unknown>();
  readonly #byUri = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #changes: SubscriptionFilter | undefined;
  #retryMs = firstRetryMs;
  /** Settles when the subscriptions that were begun are acknowledged, or did not get so in time. */
  ready: Promise<void> | undefined;

  constructor(port: SubscriptionsPort) {
    this.#port = port;
  }

  /** Asks once, and from then on, for news of every list that the server says it tells of. */
  listenForChanges(capabilities: JsonObject): void {
    if (this.#changes !== undefined) return;
    const has = (name: string): boolean => {
      const capability = capabilities[name];
      return isJsonObject(capability) && capability['listChanged'] === true;
    };
    this.#changes = {
      ...(has('tools') && { toolsListChanged: true }),
      ...(has('prompts') && { promptsListChanged: true }),
      ...(has('resources') && { resourcesListChanged: true }),
    };
    if (Object.keys(this.#changes).length > 0) this.#listen(this.#changes);
  }

  /**
   * Opens a subscription for a request of the test; resolves when it is acknowledged.
   * @throws HarnessError PROTOCOL_TIMEOUT, CANCELLED, and what ends the session
   */
  async open(
    method: string,
    params: JsonObject | undefined,
    filter: SubscriptionFilter,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Exchange> {
    const subscription = this.#begin(filter, false);
    const giveUp = (code: 'PROTOCOL_TIMEOUT' | 'CANCELLED', message: string): void => {
      this.#port.cancel(subscription.id, message);
      this.failed(subscription.id, new HarnessError({ code, message }));
    };
    const timer = this.#later(
      () => giveUp('PROTOCOL_TIMEOUT', `${method} was not acknowledged within ${timeoutMs} ms`),
      timeoutMs,
    );
    const onAbort = (): void => giveUp('CANCELLED', `${method} was cancelled`);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    const outcome = await subscription.opened;
    this.#stop(timer);
    signal?.removeEventListener('abort', onAbort);
    if (outcome.failure !== undefined) throw outcome.failure;
    const uri = method === 'resources/subscribe' ? filter.resourceSubscriptions?.[0] : undefined;
    if (uri !== undefined && outcome.error === undefined) this.#byUri.set(uri, subscription.id);
    return {
      id: subscription.id,
      method,
      params,
      ...answerIn(outcome, uri),
      startedAtMs: subscription.sentAtMs,
      durationMs: outcome.atMs - subscription.sentAtMs,
      notifications: [],
      requestText: subscription.requestText,
      responseText: outcome.text,
    };
  }

  /** Ends the subscription to a resource; false when there is none. */
  unsubscribe(uri: string): boolean {
    const id = this.#byUri.get(uri);
    if (id === undefined) return false;
    this.#byUri.delete(uri);
    this.#port.cancel(id, 'unsubscribed');
    this.#forget(id);
    return true;
  }

  isOpen(id: unknown): boolean {
    return this.#open.has(id as number);
  }

  /** Takes the answer that ends a subscription, or refuses it; false when it is no subscription's. */
  settle(id: unknown, message: JsonObject, text: string, atMs: number): boolean {
    const subscription = this.#open.get(id as number);
    if (subscription === undefined) return this.#past.has(id);
    const { error } = message;
    this.#forget(subscription.id);
    if (!isJsonObject(error)) {
      if (!subscription.acknowledged) this.#notAcknowledged('the subscription ended', text);
    } else if (subscription.isLasting) {
      const what = `subscriptions/listen was refused though the server declares listChanged: error ${JSON.stringify(error['code'])}`;
      this.#port.findings.report('subscription.refused', what, text);
    }
    subscription.opened({ atMs, text, ...(isJsonObject(error) ? { error } : { agreed: {} }) });
    return true;
  }

  /** The stream of a subscription broke; false when the id is no subscription's. */
  failed(id: number, failure: HarnessError): boolean {
    const subscription = this.#open.get(id);
    if (subscription === undefined) return this.#past.has(id);
    this.#forget(id);
    subscription.opened({ atMs: this.#port.now(), text: undefined, failure });
    if (subscription.isLasting) this.#listenLater(subscription.filter);
    return true;
  }

  /** The server ends a subscription by a notification, as on stdio; false when it has none with that id. */
  cancelledByServer(id: unknown): boolean {
    if (!this.isOpen(id)) return this.#past.has(id);
    this.#forget(id as number);
    return true;
  }

  acknowledge(params: JsonObject | undefined, text: string, atMs: number): void {
    const subscription = this.#named({ ...params }, text);
    if (subscription === undefined) return;
    const agreed = isJsonObject(params?.['notifications']) ? params['notifications'] : {};
    for (const [name, value] of Object.entries(agreed)) {
      const asked = subscription.filter[name as keyof SubscriptionFilter];
      if (value === false || (Array.isArray(value) && value.length === 0)) continue;
      if (asked !== undefined) continue;
      const fault = `the acknowledgement names ${name}, which was not asked for`;
      this.#port.findings.report('subscription.acknowledged-more', fault, text);
    }
    subscription.acknowledged = true;
    this.#retryMs = firstRetryMs;
    subscription.opened({ atMs, text, agreed });
  }

  /** Holds a notification of a change against the subscription that it came by. */
  judge(method: string, params: JsonObject | undefined, text: string): void {
    const { findings } = this.#port;
    if (this.#open.size === 0 && this.#past.size === 0) {
      findings.report('subscription.not-requested', `${method} without any subscription`, text);
      return;
    }
    const subscription = this.#named(params, text);
    if (subscription === undefined) return;
    if (!subscription.acknowledged) this.#notAcknowledged(method, text);
    const wanted = wantedBy[method];
    if (wanted !== undefined && subscription.filter[wanted] === undefined) {
      const fault = `${method} on a subscription that did not ask for it`;
      findings.report('subscription.not-requested', fault, text);
    }
  }

  /** Nothing will come any more. */
  end(failure: HarnessError): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#changes = {};
    for (const { id, opened } of this.#open.values()) {
      this.#forget(id);
      opened({ atMs: this.#port.now(), text: undefined, failure });
    }
  }

  #begin(
    filter: SubscriptionFilter,
    isLasting: boolean,
  ): {
    readonly id: number;
    readonly sentAtMs: number;
    readonly requestText: string;
    readonly opened: Promise<Opened>;
  } {
    const id = this.#port.takeId();
    const { promise, resolve } = Promise.withResolvers<Opened>();
    const entry = { id, filter, isLasting, acknowledged: false, opened: resolve };
    // Known before it is sent: an answer may be there at once.
    const subscription: Subscription = { ...entry, sentAtMs: 0, requestText: '' };
    this.#open.set(id, subscription);
    const { atMs, text } = this.#port.send(id, { notifications: { ...filter } });
    return { id, sentAtMs: atMs, requestText: text, opened: promise };
  }

  #listen(filter: SubscriptionFilter): void {
    const { opened } = this.#begin(filter, true);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#later(resolve, readyMs);
    const ready = this.#settled(Promise.race([opened, late]), timer).finally(() => {
      if (this.ready === ready) this.ready = undefined;
    });
    this.ready = ready;
  }

  async #settled(outcome: Promise<unknown>, timer: NodeJS.Timeout): Promise<void> {
    await outcome;
    this.#stop(timer);
  }

  #stop(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  #listenLater(filter: SubscriptionFilter): void {
    this.#later(() => this.#listen(filter), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #later(act: () => void, afterMs: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, afterMs);
    timer.unref();
    this.#timers.add(timer);
    return timer;
  }

  /** The subscription that `_meta` names. */
  #named(params: JsonObject | undefined, text: string): Subscription | undefined {
    const { findings } = this.#port;
    const id = metaOf(params, 'subscriptionId');
    if (id === undefined) {
      const fault = 'a notification of a subscription does not say of which';
      findings.report('subscription.id-missing', fault, text);
      return undefined;
    }
    const subscription = this.#open.get(id as number);
    // What was under way when a subscription ended is excused.
    if (subscription === undefined && !this.#past.has(id)) {
      findings.report('subscription.unknown-id', `there is no subscription ${JSON.stringify(id)}`, text);
    }
    return subscription;
  }

  #notAcknowledged(before: string, text: string): void {
    const fault = `${before} before the subscription was acknowledged`;
    this.#port.findings.report('subscription.not-acknowledged', fault, text);
  }

  #forget(id: number): void {
    this.#open.delete(id);
    this.#past.add(id);
    if (this.#past.size > remembersIds) this.#past.delete(this.#past.values().next().value);
  }
}

/** What an acknowledgement answers; to `resources/subscribe` (`uri`) as a server of the handshake era would. */
function answerIn(
  { error, agreed = {} }: Opened,
  uri: string | undefined,
): Pick<Exchange, 'result' | 'error' | 'malformed'> {
  if (error !== undefined) return { error: toErrorObject(error), malformed: [] };
  if (uri === undefined) return { result: { notifications: agreed }, malformed: [] };
  const honoured = agreed['resourceSubscriptions'];
  const isHonoured = Array.isArray(honoured) && honoured.includes(uri);
  return {
    result: {},
    malformed: isHonoured ? [] : [`the server did not agree to tell of changes of ${uri}`],
  };
}

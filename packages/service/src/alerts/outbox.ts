/**
 * Sends the notifications of the store. What comes for one channel within a short time goes out as one message; no
 * channel is used more often than its limit; a channel that fails is left alone, longer each time, and what it was to
 * be told stays in the store, in order, until it goes out or is a day old.
 *
 * Any number of replicas may send from one store: each notification is taken by one of them, and each keeps the limits by
 * itself. A replica that is lost after sending and before saying so in the store is followed by another: that message
 * goes out twice rather than not at all.
 */
import { systemClock, type Clock } from '../clock/index.ts';
import type { Logger } from '../logging/define.ts';
import type { Notification, OutboxStore } from '../store/index.ts';
import { backoffMs } from './backoff.ts';
import type { Delivery, Message, Notifier } from './define.ts';
import { readPayload } from './message.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface OutboxLimits {
  /** How long the first waits for others, to go out with them. */
  readonly groupMs: number;
  /** How many go out as one message. */
  readonly groupSize: number;
  /** How often a channel is used: `burst` times at once, and once in `everyMs` in the long run. */
  readonly everyMs: number;
  readonly burst: number;
  /** How long a channel is left alone after its first failure; twice as long after each further one. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** What is older than this, and was tried, is given up. */
  readonly giveUpAfterMs: number;
  /** How long a notification that was taken is this replica's. */
  readonly leaseMs: number;
  /** How long one attempt may take; less than the lease. */
  readonly sendTimeoutMs: number;
  /** How often the store is asked when nobody said that there is something. */
  readonly pollMs: number;
}

export const defaultOutboxLimits: OutboxLimits = {
  groupMs: 3000,
  groupSize: 50,
  everyMs: 10_000,
  burst: 5,
  firstRetryMs: 10_000,
  longestRetryMs: 3_600_000,
  giveUpAfterMs: 86_400_000,
  leaseMs: 120_000,
  sendTimeoutMs: 30_000,
  pollMs: 5000,
};

export interface OutboxSettings {
  readonly store: { readonly outbox: OutboxStore; now(): Promise<number> };
  /** By channel; asked each time, since a reload may change them. */
  readonly notifiers: () => ReadonlyMap<string, Notifier>;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<OutboxLimits> | undefined;
  /** 0 to 1. */
  readonly random?: (() => number) | undefined;
}

export interface Outbox {
  /** There is something to send: do not wait for the next look. */
  wake(): void;
  /** Sends what may be sent now, takes nothing more, and resolves when nothing is in its hands. */
  drain(): Promise<void>;
}

/** A notification that was taken. */
interface Held {
  readonly notification: Notification;
  readonly message: Message;
  readonly arrivedAt: number;
  /** Whoever starts to send it later may no longer be the only one. */
  readonly startBefore: number;
}

/** What is known of one channel. */
interface Lane {
  readonly channel: string;
  readonly bucket: TokenBucket;
  /** In the order in which it is sent. */
  waiting: Held[];
  /** The attempt that is under way. */
  sending: Promise<void> | undefined;
  /** In a row. */
  failures: number;
  /** Left alone until then, and why. */
  closedUntil: number;
  lastError: string;
}

/** So many notifications are in the hands of one replica at most. */
const mostHeld = 1000;
const takenAtOnce = 100;
/** By then what was put back until a channel is open again can be taken: the store has a clock of its own. */
const afterOpeningMs = 100;
/** How soon the store is told again what it did not hear. */
const storeRetryMs = 1000;

/** Starts to send. */
export function startOutbox(settings: OutboxSettings): Outbox {
  const { store, notifiers, log, clock = systemClock, random = Math.random } = settings;
  const limits = { ...defaultOutboxLimits, ...settings.limits };
  const lanes = new Map<string, Lane>();
  /** Refused in company: sent each by itself, so that one that is not taken does not take others along. */
  const apart = new Set<string>();
  const stopped = new AbortController();
  let wake = new AbortController();

  const laneOf = (channel: string): Lane => {
    const known = lanes.get(channel);
    if (known !== undefined) return known;
    const lane: Lane = {
      channel,
      bucket: createTokenBucket(limits),
      waiting: [],
      sending: undefined,
      failures: 0,
      closedUntil: 0,
      lastError: '',
    };
    lanes.set(channel, lane);
    return lane;
  };

  const takeDue = async (): Promise<void> => {
    const held = [...lanes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
    const limit = Math.min(takenAtOnce, mostHeld - held);
    if (limit <= 0) return;
    const askedAt = clock.now();
    for (const notification of await store.outbox.take({ leaseMs: limits.leaseMs, limit })) {
      const message = readPayload(notification.payload);
      if (message === undefined) {
        log.error('notification-unreadable', { id: notification.id, channel: notification.channel });
        await store.outbox.giveUp(notification, 'its payload is no message');
        continue;
      }
      const { waiting } = laneOf(notification.channel);
      waiting.push({
        notification,
        message,
        // What was tried before has had its company.
        arrivedAt: notification.attempts > 1 ? 0 : clock.now(),
        startBefore: askedAt + limits.leaseMs - limits.sendTimeoutMs,
      });
      waiting.sort((one, other) => one.notification.createdAt - other.notification.createdAt);
    }
  };

  /** What a channel that is left alone has waiting goes back to the store until then. */
  const putBack = async (lane: Lane): Promise<void> => {
    const { waiting } = lane;
    lane.waiting = [];
    if (waiting.length === 0) return;
    const waitMs = Math.max(0, lane.closedUntil - clock.now());
    const notBefore = (await store.now()) + waitMs;
    const error = lane.failures > 0 ? lane.lastError : 'not tried yet';
    for (const { notification } of waiting) await store.outbox.retry(notification, { error, notBefore });
  };

  /** What goes out next; undefined when that is nothing. */
  const nextGroup = (lane: Lane): readonly Held[] | undefined => {
    // What was held for too long comes up again when its lease has ended.
    lane.waiting = lane.waiting.filter(({ startBefore }) => clock.now() < startBefore);
    const [first] = lane.waiting;
    if (first === undefined) return undefined;
    if (apart.has(first.notification.id)) return [first];
    const group = lane.waiting.slice(0, limits.groupSize);
    const end = group.findIndex(({ notification }) => apart.has(notification.id));
    return end === -1 ? group : group.slice(0, end);
  };

  /** When the channel may be used for what it has waiting. */
  const readyAt = (lane: Lane): number => {
    if (lane.waiting.length === 0 || lane.sending !== undefined) return Number.POSITIVE_INFINITY;
    const arrivedAt = Math.min(...lane.waiting.map((held) => held.arrivedAt));
    const now = clock.now();
    return Math.max(
      lane.waiting.length >= limits.groupSize ? now : arrivedAt + limits.groupMs,
      now + lane.bucket.waitMs(now),
    );
  };

  const start = (lane: Lane): Promise<void> => {
    const group = nextGroup(lane);
    if (group === undefined) return Promise.resolve();
    lane.waiting = lane.waiting.slice(group.length);
    lane.bucket.take(clock.now());
    lane.sending = send(lane, group)
      .catch((error: unknown) => log.error('outbox-fault', { channel: lane.channel, error }))
      .finally(() => {
        lane.sending = undefined;
        wake.abort();
      });
    return lane.sending;
  };

  const send = async (lane: Lane, group: readonly Held[]): Promise<void> => {
    const delivery = await attempt(
      notifiers().get(lane.channel),
      group.map(({ message }) => message),
      limits.sendTimeoutMs,
    );
    const [{ notification: first }] = group as readonly [Held, ...Held[]];
    switch (delivery.outcome) {
      case 'sent':
        open(lane);
        log.debug('notification-sent', { channel: lane.channel, count: group.length });
        for (const held of group) {
          apart.delete(held.notification.id);
          await persist(held, () => store.outbox.sent(held.notification));
        }
        return;
      case 'refused':
        // The channel works: it has read what it was sent.
        open(lane);
        if (group.length === 1) return await giveUp(first, delivery.error);
        log.warn('notifications-refused-together', { channel: lane.channel, count: group.length });
        for (const { notification } of group) {
          apart.add(notification.id);
          await store.outbox.retry(notification, { error: delivery.error, notBefore: await store.now() });
        }
        return;
      case 'retry': {
        lane.failures += 1;
        lane.lastError = delivery.error;
        const waitMs = Math.min(
          limits.giveUpAfterMs,
          Math.max(backoffMs(lane.failures, limits, random()), delivery.retryAfterMs ?? 0),
        );
        lane.closedUntil = clock.now() + waitMs;
        log.warn('notification-put-off', {
          channel: lane.channel,
          count: group.length,
          error: delivery.error,
          waitMs,
        });
        const now = await store.now();
        for (const { notification } of group) {
          if (now + waitMs - notification.createdAt > limits.giveUpAfterMs)
            await giveUp(notification, delivery.error);
          else await store.outbox.retry(notification, { error: delivery.error, notBefore: now + waitMs });
        }
        return;
      }
    }
  };

  const open = (lane: Lane): void => {
    lane.failures = 0;
    lane.closedUntil = 0;
  };

  const giveUp = async (notification: Notification, error: string): Promise<void> => {
    apart.delete(notification.id);
    log.error('notification-given-up', {
      channel: notification.channel,
      dedupKey: notification.dedupKey,
      error,
    });
    await store.outbox.giveUp(notification, error);
  };

  /** What was sent is sent again when the store does not hear of it: it is told while it may still be ours. */
  const persist = async (held: Held, tell: () => Promise<boolean>): Promise<void> => {
    for (;;) {
      try {
        await tell();
        return;
      } catch (error) {
        if (stopped.signal.aborted || clock.now() > held.startBefore) throw error;
        log.warn('outbox-store-fault', { error });
      }
      await clock.sleep(storeRetryMs, stopped.signal);
    }
  };

  /** Looks at the store and at every channel once. Never rejects. */
  const look = async (isReady: (lane: Lane) => boolean): Promise<void> => {
    try {
      await takeDue();
      for (const lane of lanes.values()) {
        if (lane.sending === undefined && lane.closedUntil > clock.now()) await putBack(lane);
        else if (isReady(lane)) void start(lane);
      }
    } catch (error) {
      log.warn('outbox-store-fault', { error });
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      await look((lane) => readyAt(lane) <= clock.now());
      const now = clock.now();
      const soonest = Math.min(
        now + limits.pollMs,
        ...[...lanes.values()].map((lane) =>
          lane.closedUntil > now ? lane.closedUntil + afterOpeningMs : readyAt(lane),
        ),
      );
      await clock.sleep(Math.max(1, soonest - now), AbortSignal.any([wake.signal, stopped.signal]));
    }
  };

  /** The last of a channel: as much as it takes now, without waiting for company. */
  const flush = async (lane: Lane): Promise<void> => {
    await lane.sending;
    while (
      lane.waiting.length > 0 &&
      lane.closedUntil <= clock.now() &&
      lane.bucket.waitMs(clock.now()) === 0
    )
      await start(lane);
    await putBack(lane);
  };

  const running = loop();
  return {
    wake: () => wake.abort(),
    drain: async () => {
      stopped.abort();
      await running;
      await look(() => false);
      await Promise.all(
        [...lanes.values()].map((lane) =>
          flush(lane).catch((error: unknown) => log.warn('outbox-store-fault', { error })),
        ),
      );
    },
  };
}

/** One attempt, which ends in time and throws nothing, whatever the notifier does. */
async function attempt(
  notifier: Notifier | undefined,
  messages: readonly Message[],
  timeoutMs: number,
): Promise<Delivery> {
  // A replica with an older configuration must not give up what is for a newer one.
  if (notifier === undefined) return { outcome: 'retry', error: 'this channel is not configured here' };
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<Delivery>((resolve) => {
    signal.addEventListener('abort', () =>
      resolve({ outcome: 'retry', error: `took more than ${timeoutMs} ms` }),
    );
  });
  try {
    return await Promise.race([notifier.send(messages, signal), late]);
  } catch (error) {
    // Its text may hold what must not be shown.
    return {
      outcome: 'retry',
      error: `the notifier failed: ${error instanceof Error ? error.name : 'unknown'}`,
    };
  }
}

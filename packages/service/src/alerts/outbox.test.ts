import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import { openStore, type NewNotification, type Store } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import type { Delivery, Message, Notifier } from './define.ts';
import { toPayload } from './message.ts';
import { startOutbox, type Outbox, type OutboxSettings } from './outbox.ts';
import { exampleMessage } from './testing/examples.ts';
import { recordingLog } from './testing/recording-log.ts';

const newFolder = temporaryFolders();
const sent: Delivery = { outcome: 'sent' };
const down: Delivery = { outcome: 'retry', error: 'answered 503' };
const minuteMs = 60_000;

let clock: ManualClock;
let store: Store;
let outboxes: Outbox[];
let startedAt: number;

beforeEach(async () => {
  clock = new ManualClock('2026-11-26T12:00:00Z');
  startedAt = clock.now();
  store = await openStore({ file: join(newFolder(), 'store.db'), clock: clock.now });
  outboxes = [];
});
afterEach(async () => {
  for (const outbox of outboxes) await outbox.drain();
  await store.close();
});

interface Attempt {
  readonly channel: string;
  /** Seconds since the test began. */
  readonly at: number;
  readonly ids: readonly string[];
}

/** Notifiers that keep what they were to send, and answer what they are told to. */
function notifiers(answer: (channel: string, messages: readonly Message[]) => Delivery | Promise<Delivery>) {
  const attempts: Attempt[] = [];
  const of = (channel: string): Notifier => ({
    send: async (messages) => {
      const ids = messages.map(({ id }) => id);
      attempts.push({ channel, at: (clock.now() - startedAt) / 1000, ids });
      return await answer(channel, messages);
    },
    close: async () => undefined,
  });
  return { attempts, channels: new Map([['email', of('email')] as const, ['slack', of('slack')] as const]) };
}

function start(
  channels: ReadonlyMap<string, Notifier>,
  more: Partial<OutboxSettings> = {},
): ReturnType<typeof recordingLog> {
  const log = recordingLog();
  outboxes.push(
    startOutbox({
      store,
      notifiers: () => channels,
      log,
      clock,
      random: () => 0,
      ...more,
      // The tests say when there is something.
      limits: { pollMs: 10 * minuteMs, ...more.limits },
    }),
  );
  return log;
}

const notification = (id: string, channel = 'email'): NewNotification => ({
  dedupKey: `${id} ${channel}`,
  channel,
  payload: toPayload(exampleMessage({ id })),
});
/** Each a millisecond after the one before. */
async function add(...ids: string[]): Promise<void> {
  for (const id of ids) {
    await store.outbox.add(notification(id));
    await clock.advance(1);
  }
  for (const outbox of outboxes) outbox.wake();
}
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

describe('what comes within a short time', () => {
  it('goes out as one message for a channel', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels);
    await add('a', 'b');
    await store.outbox.add(notification('a', 'slack'));
    outboxes[0]?.wake();
    await clock.advance(10_000);
    expect(attempts.map(({ channel, ids }) => [channel, ids])).toEqual([
      ['email', ['a', 'b']],
      ['slack', ['a']],
    ]);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 3, dead: 0 });
  });

  it('is found by looking now and then, and at once when somebody says that it is there', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels, { limits: { groupMs: 0, pollMs: minuteMs } });
    await clock.advance(1000);
    await store.outbox.add(notification('a'));
    await clock.advance(minuteMs - 1001);
    expect(attempts).toEqual([]);
    await clock.advance(1);
    expect(attempts.flatMap(({ ids }) => ids)).toEqual(['a']);
    await store.outbox.add(notification('b'));
    outboxes[0]?.wake();
    await clock.advance(0);
    expect(attempts.flatMap(({ ids }) => ids)).toEqual(['a', 'b']);
  });

  it('is divided when it is too much for one message', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels, { limits: { groupSize: 4 } });
    await add(...numbered(10));
    await clock.advance(minuteMs);
    expect(attempts.map(({ ids }) => ids.length)).toEqual([4, 4, 2]);
    expect(attempts.flatMap(({ ids }) => ids)).toEqual(numbered(10));
  });
});

it('uses a channel five times at once, then once in ten seconds', async () => {
  const { attempts, channels } = notifiers(() => sent);
  start(channels, { limits: { groupSize: 1, groupMs: 0 } });
  await add(...numbered(8));
  await clock.advance(minuteMs);
  const times = attempts.map(({ at }) => at);
  expect(times.slice(0, 5).every((at) => at < 3)).toBe(true);
  expect(times.slice(5).map((at) => Math.floor(at / 10))).toEqual([1, 2, 3]);
  expect(attempts.flatMap(({ ids }) => ids)).toEqual(numbered(8));
});

describe('a channel that is down', () => {
  it('is tried again later each time, and is told everything in order when it is back', async () => {
    let isDown = true;
    const { attempts, channels } = notifiers(() => (isDown ? down : sent));
    const log = start(channels, { limits: { longestRetryMs: 10 * minuteMs } });
    await add('a');
    await clock.advance(10 * minuteMs);
    await add('b', 'c');
    await clock.advance(25 * minuteMs);
    const waits = attempts.slice(1).map(({ at }, index) => Math.round(at - (attempts[index]?.at ?? 0)));
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 600, 600]);
    isDown = false;
    await clock.advance(11 * minuteMs);
    expect(attempts.at(-1)?.ids).toEqual(['a', 'b', 'c']);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 3, dead: 0 });
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not hold up another one, though it does not even answer', async () => {
    const { attempts, channels } = notifiers((channel) =>
      channel === 'email' ? new Promise<Delivery>(() => undefined) : sent,
    );
    start(channels, { limits: { sendTimeoutMs: 50 } });
    await add('a');
    await store.outbox.add(notification('b', 'slack'));
    outboxes[0]?.wake();
    await clock.advance(10_000);
    expect(attempts.map(({ channel }) => channel)).toEqual(['email', 'slack']);
  });

  it('is left alone for as long as it asks', async () => {
    let answers: readonly Delivery[] = [{ outcome: 'retry', error: 'answered 429', retryAfterMs: 300_000 }];
    const { attempts, channels } = notifiers(() => {
      const [answer = sent, ...others] = answers;
      answers = others;
      return answer;
    });
    start(channels);
    await add('a');
    await clock.advance(290_000);
    expect(attempts).toHaveLength(1);
    await clock.advance(20_000);
    expect(attempts).toHaveLength(2);
  });

  it('for a day is given up, and that is told', async () => {
    const { channels } = notifiers(() => down);
    const log = start(channels);
    await add('a');
    await clock.advance(23 * 3_600_000);
    expect(await store.outbox.counts()).toEqual({ pending: 1, sent: 0, dead: 0 });
    await clock.advance(3 * 3_600_000);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 0, dead: 1 });
    expect(log.lines).toContainEqual({
      level: 'error',
      event: 'notification-given-up',
      details: { channel: 'email', dedupKey: 'a email', error: 'answered 503' },
    });
  });

  it('or is not configured here keeps what is for it', async () => {
    let configured: ReadonlyMap<string, Notifier> = new Map();
    const { attempts, channels } = notifiers(() => sent);
    start(channels, { notifiers: () => configured });
    await add('a');
    await clock.advance(minuteMs);
    expect(await store.outbox.counts()).toEqual({ pending: 1, sent: 0, dead: 0 });
    configured = channels;
    await clock.advance(10 * minuteMs);
    expect(attempts).toHaveLength(1);
  });
});

describe('what is refused', () => {
  it('is given up at once, the rest of its company is not', async () => {
    const { attempts, channels } = notifiers((_channel, messages) =>
      messages.some(({ id }) => id === 'bad') ? { outcome: 'refused', error: 'answered 400' } : sent,
    );
    start(channels);
    await add('a', 'bad', 'b');
    await clock.advance(minuteMs);
    expect(attempts.map(({ ids }) => ids)).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 2, dead: 1 });
  });

  it('is given up when it is no message at all', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels);
    await store.outbox.add({ dedupKey: 'x', channel: 'email', payload: { title: 1 } });
    outboxes[0]?.wake();
    await clock.advance(minuteMs);
    expect(attempts).toEqual([]);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 0, dead: 1 });
  });
});

it('says nothing of what a notifier throws but its name', async () => {
  const { channels } = notifiers(() => {
    throw new TypeError('https://hooks.example.org/canary');
  });
  const log = start(channels);
  await add('a');
  await clock.advance(5000);
  const [waiting] = await store.outbox.take({ leaseMs: 1, limit: 9 });
  await clock.advance(30_000);
  const [taken] = await store.outbox.take({ leaseMs: 1, limit: 9 });
  expect(JSON.stringify([log.lines, waiting ?? null, taken ?? null])).not.toContain('canary');
  expect(JSON.stringify(log.lines)).toContain('the notifier failed: TypeError');
});

describe('draining', () => {
  it('sends what is there without waiting for company', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels);
    await add('a');
    await outboxes[0]?.drain();
    expect(attempts).toMatchObject([{ ids: ['a'] }]);
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 1, dead: 0 });
  });

  it('waits for what is being sent', async () => {
    let answer: (delivery: Delivery) => void = () => undefined;
    const { channels } = notifiers(() => new Promise((resolve) => (answer = resolve)));
    start(channels, { limits: { groupMs: 0 } });
    await add('a');
    await clock.advance(3000);
    let isDrained = false;
    const drained = outboxes[0]?.drain().then(() => (isDrained = true));
    await clock.advance(3000);
    expect(isDrained).toBe(false);
    answer(sent);
    await drained;
    expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 1, dead: 0 });
  });

  it('leaves the rest for another replica at once', async () => {
    const { attempts, channels } = notifiers(() => sent);
    start(channels, { limits: { groupSize: 1, groupMs: 0 } });
    await add(...numbered(9));
    await clock.advance(3000);
    await outboxes[0]?.drain();
    expect(await store.outbox.counts()).toEqual({ pending: 4, sent: 5, dead: 0 });
    start(channels);
    await clock.advance(10_000);
    expect(attempts.flatMap(({ ids }) => ids)).toEqual(numbered(9));
  });
});

it('two replicas on one store send each notification once', async () => {
  const { attempts, channels } = notifiers(() => sent);
  start(channels);
  start(channels);
  for (const id of numbered(20)) {
    await add(id);
    await clock.advance(1500);
  }
  await clock.advance(minuteMs);
  expect(attempts.flatMap(({ ids }) => ids).toSorted()).toEqual(numbered(20).toSorted());
});

it('a store that does not answer is asked again, and what was sent is not sent again', async () => {
  let faults = 0;
  const { attempts, channels } = notifiers(() => {
    faults = 3;
    return sent;
  });
  const flaky: OutboxSettings['store'] = {
    now: () => store.now(),
    outbox: {
      ...store.outbox,
      sent: async (one) => {
        faults -= 1;
        if (faults >= 0) throw new Error('the store is away');
        return await store.outbox.sent(one);
      },
    },
  };
  const log = start(channels, { store: flaky });
  await add('a');
  await clock.advance(10 * minuteMs);
  expect(attempts).toHaveLength(1);
  expect(log.lines.filter(({ event }) => event === 'outbox-store-fault')).toHaveLength(3);
  expect(await store.outbox.counts()).toEqual({ pending: 0, sent: 1, dead: 0 });
});

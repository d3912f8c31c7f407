/** Whatever happens to channels and replicas, nothing that is to be told is lost. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Clock } from '../clock/index.ts';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import { openStore, type Store } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import type { Notifier } from './define.ts';
import { toPayload } from './message.ts';
import { startOutbox, type Outbox } from './outbox.ts';
import { exampleMessage } from './testing/examples.ts';
import { recordingLog } from './testing/recording-log.ts';

const newFolder = temporaryFolders();
const channels = ['email', 'slack'] as const;
type Channel = (typeof channels)[number];

/** What the world does next. */
type Step =
  | { readonly type: 'add'; readonly channel: Channel; readonly count: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'state'; readonly channel: Channel; readonly isUp: boolean }
  | { readonly type: 'drain'; readonly replica: 0 | 1 }
  /** A replica is gone: at once, or between the next sending and saying so. */
  | { readonly type: 'crash'; readonly replica: 0 | 1; readonly afterSending: boolean };

const channel = fc.constantFrom(...channels);
const replica = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      channel,
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('state' as const), channel, isUp: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('drain' as const), replica }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('crash' as const), replica, afterSending: fc.boolean() }),
  },
);

/** A replica whose process can end at any moment: from then on nothing that it asked for is answered. */
class Replica {
  readonly outbox: Outbox;
  isGone = false;
  isDoomed = false;

  constructor(store: Store, clock: Clock, send: (channel: Channel, ids: readonly string[]) => boolean) {
    const never = (): Promise<never> => new Promise(() => undefined);
    const alive =
      <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> =>
        this.isGone ? await never() : await work(...args);
    const notifier = (channel: Channel): Notifier => ({
      send: alive(async (messages) => {
        const wasSent = send(
          channel,
          messages.map(({ id }) => id),
        );
        if (!wasSent) return { outcome: 'retry', error: 'down' } as const;
        if (this.isDoomed) {
          this.isGone = true;
          return await never();
        }
        return { outcome: 'sent' } as const;
      }),
      close: async () => undefined,
    });
    const { outbox } = store;
    const notifiers = new Map(channels.map((one) => [one, notifier(one)] as const));
    this.outbox = startOutbox({
      store: {
        now: alive(() => store.now()),
        outbox: {
          ...outbox,
          take: alive((by) => outbox.take(by)),
          sent: alive((one) => outbox.sent(one)),
          retry: alive((one, why) => outbox.retry(one, why)),
          giveUp: alive((one, error) => outbox.giveUp(one, error)),
        },
      },
      clock: { now: () => clock.now(), sleep: alive((ms, signal) => clock.sleep(ms, signal)) },
      notifiers: () => notifiers,
      log: recordingLog(),
      limits: { pollMs: 60_000, longestRetryMs: 300_000 },
    });
  }
}

it('each notification is sent at least once, exactly once and in order unless a replica was lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20 }),
      fc.constantFrom(1, 2),
      async (steps, replicaCount) => {
        const clock = new ManualClock('2026-11-26T12:00:00Z');
        const store = await openStore({ file: join(newFolder(), 'store.db'), clock: clock.now });
        const added: Record<Channel, string[]> = { email: [], slack: [] };
        const sent: Record<Channel, string[]> = { email: [], slack: [] };
        const isUp: Record<Channel, boolean> = { email: true, slack: true };
        const begin = (): Replica =>
          new Replica(store, clock, (to, ids) => {
            if (isUp[to]) sent[to].push(...ids);
            return isUp[to];
          });
        const replicas = Array.from({ length: replicaCount }, begin);
        let lost = 0;

        for (const one of steps) {
          switch (one.type) {
            case 'add':
              for (let n = 0; n < one.count; n += 1) {
                const id = `${one.channel} ${added[one.channel].length}`;
                added[one.channel].push(id);
                await store.outbox.add({
                  dedupKey: id,
                  channel: one.channel,
                  payload: toPayload(exampleMessage({ id })),
                });
                await clock.advance(1);
              }
              for (const { outbox } of replicas) outbox.wake();
              break;
            case 'wait':
              await clock.advance(one.ms);
              break;
            case 'state':
              isUp[one.channel] = one.isUp;
              break;
            case 'drain': {
              const leaving = replicas[one.replica];
              // One that was lost never ends.
              if (leaving === undefined || leaving.isGone || leaving.isDoomed) break;
              await leaving.outbox.drain();
              replicas[one.replica] = begin();
              break;
            }
            case 'crash': {
              const leaving = replicas[one.replica];
              if (leaving === undefined) break;
              lost += 1;
              if (one.afterSending) leaving.isDoomed = true;
              else leaving.isGone = true;
              await clock.advance(5000);
              leaving.isGone = true;
              replicas[one.replica] = begin();
              break;
            }
          }
        }
        for (const one of channels) isUp[one] = true;
        await clock.advance(900_000);

        expect(await store.outbox.counts()).toMatchObject({ pending: 0, dead: 0 });
        for (const one of channels) {
          expect([...new Set(sent[one])].toSorted()).toEqual(added[one].toSorted());
          if (lost === 0) expect(sent[one]).toHaveLength(added[one].length);
          if (lost === 0 && replicaCount === 1) expect(sent[one]).toEqual(added[one]);
        }
        for (const { isGone, outbox } of replicas) if (!isGone) await outbox.drain();
        await store.close();
      },
    ),
    { numRuns: 20 },
  );
}, 120_000);

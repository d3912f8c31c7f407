import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runScheduled } from './schedule.ts';
import { turn } from './testing/fake-servers.ts';

interface Item {
  readonly id: string;
  readonly after: readonly string[];
  /** Turns of the event loop that it runs. */
  readonly turns: number;
  readonly fails: boolean;
}

/** Items that wait for earlier ones, shuffled. */
const items = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(100), { maxLength: 3 }),
      turns: fc.nat(3),
      fails: fc.constant(false),
    }),
    { maxLength: 15 },
  )
  .map((shapes) =>
    shapes.map(({ after, ...rest }, index): Item => ({
      ...rest,
      id: `${index}`,
      after: index === 0 ? [] : after.map((number) => `${number % index}`),
    })),
  )
  .chain((ordered) => fc.shuffledSubarray(ordered, { minLength: ordered.length }));

async function record(given: readonly Item[], capacity: number) {
  const started: string[] = [];
  const ended: string[] = [];
  let running = 0;
  let most = 0;
  let endedTooEarly = false;
  const run = async ({ id, after, turns, fails }: Item): Promise<void> => {
    started.push(id);
    endedTooEarly ||= after.some((needed) => !ended.includes(needed));
    running += 1;
    most = Math.max(most, running);
    for (let count = 0; count < turns; count += 1) await turn();
    running -= 1;
    ended.push(id);
    if (fails) throw new Error(id);
  };
  const outcome = await runScheduled(given, {
    capacity,
    idOf: ({ id }) => id,
    waitsFor: ({ after }) => after,
    run,
  }).then(
    () => undefined,
    (reason: unknown) => (reason as Error).message,
  );
  return { started, ended, most, endedTooEarly, outcome, running };
}

describe('runScheduled', () => {
  it('runs every item once, dependencies first, never more at once than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 4 }), async (given, capacity) => {
        const { started, ended, most, endedTooEarly, outcome } = await record(given, capacity);
        expect(started.toSorted()).toEqual(given.map(({ id }) => id).toSorted());
        expect(ended).toHaveLength(given.length);
        expect(endedTooEarly).toBe(false);
        expect(most).toBeLessThanOrEqual(capacity);
        expect(outcome).toBeUndefined();
      }),
    );
  });

  it('uses all of its capacity', async () => {
    const given = Array.from({ length: 6 }, (_, id) => ({ id: `${id}`, after: [], turns: 2, fails: false }));
    expect((await record(given, 3)).most).toBe(3);
  });

  it('keeps the given order where nothing waits', async () => {
    const given = ['c', 'a', 'b'].map((id) => ({ id, after: ['not among them'], turns: 1, fails: false }));
    expect((await record(given, 1)).started).toEqual(['c', 'a', 'b']);
  });

  it('rejects with the first rejection, starts nothing more, and only once nothing runs any more', async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(100),
        async (given, capacity, chosen) => {
          if (given.length === 0) return;
          const failing = given[chosen % given.length]?.id;
          const { started, ended, running, outcome } = await record(
            given.map((item) => ({ ...item, fails: item.id === failing })),
            capacity,
          );
          expect(outcome).toBe(failing);
          expect(running).toBe(0);
          expect(ended.toSorted()).toEqual(started.toSorted());
          const dependents = given.filter(({ after }) => failing !== undefined && after.includes(failing));
          for (const { id } of dependents) expect(started).not.toContain(id);
        },
      ),
    );
  });

  it('ends at once without items', async () => {
    expect((await record([], 1)).outcome).toBeUndefined();
  });
});

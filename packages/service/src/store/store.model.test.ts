/**
 * The state machine of runs, held against a model: two replicas enqueue, claim, renew, lose, finish, hand back and
 * cancel in every order. A run is carried out once unless its lease ran out, is never lost, and never has two owners.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, RunState, Store } from './define.ts';
import { aRun } from './testing/runs.ts';
import { storeKinds, TestClock } from './testing/stores.ts';

const leaseMs = 1000;
const crashLimit = 2;

interface ModelRun {
  readonly overlapKey: string | undefined;
  readonly createdAt: number;
  state: RunState;
  attempt: number;
  crashes: number;
  leaseUntil: number;
  cancelRequested: boolean;
}

interface Model {
  now: number;
  readonly runs: Map<string, ModelRun>;
  /** Every claim that was ever given, the lost ones too: late workers come back. */
  readonly claims: {
    readonly key: string;
    readonly attempt: number;
    endedAs?: 'finished' | 'handed-back';
  }[];
}

interface Real {
  readonly clock: TestClock;
  readonly replicas: readonly [Store, Store];
  readonly claims: Claim[];
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command as one function: what it does to the model, and what it expects of the store. */
function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}

function mayStart(model: Model, run: ModelRun): boolean {
  const busy = [...model.runs.values()].some(
    (other) =>
      other.state === 'running' && other.overlapKey !== undefined && other.overlapKey === run.overlapKey,
  );
  return run.state === 'queued' && !busy;
}

/** One of the claims that were given. */
function pick(real: Real, seed: number): number {
  return real.claims.length === 0 ? 0 : seed % real.claims.length;
}

/** The run of a claim, when the claim still holds. */
function heldBy(model: Model, index: number): ModelRun | undefined {
  const claim = model.claims[index];
  const run = claim === undefined ? undefined : model.runs.get(claim.key);
  return run?.state === 'running' && run.attempt === claim?.attempt ? run : undefined;
}

/** Notes how a claim ended its run: it is told so again when it asks again. */
function end(model: Model, index: number, as: 'finished' | 'handed-back'): void {
  const claim = model.claims[index];
  if (claim !== undefined) claim.endedAs = as;
}

const replica = fc.nat(1);
const key = fc.nat(5).map((n) => `k${n}`);

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(replica, key).map(([at, name]) =>
    command(`enqueue ${name}`, async (model, real) => {
      // Every other run shares an overlap key.
      const overlapKey = Number(name.slice(1)) % 2 === 0 ? 'even' : undefined;
      const { created } = await real.replicas[at as 0].runs.enqueue(aRun(name, { overlapKey, crashLimit }));
      expect(created).toBe(!model.runs.has(name));
      if (created)
        model.runs.set(name, {
          overlapKey,
          createdAt: model.now,
          state: 'queued',
          attempt: 0,
          crashes: 0,
          leaseUntil: 0,
          cancelRequested: false,
        });
    }),
  ),
  replica.map((at) =>
    command(`claim by ${at}`, async (model, real) => {
      const claim = await real.replicas[at as 0].runs.claim({ owner: `replica-${at}`, leaseMs });
      const eligible = [...model.runs].filter(([, run]) => mayStart(model, run));
      if (claim === undefined) {
        expect(eligible).toEqual([]);
        return;
      }
      const run = model.runs.get(claim.run.key);
      const oldest = Math.min(...eligible.map(([, one]) => one.createdAt));
      expect(run).toMatchObject({ state: 'queued', createdAt: oldest });
      if (run === undefined) return;
      run.state = 'running';
      run.attempt += 1;
      run.leaseUntil = model.now + leaseMs;
      expect(claim.attempt).toBe(run.attempt);
      real.claims.push(claim);
      model.claims.push({ key: claim.run.key, attempt: claim.attempt });
    }),
  ),
  fc.integer({ min: 1, max: 1500 }).map((ms) =>
    command(`${ms} ms pass`, async (model, real) => {
      real.clock.advance(ms);
      model.now += ms;
    }),
  ),
  replica.map((at) =>
    command(`recover by ${at}`, async (model, real) => {
      const { requeued, failed } = await real.replicas[at as 0].runs.recover();
      const expired = [...model.runs].filter(
        ([, run]) => run.state === 'running' && run.leaseUntil < model.now,
      );
      for (const [, run] of expired) {
        run.crashes += 1;
        run.state = run.cancelRequested ? 'cancelled' : run.crashes >= crashLimit ? 'failed' : 'queued';
      }
      expect([...requeued, ...failed].map((run) => run.key).sort()).toEqual(
        expired.map(([name]) => name).sort(),
      );
    }),
  ),
  fc.tuple(replica, fc.nat(999)).map(([at, seed]) =>
    command(`claim ${seed} is renewed`, async (model, real) => {
      const index = pick(real, seed);
      const claim = real.claims[index];
      if (claim === undefined) return;
      const run = heldBy(model, index);
      expect(await real.replicas[at as 0].runs.renew(claim, leaseMs)).toEqual({
        held: run !== undefined,
        cancelRequested: run?.cancelRequested ?? false,
      });
      if (run !== undefined) run.leaseUntil = model.now + leaseMs;
    }),
  ),
  fc.tuple(replica, fc.nat(999)).map(([at, seed]) =>
    command(`claim ${seed} finishes`, async (model, real) => {
      const index = pick(real, seed);
      const claim = real.claims[index];
      if (claim === undefined) return;
      const run = heldBy(model, index);
      const stored = await real.replicas[at as 0].runs.finish(claim, { verdict: 'passed', summary: index });
      expect(stored).toBe(run !== undefined || model.claims[index]?.endedAs === 'finished');
      if (run !== undefined) {
        run.state = 'finished';
        end(model, index, 'finished');
      }
    }),
  ),
  fc.tuple(replica, fc.nat(999)).map(([at, seed]) =>
    command(`claim ${seed} is handed back`, async (model, real) => {
      const index = pick(real, seed);
      const claim = real.claims[index];
      if (claim === undefined) return;
      const run = heldBy(model, index);
      const stored = await real.replicas[at as 0].runs.handBack(claim);
      expect(stored).toBe(run !== undefined || model.claims[index]?.endedAs === 'handed-back');
      if (run !== undefined) {
        run.state = run.cancelRequested ? 'cancelled' : 'queued';
        end(model, index, 'handed-back');
      }
    }),
  ),
  fc.tuple(replica, key).map(([at, name]) =>
    command(`cancel ${name}`, async (model, real) => {
      const { items } = await real.replicas[at as 0].runs.list();
      const id = items.find((one) => one.key === name)?.id ?? 'unknown';
      const answer = await real.replicas[at as 0].runs.cancel(id);
      const run = model.runs.get(name);
      if (run?.state === 'queued') {
        expect(answer).toBe('cancelled');
        run.state = 'cancelled';
        run.cancelRequested = true;
      } else if (run?.state === 'running') {
        expect(answer).toBe('requested');
        run.cancelRequested = true;
      } else expect(answer).toBe(run === undefined ? 'unknown' : 'over');
    }),
  ),
];

/** What must hold whatever happened before. */
async function checkEverything(model: Model, { replicas: [store] }: Real): Promise<void> {
  const { items } = await store.runs.list();
  const states = Object.fromEntries(items.map((run) => [run.key, [run.state, run.attempt, run.crashes]]));
  expect(states).toEqual(
    Object.fromEntries([...model.runs].map(([name, run]) => [name, [run.state, run.attempt, run.crashes]])),
  );
  for (const run of items) {
    const attempts = await store.runs.attempts(run.id);
    const finishes = attempts.filter((attempt) => attempt.endedAs === 'finished');
    expect(finishes).toHaveLength(run.state === 'finished' ? 1 : 0);
    // One owner at a time: an attempt ends before the next one begins.
    for (const [index, attempt] of attempts.entries()) {
      const next = attempts[index + 1];
      if (next !== undefined) expect(attempt.endedAt).toBeLessThanOrEqual(next.startedAt);
    }
  }
  expect(await store.checkIntegrity()).toEqual([]);
}

for (const kind of storeKinds) {
  const title = kind.absent === undefined ? kind.name : `${kind.name} (skipped: ${kind.absent})`;
  describe.skipIf(kind.absent !== undefined)(`runs over two replicas in ${title}`, () => {
    it('are carried out once unless a lease ran out, never lost, never with two owners', async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (sequence) => {
          const clock = new TestClock();
          const place = kind.place();
          const replicas = await Promise.all([place.open(clock), place.open(clock)]);
          const model: Model = { now: clock.time, runs: new Map(), claims: [] };
          const real: Real = { clock, replicas, claims: [] };
          try {
            await fc.asyncModelRun(() => ({ model, real }), sequence);
            await checkEverything(model, real);
          } finally {
            await Promise.all(replicas.map((store) => store.close()));
          }
        }),
        { numRuns: kind.name === 'SQLite' ? 60 : 15 },
      );
    }, 240_000);
  });
}

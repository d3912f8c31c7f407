/**
 * The queue of several replicas on one PostgreSQL. pg-boss hands out invitations, each to one replica; a run is claimed
 * in the very transaction that uses its invitation up. So pg-boss has nothing to say about who holds a run, and there
 * is one lease, the store's.
 */
import type { PostgresStore, PostgresTransaction, Run, RunFilter } from '../store/index.ts';
import * as operations from '../store/runs.ts';
import type { RunQueue } from './define.ts';
import { WorkSignal } from './work-signal.ts';

export interface PgBossSettings {
  readonly store: PostgresStore;
  /** How long a run is put off whose overlap key is in use; 2 seconds when absent. */
  readonly deferMs?: number | undefined;
  /** After how long a waiting run is looked after that may have lost its invitation; a minute when absent. */
  readonly forgottenMs?: number | undefined;
  /** Faults of pg-boss's own housekeeping. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** The name of the one queue in pg-boss. */
const queueName = 'runs';

interface Invitation {
  readonly runId: string;
}

export async function openPgBossQueue(settings: PgBossSettings): Promise<RunQueue> {
  const { store, deferMs = 2000, forgottenMs = 60_000, onError = () => undefined } = settings;
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: asDatabase(store.executeSql),
    schema: `${store.schema}_queue`,
    // Due instants are the scheduler's.
    schedule: false,
    registerInstance: false,
  });
  boss.on('error', onError);
  // pg-boss cannot make its tables twice at once: replicas that start together take turns.
  await store.transact(async ({ executeSql }) => {
    await executeSql('SELECT pg_advisory_xact_lock(hashtext($1))', [`${store.schema} queue`]);
    await boss.start();
    await boss.createQueue(queueName, {
      // An invitation is in use only within a transaction: what pg-boss would do about lost workers never happens.
      retryLimit: 1000,
      expireInSeconds: 3600,
    });
  });
  const signal = new WorkSignal();
  const { runs } = store;

  const invite = async (transaction: PostgresTransaction, run: Run, notBefore: number): Promise<void> => {
    await boss.send(queueName, { runId: run.id } satisfies Invitation, {
      db: asDatabase(transaction.executeSql),
      singletonKey: run.id,
      priority: run.priority,
      startAfter: new Date(Math.max(run.availableAt, notBefore)),
    });
  };
  const inviteAll = async (transaction: PostgresTransaction, waiting: readonly Run[]): Promise<void> => {
    for (const run of waiting) await invite(transaction, run, transaction.now);
  };

  /** Uses one invitation up. */
  const tryToClaim = (by: { readonly owner: string; readonly leaseMs: number }) =>
    store.transact(async (transaction) => {
      const db = asDatabase(transaction.executeSql);
      const [job] = await boss.fetch<Invitation>(queueName, { db });
      if (job === undefined) return { invited: false, claim: undefined };
      await boss.deleteJob(queueName, job.id, { db });
      const { runId } = job.data;
      const claim = await transaction.perform(operations.claimRun(transaction.now, { ...by, runId }));
      if (claim === undefined) {
        // Cancelled or claimed meanwhile; or still waiting for its turn, then it is invited again.
        const run = await transaction.perform(operations.getRun(runId));
        if (run?.state === 'queued') await invite(transaction, run, transaction.now + deferMs);
      }
      return { invited: true, claim };
    });

  return {
    kind: 'pg-boss',
    enqueue: async (run) => {
      const answer = await store.transact(async (transaction) => {
        const enqueued = await transaction.perform(operations.enqueueRun(transaction.now, run));
        if (enqueued.created) await inviteAll(transaction, [enqueued.run]);
        return enqueued;
      });
      if (answer.created) signal.announce();
      return answer;
    },
    enqueueDue: async (batch) => {
      const answer = await store.transact(async (transaction) => {
        const due = await transaction.perform(operations.enqueueDue(transaction.now, batch));
        if (due !== undefined) await inviteAll(transaction, due.enqueued);
        return due;
      });
      if (answer !== undefined && answer.enqueued.length > 0) signal.announce();
      return answer;
    },
    claim: async (by) => {
      for (;;) {
        const { invited, claim } = await tryToClaim(by);
        if (claim !== undefined || !invited) return claim;
      }
    },
    renew: (claim, leaseMs) => runs.renew(claim, leaseMs),
    finish: (...args) => runs.finish(...args),
    fail: (...args) => runs.fail(...args),
    handBack: (claim) =>
      store.transact(async (transaction) => {
        const state = await transaction.perform(operations.handBackRun(transaction.now, claim));
        if (state === 'queued') await inviteAll(transaction, [claim.run]);
        return state !== 'lost';
      }),
    recover: async () => {
      const recovered = await store.transact(async (transaction) => {
        const found = await transaction.perform(operations.recoverRuns(transaction.now));
        await inviteAll(transaction, found.requeued);
        return found;
      });
      const forgotten = await inviteForgotten();
      if (recovered.requeued.length + forgotten > 0) signal.announce();
      return recovered;
    },
    depth: () => runs.depth(),
    onWork: signal.onWork,
    close: () => boss.stop({ graceful: false, close: false }),
  };

  /** A store that was restored from a backup, or used without pg-boss before, has waiting runs without invitation. */
  async function inviteForgotten(): Promise<number> {
    const until = (await store.now()) - forgottenMs;
    const waiting: RunFilter = { states: ['queued'], until };
    const { items } = await runs.list(waiting, { limit: 100 });
    let count = 0;
    for (const run of items) {
      const invitations = await boss.findJobs(queueName, { key: run.id, queued: true, limit: 1 });
      if (invitations.length > 0) continue;
      await store.transact((transaction) => invite(transaction, run, transaction.now));
      count += 1;
    }
    return count;
  }
}

/** What pg-boss sends its statements through. */
function asDatabase(executeSql: PostgresTransaction['executeSql']) {
  return { executeSql: (text: string, values?: unknown[]) => executeSql(text, values) };
}

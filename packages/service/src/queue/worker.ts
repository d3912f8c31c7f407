/** Carries runs out: claims, renews the lease while it works, and stores what came of it. */
import { isHarnessError } from '@mcp-test-harness/core/errors';
import { systemClock, type Clock } from '../clock/index.ts';
import type { Claim, NewNotification, RecoveredRuns, RunError, RunResult } from '../store/index.ts';
import type { RunQueue } from './define.ts';

/** Why work on a run is to stop. */
export type StopReason = 'drain' | 'cancelled' | 'lease-lost';

/** What a worker tells of, for logs and metrics. Whoever listens does not throw. */
export type WorkerEvent =
  | { readonly type: 'claimed' | 'finished' | 'handed-back'; readonly claim: Claim }
  | { readonly type: 'failed'; readonly claim: Claim; readonly error: RunError }
  /** The run belongs to somebody else by now, or may: whatever came of it here was not stored. */
  | { readonly type: 'lost'; readonly claim: Claim }
  /** Runs of lost workers that were put back or given up. */
  | { readonly type: 'recovered'; readonly runs: RecoveredRuns }
  /** The store did not answer; it is asked again. */
  | { readonly type: 'store-fault'; readonly error: unknown };

export interface WorkerSettings {
  readonly queue: RunQueue;
  /** Unique for every process that was ever started. */
  readonly owner: string;
  /** How many runs at once. */
  readonly concurrency: number;
  /** Renewed three times within it. */
  readonly leaseMs: number;
  /** How often the queue is asked when nobody said that there is work. */
  readonly pollMs: number;
  /**
   * Carries one run out. When the signal is aborted, its reason a {@link StopReason}, it ends all that it started and
   * then rejects or resolves. What it throws makes the run fail; failed tests are a result.
   */
  readonly execute: (claim: Claim, signal: AbortSignal) => Promise<RunResult>;
  /** What is to be told of how a run ended. Pure: it may be asked twice. */
  readonly notificationsOf?:
    ((claim: Claim, ending: RunResult | RunError) => readonly NewNotification[]) | undefined;
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface Worker {
  /** How many runs it has in its hands. */
  readonly active: number;
  /**
   * Claims nothing more. Runs may end within the grace; then they are stopped and handed back. Resolves when nothing is
   * in its hands any more.
   */
  drain(graceMs: number): Promise<void>;
}

/** Starts to work. */
export function startWorker(settings: WorkerSettings): Worker {
  const { queue, concurrency, leaseMs, pollMs, clock = systemClock } = settings;
  const report = settings.onEvent ?? (() => undefined);
  const claiming = new AbortController();
  const working = new Map<Claim, { readonly stop: AbortController; readonly done: Promise<void> }>();
  let wake = new AbortController();
  const wakeUp = (): void => wake.abort();
  const forgetQueue = queue.onWork(wakeUp);

  const take = (claim: Claim): void => {
    report({ type: 'claimed', claim });
    const stop = new AbortController();
    const done = carryOut(settings, clock, claim, stop).finally(() => {
      working.delete(claim);
      wakeUp();
    });
    working.set(claim, { stop, done });
  };

  const claimLoop = async (): Promise<void> => {
    while (!claiming.signal.aborted) {
      wake = new AbortController();
      const claim = working.size < concurrency ? await tryTo(() => queue.claim(settings), report) : undefined;
      if (claim !== undefined) take(claim);
      else await clock.sleep(pollMs, AbortSignal.any([wake.signal, claiming.signal]));
    }
  };

  const recoverLoop = async (): Promise<void> => {
    while (!claiming.signal.aborted) {
      const runs = await tryTo(() => queue.recover(), report);
      if (runs !== undefined && runs.requeued.length + runs.failed.length > 0)
        report({ type: 'recovered', runs });
      await clock.sleep(leaseMs / 2, claiming.signal);
    }
  };

  const loops = Promise.all([claimLoop(), recoverLoop()]);

  return {
    get active() {
      return working.size;
    },
    drain: async (graceMs) => {
      claiming.abort();
      forgetQueue();
      await loops;
      const over = new AbortController();
      const ended = Promise.all([...working.values()].map(({ done }) => done)).then(() => over.abort());
      await Promise.race([ended, clock.sleep(graceMs, over.signal)]);
      for (const { stop } of working.values()) stop.abort('drain' satisfies StopReason);
      await ended;
    },
  };
}

/** One run from claim to end. Never rejects. */
async function carryOut(
  settings: WorkerSettings,
  clock: Clock,
  claim: Claim,
  stop: AbortController,
): Promise<void> {
  const report = settings.onEvent ?? (() => undefined);
  const ended = new AbortController();
  const lease = keepLease(settings, clock, claim, stop, ended.signal);
  const outcome = await attempt(() => settings.execute(claim, stop.signal));
  const reason = stop.signal.aborted ? (stop.signal.reason as StopReason) : undefined;
  try {
    report(reason === 'lease-lost' ? { type: 'lost', claim } : await settle(outcome, reason));
  } catch (error) {
    report({ type: 'store-fault', error });
    report({ type: 'lost', claim });
  } finally {
    ended.abort();
  }

  /** Stores how the run ended, and says so. */
  async function settle(
    ending: RunResult | { readonly thrown: unknown },
    stopped: StopReason | undefined,
  ): Promise<WorkerEvent> {
    const { queue, notificationsOf = () => [] } = settings;
    const persisted = (store: () => Promise<boolean>) => persist(settings, clock, lease, store);
    // A result that came in spite of a stop is a result.
    if (!('thrown' in ending)) {
      try {
        const stored = await persisted(() => queue.finish(claim, ending, notificationsOf(claim, ending)));
        return { type: stored ? 'finished' : 'lost', claim };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return settle({ thrown: error }, undefined);
      }
    }
    if (stopped === 'drain') {
      const stored = await persisted(() => queue.handBack(claim));
      return { type: stored ? 'handed-back' : 'lost', claim };
    }
    const error =
      stopped === 'cancelled'
        ? { code: 'cancelled', message: 'its end was asked for' }
        : toRunError(ending.thrown);
    const stored = await persisted(() => queue.fail(claim, error, notificationsOf(claim, error)));
    return stored ? { type: 'failed', claim, error } : { type: 'lost', claim };
  }
}

/** The result, or what was thrown. */
async function attempt(work: () => Promise<RunResult>): Promise<RunResult | { readonly thrown: unknown }> {
  try {
    return await work();
  } catch (thrown) {
    return { thrown };
  }
}

interface Lease {
  /** Until when the lease was last known to hold. */
  until: number;
}

/** Renews the lease until the run has ended, and stops the work when it is lost or its end is asked for. */
function keepLease(
  { queue, leaseMs, onEvent = () => undefined }: WorkerSettings,
  clock: Clock,
  claim: Claim,
  stop: AbortController,
  ended: AbortSignal,
): Lease {
  const lease: Lease = { until: clock.now() + leaseMs };
  const renew = async (): Promise<void> => {
    while (!ended.aborted) {
      await clock.sleep(leaseMs / 3, ended);
      if (ended.aborted) return;
      const asked = clock.now();
      const state = await tryTo(() => queue.renew(claim, leaseMs), onEvent);
      if (state?.held === true) lease.until = asked + leaseMs;
      // A store that is silent for so long has perhaps given the run to somebody else.
      const lost = state?.held === false || clock.now() > lease.until;
      if (lost && !ended.aborted) {
        stop.abort('lease-lost' satisfies StopReason);
        return;
      }
      if (state?.cancelRequested === true) stop.abort('cancelled' satisfies StopReason);
    }
  };
  void renew();
  return lease;
}

/** Stores how a run ended; while the store is silent, again and again as long as the lease may still hold. */
async function persist(
  { leaseMs, onEvent = () => undefined }: WorkerSettings,
  clock: Clock,
  lease: Lease,
  store: () => Promise<boolean>,
): Promise<boolean> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (isRefusal(error) || clock.now() > lease.until) throw error;
      onEvent({ type: 'store-fault', error });
    }
    await clock.sleep(Math.min(1000, leaseMs / 10));
  }
}

/** Refused for good, not for now: asking again would not change it. */
function isRefusal(error: unknown): boolean {
  return isHarnessError(error) && error.code === 'USAGE';
}

async function tryTo<T>(
  work: () => Promise<T>,
  report: (event: WorkerEvent) => void,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    report({ type: 'store-fault', error });
    return undefined;
  }
}

function toRunError(error: unknown): RunError {
  if (isHarnessError(error)) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

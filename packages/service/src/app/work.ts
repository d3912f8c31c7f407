/** How the worker, the executor and those who are told meet. */
import type { NotificationRules } from '../alerts/define.ts';
import { systemClock } from '../clock/index.ts';
import type { Logger } from '../logging/define.ts';
import type { ServiceMetrics } from '../metrics/define.ts';
import type { WorkerEvent, WorkerSettings } from '../queue/index.ts';
import type { ExecutedRun, RunRequest } from '../runs/define.ts';
import type { SchedulerEvent } from '../scheduler/index.ts';
import type { Claim, NewNotification, RecoveredRuns, RunResult, Store } from '../store/index.ts';
import { previousRun, type PreviousRun } from './previous-run.ts';

const askAgainMs = 500;

interface Executor {
  execute(
    claim: Claim,
    signal: AbortSignal,
  ): Promise<{ readonly result: RunResult; readonly executed: ExecutedRun }>;
}

/** What was found out beside the result, until the store has it. */
interface Ended {
  readonly executed: ExecutedRun;
  readonly previous: PreviousRun;
}

/**
 * Runs count when the store has them, and are told with the run before them in view. Who is told is decided without
 * waiting: the notifications are stored in the transaction that ends the run.
 */
export function executeAndTell(
  executor: Executor,
  store: Store,
  rules: () => NotificationRules,
): Pick<WorkerSettings, 'execute' | 'notificationsOf'> & {
  readonly endedOf: (claim: Claim) => Ended | undefined;
} {
  const ended = new WeakMap<Claim, Ended>();
  return {
    endedOf: (claim) => ended.get(claim),
    execute: async (claim, signal) => {
      const { result, executed } = await executor.execute(claim, signal);
      // A store that is away for a moment does not undo what the run has found.
      const previous = await patiently(() => previousRun(store.runs, claim.run), signal);
      ended.set(claim, { executed, previous });
      return result;
    },
    notificationsOf: (claim, ending) => {
      const { run } = claim;
      if ('code' in ending) {
        if (ending.code === 'cancelled') return [];
        const { suites } = run.request as unknown as RunRequest;
        return rules()(
          { type: 'run-failed', runId: run.id, kind: run.kind, suites, error: ending },
          Date.now(),
        );
      }
      const known = ended.get(claim);
      if (known === undefined) return [];
      return rules()(
        {
          type: 'run-ended',
          runId: run.id,
          summary: known.executed.summary,
          previous: known.previous.summary,
          fault: known.previous.fault,
          reportPath: known.executed.reportPath,
        },
        Date.now(),
      );
    },
  };
}

/** Runs that were given up because too many workers were lost over them: no worker was there to tell of it. */
export function notificationsOfLost(
  { failed }: RecoveredRuns,
  rules: NotificationRules,
  now: number,
): readonly NewNotification[] {
  return failed.flatMap(({ id, kind, request, error }) => {
    const { suites } = request as unknown as RunRequest;
    const why = error ?? { code: 'crashed', message: 'the workers that had it were lost' };
    return rules({ type: 'run-failed', runId: id, kind, suites, error: why }, now);
  });
}

export async function addAll(
  { outbox }: Pick<Store, 'outbox'>,
  notifications: readonly NewNotification[],
): Promise<void> {
  for (const notification of notifications) await outbox.add(notification);
}

/** Asks again until it is answered, or until the run is no longer ours. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      await systemClock.sleep(askAgainMs, signal);
    }
  }
}

/** @param endedOf of {@link executeAndTell} */
export function tellWork(
  event: WorkerEvent,
  log: Logger,
  metrics: ServiceMetrics,
  endedOf: (claim: Claim) => Ended | undefined,
): void {
  if (event.type === 'store-fault') return log.error('the store', { error: event.error });
  if (event.type === 'recovered') {
    const { requeued, failed } = event.runs;
    return log.warn('runs of lost workers', { requeued: requeued.length, failed: failed.length });
  }
  const { run, attempt } = event.claim;
  const facts = { run: run.id, kind: run.kind, suite: run.suite, schedule: run.scheduleId, attempt };
  if (event.type === 'claimed') return log.info('run started', facts);
  if (event.type === 'finished') {
    const ended = endedOf(event.claim);
    if (ended !== undefined) metrics.runEnded(ended.executed);
    return log.info('run finished', { ...facts, verdict: ended?.executed.summary.verdict });
  }
  if (event.type === 'failed') {
    metrics.runLost(run.kind, event.error.code === 'cancelled' ? 'cancelled' : 'failed');
    return log.error('run failed', { ...facts, error: event.error });
  }
  if (event.type === 'handed-back') metrics.runLost(run.kind, 'handed-back');
  log.warn(`run ${event.type}`, facts);
}

export function tellSchedule(event: SchedulerEvent, log: Logger, metrics: ServiceMetrics): void {
  if (event.type === 'store-fault')
    return log.error('the store', { schedule: event.scheduleId, error: event.error });
  const { scheduleId, enqueued, skipped, dropped, lagMs } = event;
  metrics.scheduleLag(lagMs);
  for (let count = 0; count < skipped + dropped; count += 1) metrics.runLost('scheduled', 'skipped');
  log[skipped + dropped > 0 ? 'warn' : 'debug']('due', {
    schedule: scheduleId,
    enqueued,
    skipped,
    dropped,
    lagMs,
  });
}

/** Enqueues what is due. Any number of replicas may do so at once: each due instant is enqueued by one of them. */
import { systemClock, type Clock } from '../clock/index.ts';
import type { DueBatch, EnqueuedDue, NewRun, ScheduleStore } from '../store/index.ts';
import type { Schedule } from './define.ts';
import { pendingLimitOf, planDue } from './due.ts';

/** What of a scheduled run is not the schedule's business. */
export type ScheduledWork = Omit<NewRun, 'key' | 'scheduleId' | 'dueAt' | 'overlapKey' | 'availableAt'>;

/** A schedule and what it starts. */
export interface ScheduledJob {
  readonly schedule: Schedule;
  readonly work: ScheduledWork;
}

/** For logs and metrics. Whoever listens does not throw. */
export type SchedulerEvent =
  | {
      readonly type: 'due';
      readonly scheduleId: string;
      readonly enqueued: number;
      /** Because of an earlier run that is not over. */
      readonly skipped: number;
      /** Missed, and not caught up. */
      readonly dropped: number;
      /** How much later than it should have started the latest was enqueued. */
      readonly lagMs: number;
    }
  | { readonly type: 'store-fault'; readonly scheduleId: string; readonly error: unknown };

export interface SchedulerSettings {
  /** Where the queue's runs come from; only the schedules are read. */
  readonly store: { readonly schedules: Pick<ScheduleStore, 'register' | 'get'> };
  readonly queue: { enqueueDue(batch: DueBatch): Promise<EnqueuedDue | undefined> };
  readonly jobs: readonly ScheduledJob[];
  /** What starts later than this was missed; a minute when absent. */
  readonly graceMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly onEvent?: ((event: SchedulerEvent) => void) | undefined;
}

export interface Scheduler {
  /** Goes on with other jobs: those that are gone end, new ones begin now. */
  replace(jobs: readonly ScheduledJob[]): Promise<void>;
  /** Enqueues nothing more. */
  stop(): Promise<void>;
}

/** Looks at the clock at least so often, should it be set or the machine sleep. */
const longestSleepMs = 10_000;
/** How soon a store that did not answer is asked again. */
const retryMs = 1000;

/** Makes the schedules known to the store and starts. */
export async function startScheduler(settings: SchedulerSettings): Promise<Scheduler> {
  const { store, queue, graceMs = 60_000, clock = systemClock, onEvent = () => undefined } = settings;
  const stopped = new AbortController();
  let wake = new AbortController();
  let jobs: readonly TrackedJob[] = [];

  const track = async (wanted: readonly ScheduledJob[]): Promise<void> => {
    const tracked: TrackedJob[] = [];
    for (const job of wanted) {
      const { id, definition } = job.schedule;
      const { handledUntil } = await store.schedules.register({ id, definition, from: clock.now() });
      tracked.push({ ...job, handledUntil, notBefore: startOfNext(job.schedule, handledUntil) });
    }
    jobs = tracked;
  };

  const look = async (job: TrackedJob): Promise<void> => {
    const { schedule, handledUntil } = job;
    const now = clock.now();
    const plan = planDue(schedule, { handledUntil, now, graceMs });
    if (plan !== undefined) {
      const done = await queue.enqueueDue({
        scheduleId: schedule.id,
        handledFrom: handledUntil,
        handledUntil: plan.handledUntil,
        runs: plan.start.map((due) => toRun(job, due)),
        pendingLimit: pendingLimitOf(schedule),
      });
      if (done === undefined) {
        const record = await store.schedules.get(schedule.id);
        // Another replica has dealt with it; or it was removed, and is begun anew with the next replacement.
        job.handledUntil = record?.handledUntil ?? now;
      } else {
        job.handledUntil = plan.handledUntil;
        const latest = plan.start.at(-1);
        onEvent({
          type: 'due',
          scheduleId: schedule.id,
          enqueued: done.enqueued.length,
          skipped: done.skipped.length,
          dropped: plan.dropped,
          lagMs: latest === undefined ? 0 : now - latest - schedule.offsetMs,
        });
      }
    }
    job.notBefore = startOfNext(schedule, job.handledUntil);
  };

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      for (const job of jobs) {
        if (stopped.signal.aborted) return;
        if (clock.now() < job.notBefore) continue;
        try {
          await look(job);
        } catch (error) {
          onEvent({ type: 'store-fault', scheduleId: job.schedule.id, error });
          job.notBefore = clock.now() + retryMs;
        }
      }
      const next = Math.min(...jobs.map((job) => job.notBefore));
      const sleepMs = Math.max(1, Math.min(next - clock.now(), longestSleepMs));
      await clock.sleep(sleepMs, AbortSignal.any([wake.signal, stopped.signal]));
    }
  };

  await track(settings.jobs);
  const running = loop();
  return {
    replace: async (wanted) => {
      await track(wanted);
      wake.abort();
    },
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

interface TrackedJob extends ScheduledJob {
  handledUntil: number;
  /** Nothing is to be done before. */
  notBefore: number;
}

function startOfNext(schedule: Schedule, handledUntil: number): number {
  const due = schedule.nextDue(handledUntil);
  return due === undefined ? Number.POSITIVE_INFINITY : due + schedule.offsetMs;
}

function toRun({ schedule, work }: ScheduledJob, dueAt: number): NewRun {
  return {
    ...work,
    key: `${schedule.id}@${new Date(dueAt).toISOString()}`,
    scheduleId: schedule.id,
    dueAt,
    overlapKey: `schedule ${schedule.id}`,
    // In the past for what is caught up: the oldest is claimed first.
    availableAt: dueAt + schedule.offsetMs,
  };
}

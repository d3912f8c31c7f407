import type { Schedule } from './define.ts';

/** Every instant after `from` and up to `to` at which a schedule is due, the earliest first. */
export function* dueBetween(
  schedule: Pick<Schedule, 'nextDue'>,
  from: number,
  to: number,
): Generator<number> {
  for (let due = schedule.nextDue(from); due !== undefined && due <= to; due = schedule.nextDue(due))
    yield due;
}

/**
 * The latest of them, the earliest first. Looks back in growing steps, so that neither a year of seconds nor a decade
 * with one day in it takes long.
 */
export function latestDueBetween(
  schedule: Pick<Schedule, 'nextDue'>,
  from: number,
  to: number,
  limit: number,
): readonly number[] {
  if (limit === 0 || to <= from) return [];
  for (let spanMs = 1000 * limit; ; spanMs *= 4) {
    const start = Math.max(from, to - spanMs);
    const found = [...dueBetween(schedule, start, to)];
    if (found.length >= limit || start === from) return found.slice(-limit);
  }
}

/** What is to be done about a schedule at one moment. */
export interface DuePlan {
  /** Everything due up to here is dealt with by this plan. */
  readonly handledUntil: number;
  /** Due instants whose runs start now, the earliest first. */
  readonly start: readonly number[];
  /** Due instants that are let go; counted up to {@link countLimit}. */
  readonly dropped: number;
}

/** Beyond this nobody counts what was missed. */
export const countLimit = 1000;

/**
 * What is due now, what was missed, and what of that is caught up. Whatever starts later than `graceMs` after its time
 * was missed. Undefined when there is nothing to do.
 */
export function planDue(
  schedule: Schedule,
  moment: { readonly handledUntil: number; readonly now: number; readonly graceMs: number },
): DuePlan | undefined {
  const { nextDue, offsetMs, catchUp } = schedule;
  const from = moment.handledUntil;
  // On the axis of due instants: what is due now starts when its offset has passed.
  const to = moment.now - offsetMs;
  const first = nextDue(from);
  if (first === undefined || first > to) return undefined;
  const lateUntil = Math.max(from, to - moment.graceMs);
  const onTime = [...dueBetween(schedule, lateUntil, to)];
  const missed = latestDueBetween(schedule, from, lateUntil, countLimit);
  const wanted =
    catchUp.policy === 'all' ? catchUp.limit : catchUp.policy === 'one' && onTime.length === 0 ? 1 : 0;
  const caughtUp = wanted === 0 ? [] : missed.slice(-wanted);
  return { handledUntil: to, start: [...caughtUp, ...onTime], dropped: missed.length - caughtUp.length };
}

/** How many runs of a schedule may wait or run at once. */
export function pendingLimitOf({ overlap, catchUp }: Schedule): number {
  if (overlap === 'skip') return 1;
  return 1 + (catchUp.policy === 'all' ? catchUp.limit : 1);
}

/** Schedules, and when they are due. */
import { parseSchedule } from '../../scheduler/index.ts';
import type { ServiceSchedule } from '../../settings/define.ts';
import type { ServiceContext } from '../define.ts';

export interface ScheduleStanding {
  readonly schedule: ServiceSchedule;
  /** ms since 1970; undefined when there is none. */
  readonly nextDueAt: number | undefined;
  /** When its run starts: later than due by its jitter. */
  readonly nextStartAt: number | undefined;
  /** Everything due up to here has been dealt with; undefined before the scheduler has seen it. */
  readonly handledUntil: number | undefined;
}

export async function listSchedules(
  { store, settings }: ServiceContext,
  now: number,
): Promise<readonly ScheduleStanding[]> {
  const records = new Map((await store.schedules.list()).map((record) => [record.id, record]));
  return settings().schedules.map((schedule) => {
    const { nextDue, offsetMs } = parseSchedule(schedule);
    const nextDueAt = nextDue(now - offsetMs);
    return {
      schedule,
      nextDueAt,
      nextStartAt: nextDueAt === undefined ? undefined : nextDueAt + offsetMs,
      handledUntil: records.get(schedule.id)?.handledUntil,
    };
  });
}

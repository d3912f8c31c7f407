import { dueBetween, parseSchedule, type Schedule } from '../../scheduler/index.ts';

export type PeriodKind = 'daily' | 'weekly';

/** A day or a week that is over. */
export interface Period {
  readonly kind: PeriodKind;
  /** `2026-11-25`, or the week by ISO 8601: `2026-W48`. Names files too. */
  readonly key: string;
  /** ms since 1970. */
  readonly from: number;
  /** Not included. */
  readonly until: number;
}

/** When summaries go out, and of what. */
export interface SummaryCalendar {
  /** When the next one goes out. */
  nextAfter(now: number): number;
  /** The last one that should have gone out, and when. */
  latest(now: number): { readonly period: Period; readonly dueAt: number } | undefined;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const kinds = {
  daily: { cronDay: '*', spanMs: 3 * dayMs },
  weekly: { cronDay: '1', spanMs: 16 * dayMs },
} as const;

/**
 * Days and weeks of a time zone: a day that the clocks change has 23 or 25 hours.
 * @param atMinutes after midnight, of the day after a day, or the Monday after a week
 */
export function summaryCalendar(kind: PeriodKind, timezone: string, atMinutes: number): SummaryCalendar {
  const { cronDay, spanMs } = kinds[kind];
  const [hour, minute] = [Math.floor(atMinutes / 60), atMinutes % 60];
  const sends = parseSchedule({ id: `${kind} summary`, cron: `${minute} ${hour} * * ${cronDay}`, timezone });
  const begins = parseSchedule({ id: `${kind} period`, cron: `0 0 * * ${cronDay}`, timezone });
  return {
    nextAfter: (now) => sends.nextDue(now) ?? Number.POSITIVE_INFINITY,
    latest: (now) => {
      const dueAt = lastOf(sends, now, spanMs).at(-1);
      if (dueAt === undefined) return undefined;
      const [from, until] = lastOf(begins, dueAt, spanMs).slice(-2);
      if (from === undefined || until === undefined) return undefined;
      return { period: { kind, key: keyOf(kind, from, timezone), from, until }, dueAt };
    },
  };
}

/**
 * The day, or the week, that a date is in.
 * @param date `2026-11-25`
 */
export function periodOf(kind: PeriodKind, timezone: string, date: string): Period | undefined {
  const calendar = summaryCalendar(kind, timezone, 0);
  const key = kind === 'daily' ? date : isoWeek(date);
  const noon = Date.parse(`${date}T12:00:00Z`);
  // Whatever the zone, some quarter of these days lies in the one after.
  for (let now = noon; now < noon + 10 * dayMs; now += 6 * hourMs) {
    const period = calendar.latest(now)?.period;
    if (period?.key === key) return period;
  }
  return undefined;
}

/** @throws HarnessError CONFIG_INVALID for a zone that does not exist */
function lastOf(schedule: Schedule, now: number, spanMs: number): readonly number[] {
  return [...dueBetween(schedule, now - spanMs, now)];
}

function keyOf(kind: PeriodKind, from: number, timezone: string): string {
  // In the middle of its first day, whatever the clocks do.
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(
    from + 12 * hourMs,
  );
  return kind === 'daily' ? date : isoWeek(date);
}

/** ISO 8601: week 1 is the one with the first Thursday of the year. */
export function isoWeek(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  const thursday = new Date(day.getTime() + (3 - ((day.getUTCDay() + 6) % 7)) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

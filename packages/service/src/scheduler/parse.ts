import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { isTimezone } from '@mcp-test-harness/core/config';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { CatchUpPolicy, Schedule, ScheduleSettings } from './define.ts';

const second = 1000;
const longestJitterMs = 24 * 3600 * second;
const catchUpLimit = 1000;

/** Checks a schedule's settings and makes it ready to be asked. */
export function parseSchedule(settings: ScheduleSettings): Schedule {
  const { id, cron, timezone = 'UTC', everyMs, jitterMs = 0, overlap = 'skip' } = settings;
  const catchUp = settings.catchUp ?? { policy: 'one' };
  if ((cron === undefined) === (everyMs === undefined))
    throw invalid(id, 'needs either a cron expression or an interval', 'Give one of the two.');
  if (everyMs !== undefined && (!Number.isSafeInteger(everyMs / second) || everyMs < second))
    throw invalid(id, `cannot run every ${everyMs} ms`, 'Use a whole number of seconds, 1 or more.');
  if (everyMs !== undefined && settings.timezone !== undefined)
    throw invalid(id, 'has a time zone and an interval', 'Only cron expressions know of time zones.');
  if (!Number.isInteger(jitterMs) || jitterMs < 0 || jitterMs > longestJitterMs)
    throw invalid(id, `has a jitter of ${jitterMs} ms`, 'Use 0 to 24 hours.');
  checkCatchUp(id, catchUp, overlap);
  const timing = cron === undefined ? { everyMs } : { cron, timezone };
  return {
    id,
    nextDue: cron === undefined ? everyInterval(everyMs ?? second) : byCron(id, cron, timezone),
    definition: JSON.stringify(timing),
    offsetMs: offsetOf(id, jitterMs),
    overlap,
    catchUp,
  };
}

function everyInterval(everyMs: number): Schedule['nextDue'] {
  return (after) => (Math.floor(after / everyMs) + 1) * everyMs;
}

function byCron(id: string, expression: string, timezone: string): Schedule['nextDue'] {
  if (!isTimezone(timezone))
    throw invalid(
      id,
      `has the unknown time zone ${JSON.stringify(timezone)}`,
      'Use an IANA name: Europe/Berlin.',
    );
  let cron: Cron;
  try {
    // The parser takes a date for a schedule of one instant.
    if (/^\d{4}-/.test(expression)) throw new Error('a date is no cron expression');
    cron = new Cron(expression, {
      timezone,
      mode: '5-or-6-parts',
      // A time that does not exist on the day the clocks go forward is due when they have; one that exists twice, once.
      fixedTimeRule: 'no-wildcard',
    });
  } catch (error) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `the schedule ${JSON.stringify(id)} has the cron expression ${JSON.stringify(expression)}: ${String(
        error instanceof Error ? error.message : error,
      )}`,
      hint: 'Write minute, hour, day of the month, month, day of the week: `30 2 * * 1-5`.',
      cause: error,
    });
  }
  if (cron.nextRun(new Date(0)) === null)
    throw invalid(id, `is never due: ${JSON.stringify(expression)}`, 'No day matches all of its fields.');
  return (after) => cron.nextRun(new Date(after))?.getTime();
}

function checkCatchUp(id: string, catchUp: CatchUpPolicy, overlap: ScheduleSettings['overlap']): void {
  if (catchUp.policy !== 'all') return;
  if (!Number.isInteger(catchUp.limit) || catchUp.limit < 1 || catchUp.limit > catchUpLimit)
    throw invalid(id, `is to catch up ${catchUp.limit} runs`, `Use 1 to ${catchUpLimit}.`);
  if (overlap !== 'queue')
    throw invalid(
      id,
      'is to catch up all runs and to skip those that overlap',
      'All that are caught up wait for each other: use `overlap: queue`, or catch up `one`.',
    );
}

/** Spreads schedules that are due together; the same on every replica and after every restart. */
function offsetOf(id: string, jitterMs: number): number {
  const share = createHash('sha256').update(id).digest().readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(share * (jitterMs + 1));
}

function invalid(id: string, message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'CONFIG_INVALID',
    message: `the schedule ${JSON.stringify(id)} ${message}`,
    hint,
  });
}

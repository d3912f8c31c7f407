import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScheduleSettings } from './define.ts';
import { dueBetween } from './due.ts';
import { parseSchedule } from './parse.ts';

const at = (instant: string): number => Date.parse(instant);

/** The due instants between two moments. */
function duesOf(settings: Omit<ScheduleSettings, 'id'>, from: string, to: string): string[] {
  const schedule = parseSchedule({ id: 's', ...settings });
  return [...dueBetween(schedule, at(from), at(to))].map((due) => new Date(due).toISOString().slice(0, 19));
}

describe('a schedule', () => {
  it.each<[string, Omit<ScheduleSettings, 'id'>, string, string, string[]]>([
    [
      'by cron, in UTC',
      { cron: '*/30 9 * * *' },
      '2026-11-26T00:00:00Z',
      '2026-11-27T00:00:00Z',
      ['2026-11-26T09:00:00', '2026-11-26T09:30:00'],
    ],
    [
      'by cron, in a zone',
      { cron: '0 9 * * 1-5', timezone: 'America/New_York' },
      '2026-11-27T00:00:00Z',
      '2026-12-01T00:00:00Z',
      ['2026-11-27T14:00:00', '2026-11-30T14:00:00'],
    ],
    [
      'with seconds',
      { cron: '15 0 0 * * *' },
      '2026-11-26T00:00:00Z',
      '2026-11-27T00:00:00Z',
      ['2026-11-26T00:00:15'],
    ],
    [
      'by a nickname',
      { cron: '@daily' },
      '2026-11-26T00:00:00Z',
      '2026-11-28T00:00:00Z',
      ['2026-11-27T00:00:00', '2026-11-28T00:00:00'],
    ],
    [
      'on the last day of the month',
      { cron: '0 0 L * *' },
      '2028-02-01T00:00:00Z',
      '2028-03-30T00:00:00Z',
      ['2028-02-29T00:00:00'],
    ],
    [
      'every 90 seconds, counted from 1970',
      { everyMs: 90_000 },
      '2026-11-26T00:00:00Z',
      '2026-11-26T00:04:00Z',
      ['2026-11-26T00:01:30', '2026-11-26T00:03:00'],
    ],
    [
      'at a time that is left out when the clocks go forward: when they have',
      { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      '2026-03-28T12:00:00Z',
      '2026-03-30T12:00:00Z',
      ['2026-03-29T01:00:00', '2026-03-30T00:30:00'],
    ],
    [
      'at a time that comes twice when the clocks go back: once',
      { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      '2026-10-24T12:00:00Z',
      '2026-10-26T12:00:00Z',
      ['2026-10-25T00:30:00', '2026-10-26T01:30:00'],
    ],
    [
      'at several times of a day when the clocks go back: each once',
      { cron: '30 1,2,3 * * *', timezone: 'Europe/Berlin' },
      '2026-10-24T12:00:00Z',
      '2026-10-25T12:00:00Z',
      ['2026-10-24T23:30:00', '2026-10-25T00:30:00', '2026-10-25T02:30:00'],
    ],
    [
      'at several times of a day when the clocks go forward: what falls together is one',
      { cron: '0 2,3 * * *', timezone: 'Europe/Berlin' },
      '2026-03-28T12:00:00Z',
      '2026-03-29T12:00:00Z',
      ['2026-03-29T01:00:00'],
    ],
    [
      'every half hour when the clocks go back: in real time',
      { cron: '*/30 * * * *', timezone: 'Europe/Berlin' },
      '2026-10-24T23:45:00Z',
      '2026-10-25T02:15:00Z',
      [
        '2026-10-25T00:00:00',
        '2026-10-25T00:30:00',
        '2026-10-25T01:00:00',
        '2026-10-25T01:30:00',
        '2026-10-25T02:00:00',
      ],
    ],
    [
      'where the clocks move by half an hour',
      { cron: '15 2 * * *', timezone: 'Australia/Lord_Howe' },
      '2026-10-03T00:00:00Z',
      '2026-10-05T00:00:00Z',
      ['2026-10-03T15:30:00', '2026-10-04T15:15:00'],
    ],
  ])('%s', (_name, settings, from, to, dues) => {
    expect(duesOf(settings, from, to)).toEqual(dues);
  });

  it.each<[Omit<ScheduleSettings, 'id'>, string]>([
    [{}, 'the schedule "s" needs either a cron expression or an interval'],
    [{ cron: '* * * * *', everyMs: 1000 }, 'the schedule "s" needs either a cron expression or an interval'],
    [{ everyMs: 1500 }, 'the schedule "s" cannot run every 1500 ms'],
    [{ everyMs: 0 }, 'the schedule "s" cannot run every 0 ms'],
    [{ everyMs: Number.NaN }, 'the schedule "s" cannot run every NaN ms'],
    [{ everyMs: 1000, timezone: 'UTC' }, 'the schedule "s" has a time zone and an interval'],
    [{ cron: '* * * * *', timezone: 'Mars/Base' }, 'the schedule "s" has the unknown time zone "Mars/Base"'],
    [{ cron: '* * * * *', timezone: '+02:00' }, 'the schedule "s" has the unknown time zone "+02:00"'],
    [{ cron: '0 0 31 2 *' }, 'the schedule "s" is never due: "0 0 31 2 *"'],
    [{ cron: '* * * * *', jitterMs: -1 }, 'the schedule "s" has a jitter of -1 ms'],
    [
      { everyMs: 1000, overlap: 'queue', catchUp: { policy: 'all', limit: 0 } },
      'the schedule "s" is to catch up 0 runs',
    ],
    [
      { everyMs: 1000, catchUp: { policy: 'all', limit: 5 } },
      'the schedule "s" is to catch up all runs and to skip those that overlap',
    ],
  ])('with %j is refused', (settings, message) => {
    expect(() => parseSchedule({ id: 's', ...settings })).toThrow(message);
  });

  it.each(['61 * * * *', '* * * *', 'now', '', '* * * * * * *', '2026-01-01T00:00:00', '*/0 * * * *'])(
    'with the expression %j is refused',
    (cron) => {
      expect(() => parseSchedule({ id: 's', cron })).toThrow(`the cron expression ${JSON.stringify(cron)}`);
    },
  );

  it('starts later by the same share of its jitter always, and different ones by different shares', () => {
    const offset = (id: string, jitterMs: number) => parseSchedule({ id, everyMs: 1000, jitterMs }).offsetMs;
    expect(offset('a', 60_000)).toBe(offset('a', 60_000));
    expect(offset('a', 0)).toBe(0);
    fc.assert(
      fc.property(fc.string(), fc.nat(86_400_000), (id, jitterMs) => {
        const found = offset(id, jitterMs);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(jitterMs);
      }),
    );
    const shares = Array.from({ length: 1000 }, (_, n) => offset(`suite-${n}`, 59_999));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = shares.filter((share) => Math.floor(share / 6000) === tenth).length;
      expect(count).toBeGreaterThan(60);
    }
  });
});

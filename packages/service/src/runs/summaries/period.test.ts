import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoWeek, periodOf, summaryCalendar } from './period.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

function latest(kind: 'daily' | 'weekly', now: string, timezone = 'UTC', atMinutes = 480) {
  const found = summaryCalendar(kind, timezone, atMinutes).latest(at(now));
  return [
    found?.period.key,
    ...[found?.period.from, found?.period.until, found?.dueAt].map((ms) => iso(ms ?? 0)),
  ];
}

describe('the latest summary that is due', () => {
  it.each([
    [
      'a daily one tells of the day before',
      'daily',
      '2026-11-26T08:00:00Z',
      'UTC',
      ['2026-11-25', '2026-11-25T00:00', '2026-11-26T00:00', '2026-11-26T08:00'],
    ],
    [
      'before its time it is that of the day before that',
      'daily',
      '2026-11-26T07:59:59Z',
      'UTC',
      ['2026-11-24', '2026-11-24T00:00', '2026-11-25T00:00', '2026-11-25T08:00'],
    ],
    [
      'a weekly one tells of Monday to Sunday',
      'weekly',
      '2026-11-26T12:00:00Z',
      'UTC',
      ['2026-W47', '2026-11-16T00:00', '2026-11-23T00:00', '2026-11-23T08:00'],
    ],
    [
      'days are those of the zone',
      'daily',
      '2026-11-26T08:00:00Z',
      'America/New_York',
      ['2026-11-24', '2026-11-24T05:00', '2026-11-25T05:00', '2026-11-25T13:00'],
    ],
    [
      'the day the clocks go forward has 23 hours',
      'daily',
      '2026-03-30T12:00:00Z',
      'Europe/Berlin',
      ['2026-03-29', '2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T06:00'],
    ],
    [
      'the day they go back has 25',
      'daily',
      '2026-10-26T12:00:00Z',
      'Europe/Berlin',
      ['2026-10-25', '2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T07:00'],
    ],
    [
      'where midnight itself is left out a day begins an hour later',
      'daily',
      '2026-09-07T20:00:00Z',
      'America/Santiago',
      ['2026-09-06', '2026-09-06T04:00', '2026-09-07T03:00', '2026-09-07T11:00'],
    ],
  ] as const)('%s', (_what, kind, now, timezone, expected) => {
    expect(latest(kind, now, timezone)).toEqual(expected);
  });

  it('is the same until the next one is due, and then the period right after it', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
    );
    const moments = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
    fc.assert(
      fc.property(
        fc.constantFrom('daily' as const, 'weekly' as const),
        zones,
        fc.integer({ min: 0, max: 1439 }),
        moments,
        (kind, timezone, atMinutes, now) => {
          const calendar = summaryCalendar(kind, timezone, atMinutes);
          const first = calendar.latest(now);
          const next = calendar.nextAfter(now);
          expect(calendar.latest(next - 1)).toEqual(first);
          expect(calendar.latest(next)?.dueAt).toBe(next);
          expect(calendar.latest(next)?.period.from).toBe(first?.period.until);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => summaryCalendar('daily', 'Mars/Olympus', 480)).toThrow('Mars/Olympus');
  });
});

describe('the period of a date', () => {
  it.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin'])(
    'is found in %s',
    (timezone) => {
      for (const date of ['2026-11-25', '2026-03-29', '2026-01-01']) {
        expect(periodOf('daily', timezone, date)?.key).toBe(date);
        expect(periodOf('weekly', timezone, date)?.key).toBe(isoWeek(date));
      }
    },
  );
});

describe('a week', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2027-01-01', '2026-W53'],
    ['2026-12-28', '2026-W53'],
    ['2024-12-30', '2025-W01'],
    ['2026-11-23', '2026-W48'],
  ])('of %s is %s by ISO 8601', (date, week) => {
    expect(isoWeek(date)).toBe(week);
  });
});

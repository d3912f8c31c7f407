import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatchUpPolicy, ScheduleSettings } from './define.ts';
import { countLimit, dueBetween, latestDueBetween, pendingLimitOf, planDue } from './due.ts';
import { parseSchedule } from './parse.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Zones whose clocks move, at different times and by different steps, and one whose never do. */
const timezone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Santiago',
);
const cron = fc.oneof(
  fc.tuple(fc.nat(59), fc.nat(23)).map(([minute, atHour]) => `${minute} ${atHour} * * *`),
  fc.tuple(fc.nat(59), fc.nat(4)).map(([minute, atHour]) => `${minute} ${atHour} * * *`),
  fc
    .tuple(fc.nat(59), fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 4 }))
    .map(([minute, hours]) => `${minute} ${hours.join(',')} * * *`),
  fc.constantFrom('*/7 * * * *', '0 * * * *', '*/20 1-3 * * *', '0 0 1 * *', '30 2 * * 0', '0 0 29 2 *'),
);
const settings: fc.Arbitrary<ScheduleSettings> = fc.oneof(
  fc.record({ id: fc.constant('s'), cron, timezone }),
  fc.record({ id: fc.constant('s'), everyMs: fc.integer({ min: 60, max: 200_000 }).map((s) => s * 1000) }),
);
/** Any moment of a year, whole seconds or not. */
const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') });
const span = fc.integer({ min: 0, max: 3 * day });

describe('what is due between two moments', () => {
  it('is in order, within them, and each once', () => {
    fc.assert(
      fc.property(settings, moment, span, (given, from, length) => {
        const dues = [...dueBetween(parseSchedule(given), from, from + length)];
        for (const [index, due] of dues.entries()) {
          expect(due).toBeGreaterThan(index === 0 ? from : (dues[index - 1] ?? Number.NaN));
          expect(due).toBeLessThanOrEqual(from + length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the same whether it is asked for at once or bit by bit: nothing is lost or doubled between', () => {
    fc.assert(
      fc.property(
        settings,
        moment,
        span,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (given, from, length, cuts) => {
          const schedule = parseSchedule(given);
          const ends = [...cuts.map((cut) => from + Math.floor(cut * length)), from + length].sort(
            (a, b) => a - b,
          );
          const pieces: number[] = [];
          let start = from;
          for (const end of ends) {
            pieces.push(...dueBetween(schedule, start, end));
            start = end;
          }
          expect(pieces).toEqual([...dueBetween(schedule, from, from + length)]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('at a time of the day is due once on each day, whatever the clocks do', () => {
    fc.assert(
      fc.property(fc.nat(59), fc.nat(23), timezone, (minute, atHour, zone) => {
        const schedule = parseSchedule({ id: 's', cron: `${minute} ${atHour} * * *`, timezone: zone });
        const [from, to] = [Date.parse('2026-01-01T12:00:00Z'), Date.parse('2026-12-30T12:00:00Z')];
        const dues = [...dueBetween(schedule, from, to)];
        const days = dues.map((due) => new Date(due).toLocaleDateString('en-CA', { timeZone: zone }));
        expect(new Set(days).size).toBe(days.length);
        // No day between the first and the last is left out.
        const [first, last] = [days.at(0) ?? '', days.at(-1) ?? ''].map(Date.parse);
        expect(((last ?? Number.NaN) - (first ?? Number.NaN)) / day + 1).toBe(days.length);
        expect(days.length).toBeGreaterThan(360);
      }),
      { numRuns: 40 },
    );
  });

  it('has the same latest instants whichever way they are looked for', () => {
    fc.assert(
      fc.property(settings, moment, span, fc.nat(20), (given, from, length, limit) => {
        const schedule = parseSchedule(given);
        const all = [...dueBetween(schedule, from, from + length)];
        expect(latestDueBetween(schedule, from, from + length, limit)).toEqual(
          limit === 0 ? [] : all.slice(-limit),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is found quickly in ten years of seconds', () => {
    let asked = 0;
    const everySecond = parseSchedule({ id: 's', everyMs: 1000 });
    const counted = {
      nextDue: (after: number) => {
        asked += 1;
        return everySecond.nextDue(after);
      },
    };
    expect(latestDueBetween(counted, 0, 3650 * day, 3)).toHaveLength(3);
    expect(asked).toBeLessThan(20);
  });
});

describe('the plan of a moment', () => {
  const graceMs = 60_000;
  const noon = Date.parse('2026-11-26T12:00:00Z');
  const hourly = (catchUp: CatchUpPolicy, jitterMs = 0) =>
    parseSchedule({ id: 's', everyMs: hour, catchUp, overlap: 'queue', jitterMs });
  const hoursOf = (dues: readonly number[]) => dues.map((due) => (due - noon) / hour);

  it('is nothing when nothing is due', () => {
    const schedule = hourly({ policy: 'one' });
    expect(planDue(schedule, { handledUntil: noon, now: noon + hour - 1, graceMs })).toBeUndefined();
  });

  it.each<[string, CatchUpPolicy, number, number[], number]>([
    ['on time', { policy: 'none' }, 1, [1], 0],
    ['as late as the grace allows', { policy: 'none' }, 1 + 59 / 3600, [1], 0],
    ['later than that, catching up none', { policy: 'none' }, 1 + 61 / 3600, [], 1],
    ['after five hours, catching up none', { policy: 'none' }, 5.5, [], 5],
    ['after five hours, catching up one', { policy: 'one' }, 5.5, [5], 4],
    [
      'after five hours to the minute, catching up one: the one that is due anyway',
      { policy: 'one' },
      5,
      [5],
      4,
    ],
    ['after five hours, catching up all', { policy: 'all', limit: 10 }, 5.5, [1, 2, 3, 4, 5], 0],
    ['after five hours, catching up the latest three', { policy: 'all', limit: 3 }, 5.5, [3, 4, 5], 2],
    [
      'after five hours to the minute, catching up the latest three',
      { policy: 'all', limit: 3 },
      5,
      [2, 3, 4, 5],
      1,
    ],
    ['after a year', { policy: 'one' }, 8760.5, [8760], countLimit - 1],
  ])('%s', (_name, catchUp, hours, start, dropped) => {
    const plan = planDue(hourly(catchUp), { handledUntil: noon, now: noon + hours * hour, graceMs });
    expect([hoursOf(plan?.start ?? []), plan?.dropped]).toEqual([start, dropped]);
    expect(plan?.handledUntil).toBe(noon + hours * hour);
  });

  it('waits for the offset of the schedule', () => {
    const schedule = hourly({ policy: 'none' }, 600_000);
    expect(schedule.offsetMs).toBeGreaterThan(0);
    const now = noon + hour + schedule.offsetMs;
    expect(planDue(schedule, { handledUntil: noon, now: now - 1, graceMs })).toBeUndefined();
    const plan = planDue(schedule, { handledUntil: noon, now, graceMs });
    expect(plan).toEqual({ handledUntil: noon + hour, start: [noon + hour], dropped: 0 });
  });

  it('starts each due instant once over any sequence of moments, as long as none is missed', () => {
    fc.assert(
      fc.property(
        settings,
        moment,
        fc.array(fc.integer({ min: 1, max: graceMs }), { maxLength: 60 }),
        fc.nat(100_000),
        (given, from, steps, jitterMs) => {
          const schedule = parseSchedule({ ...given, jitterMs });
          const started: number[] = [];
          let handledUntil = from;
          let now = from + schedule.offsetMs;
          for (const step of steps) {
            now += step;
            const plan = planDue(schedule, { handledUntil, now, graceMs });
            if (plan === undefined) continue;
            expect(plan.dropped).toBe(0);
            started.push(...plan.start);
            handledUntil = plan.handledUntil;
          }
          expect(started).toEqual([...dueBetween(schedule, from, now - schedule.offsetMs)]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lets as many runs wait as its policies ask for', () => {
    expect(pendingLimitOf(parseSchedule({ id: 's', everyMs: 1000 }))).toBe(1);
    expect(pendingLimitOf(hourly({ policy: 'one' }))).toBe(2);
    expect(pendingLimitOf(hourly({ policy: 'all', limit: 5 }))).toBe(6);
  });
});

import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../scheduler/index.ts';
import { longestRunInterval, type RunSchedule } from './run-interval.ts';

const hour = 3_600_000;
const from = Date.parse('2026-11-26T12:00:00Z');
const every = (everyMs: number, ...suites: readonly string[]): RunSchedule => ({
  suites,
  nextDue: parseSchedule({ id: 'a', everyMs }).nextDue,
});
const cron = (expression: string, ...suites: readonly string[]): RunSchedule => ({
  suites,
  nextDue: parseSchedule({ id: 'a', cron: expression }).nextDue,
});

describe('longestRunInterval', () => {
  it.each([
    { what: 'nothing without schedules', schedules: [], interval: undefined },
    { what: 'an interval', schedules: [every(hour)], interval: hour },
    {
      what: 'the longest of two suites',
      schedules: [every(hour, 'a'), every(2 * hour, 'b')],
      interval: 2 * hour,
    },
    {
      what: 'the shorter of two schedules of one suite',
      schedules: [every(hour), every(24 * hour, 'a')],
      interval: hour,
    },
    { what: 'the weekend of working days', schedules: [cron('30 2 * * 1-5')], interval: 72 * hour },
    { what: 'nothing of suites that nobody has', schedules: [every(hour, 'c')], interval: undefined },
    {
      what: 'nothing of what is due once',
      schedules: [{ suites: [], nextDue: () => undefined }],
      interval: undefined,
    },
  ])('is $what', ({ schedules, interval }) => {
    expect(longestRunInterval(schedules, ['a', 'b'], from)).toBe(interval);
  });
});

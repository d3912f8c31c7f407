import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs, isTimezone, minutesOfDay } from './times.ts';

describe('durationMs', () => {
  it.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', '15', '15 m', '-1s', '1.5h', '1w', '15M', 'm', '9999999s', '15m '])('%j is none', (text) =>
    expect(durationMs(text)).toBeUndefined(),
  );

  it('gives whole milliseconds that a number can hold, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,8}[a-z]?$/)), (text) => {
        const ms = durationMs(text);
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe('minutesOfDay', () => {
  it.each([
    ['00:00', 0],
    ['07:00', 420],
    ['23:59', 1439],
  ])('%s is %i', (text, minutes) => expect(minutesOfDay(text)).toBe(minutes));

  it.each(['7:00', '24:00', '12:60', '12', '', '07:00:00'])('%j is none', (text) =>
    expect(minutesOfDay(text)).toBeUndefined(),
  );
});

describe('isTimezone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York'])('%s is one', (name) =>
    expect(isTimezone(name)).toBe(true),
  );

  it.each(['Europe/Berlim', '+02:00', '', 'CET or so'])('%j is none', (name) =>
    expect(isTimezone(name)).toBe(false),
  );
});

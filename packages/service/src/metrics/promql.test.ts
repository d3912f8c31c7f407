import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promDuration, promString, readPromDuration, toRatio } from './promql.ts';

describe('durations of Prometheus', () => {
  it.each([
    [86_400_000, '1d'],
    [300_000, '5m'],
    [90_000, '90s'],
    [1500, '1500ms'],
    [200, '200ms'],
    [0, '0ms'],
  ])('%i ms is written %s', (ms, text) => {
    expect(promDuration(ms)).toBe(text);
  });

  it.each([
    ['30d', 30 * 86_400_000],
    ['1w', 7 * 86_400_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s', ((365 + 14 + 3) * 86_400 + 4 * 3600 + 5 * 60 + 6) * 1000],
    ['', undefined],
    ['0d', undefined],
    ['1.5h', undefined],
    ['5m1h', undefined],
    ['1d]) or vector(1', undefined],
    ['99999999999d', undefined],
  ])('%j is read as %j', (text, ms) => {
    expect(readPromDuration(text)).toBe(ms);
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
        expect(readPromDuration(promDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});

describe('pieces', () => {
  it('writes text so that it cannot leave its quotes', () => {
    expect(promString('a"} or vector(1) #\n\\')).toBe('"a\\"} or vector(1) #\\n\\\\"');
    expect(promString('\uD800')).toBe('"\uFFFD"');
  });

  it('makes ratios of percentages without the noise of binary fractions', () => {
    expect([7, 1.1, 100, 0.1, 130].map(toRatio)).toEqual([0.07, 0.011, 1, 0.001, 1.3]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { Histogram, histogramRelativeError } from './histogram.ts';

/** From a nanosecond to four hours in ms, all magnitudes alike. */
const duration = fc.double({ min: -5.9, max: 7.1, noNaN: true }).map((power) => 10 ** power);
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

function recorded(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) expect(histogram.record(value)).toBe(true);
  return histogram;
}

function parsed(document: JsonValue): Histogram {
  const result = Histogram.parse(document);
  if (!result.ok) throw new Error(result.problem);
  return result.histogram;
}

const shares = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const quantiles = (histogram: Histogram): readonly number[] => shares.map((one) => histogram.quantile(one));

describe('Histogram', () => {
  it('lists its bins: rising, apart, each value in one of them, as wide as promised', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const bins = recorded(values).bins();
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const [index, { from, until, count }] of bins.entries()) {
          expect(values.filter((value) => value >= from && value < until)).toHaveLength(count);
          expect(until / from - 1).toBeLessThanOrEqual(2 * histogramRelativeError + 1e-12);
          expect(from).toBeGreaterThanOrEqual(bins[index - 1]?.until ?? 0);
        }
      }),
    );
    expect(new Histogram().bins()).toEqual([]);
  });

  it('tells a quantile to within 1/128 of the value that was recorded', () => {
    expect(histogramRelativeError).toBe(1 / 128);
    fc.assert(
      fc.property(durations, share, (values, probability) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(probability * values.length - 1e-9)) - 1] ?? NaN;
        const told = recorded(values).quantile(probability);
        expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(histogramRelativeError);
      }),
      { numRuns: 500 },
    );
  });

  it('knows count, mean, least and largest exactly, and quantiles that never fall', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const histogram = recorded(values);
        expect(histogram.count).toBe(values.length);
        expect([histogram.min, histogram.max]).toEqual([Math.min(...values), Math.max(...values)]);
        expect(histogram.mean * values.length).toBe(
          (values.reduce((sum, value) => sum + value, 0) / values.length) * values.length,
        );
        const told = quantiles(histogram);
        expect(told).toEqual(told.toSorted((a, b) => a - b));
        expect([told[0], told.at(-1)]).toEqual([histogram.min, histogram.max]);
      }),
    );
  });

  it('merged is as recorded in one', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const merged = recorded(left);
        merged.merge(recorded(right));
        const whole = recorded([...left, ...right]);
        expect({ ...merged.toJSON(), sum: 0 }).toEqual({ ...whole.toJSON(), sum: 0 });
        expect(merged.mean / whole.mean).toBeCloseTo(1, 12);
        expect(quantiles(merged)).toEqual(quantiles(whole));
      }),
    );
  });

  it('survives JSON, and goes on from there', () => {
    fc.assert(
      fc.property(fc.array(duration, { maxLength: 50 }), duration, (values, more) => {
        const histogram = recorded(values);
        const restored = parsed(JSON.parse(JSON.stringify(histogram)) as JsonValue);
        expect(restored.toJSON()).toEqual(histogram.toJSON());
        for (const one of [restored, histogram]) one.record(more);
        expect(restored.toJSON()).toEqual(histogram.toJSON());
      }),
    );
  });

  it('stays small however much it holds: a few kilobytes for a million values over nine orders of magnitude', () => {
    const histogram = new Histogram();
    for (let index = 0; index < 1_000_000; index += 1) histogram.record(10 ** ((index % 9000) / 1000 - 3));
    expect(histogram.count).toBe(1_000_000);
    expect(JSON.stringify(histogram).length).toBeLessThan(20_000);
  });

  it('counts a value that occurred many times, and what is out of range at the ends', () => {
    const histogram = new Histogram();
    histogram.record(3, 99);
    histogram.record(1e12);
    histogram.record(0);
    expect(histogram.count).toBe(101);
    expect(histogram.quantile(0.5)).toBeCloseTo(3, 1);
    expect([histogram.min, histogram.quantile(0), histogram.max, histogram.quantile(1)]).toEqual([
      0, 0, 1e12, 1e12,
    ]);
  });

  it('does not count what is no duration', () => {
    const histogram = new Histogram();
    for (const [value, times] of [
      [-1, 1],
      [NaN, 1],
      [Infinity, 1],
      [1, 0],
      [1, 0.5],
      [1, -1],
    ] as const)
      expect(histogram.record(value, times)).toBe(false);
    expect(histogram.count).toBe(0);
    expect([histogram.quantile(0.5), histogram.mean]).toEqual([NaN, NaN]);
    expect(recorded([1]).quantile(1.5)).toBeNaN();
  });

  const sound = JSON.parse(JSON.stringify(recorded([1, 2, 3]))) as { [key: string]: JsonValue };
  it.each<[string, JsonValue]>([
    ['a list', []],
    ['null', null],
    ['another version', { ...sound, version: 2 }],
    ['no sum', { ...sound, sum: null }],
    ['a negative least value', { ...sound, min: -1 }],
    ['a largest value elsewhere', { ...sound, max: 50 }],
    ['a least value above the largest', { ...sound, min: 3, max: 1 }],
    ['half a pair', { ...sound, buckets: [1] }],
    ['a count of 0', { ...sound, buckets: [0, 0] }],
    ['a count that is text', { ...sound, buckets: [0, '1'] }],
    ['more than can be counted', { ...sound, buckets: [1, 2 ** 53 - 1, 1, 2 ** 53 - 1] }],
    ['buckets beyond all values', { ...sound, buckets: [2 ** 40, 1] }],
  ])('refuses a document with %s, and says why', (_name, document) => {
    const result = Histogram.parse(document);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.problem).toMatch(/\w{3}/);
  });

  it('reads or refuses anything', () => {
    const bucket = fc.oneof(fc.integer({ min: -2, max: 3000 }), fc.double());
    const document = fc.record({
      version: fc.constantFrom(1, 1, 1, 2),
      min: fc.double({ min: -1, max: 10 }),
      max: fc.double({ min: 0, max: 1e9 }),
      sum: fc.double(),
      buckets: fc.array(bucket, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.oneof(document, fc.jsonValue()), (value) => {
        const result = Histogram.parse(value as JsonValue);
        if (result.ok) expect(Histogram.parse(result.histogram.toJSON()).ok).toBe(true);
        else expect(result.problem).not.toBe('');
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimmedMean, winsorisedVariance } from './location.ts';
import { coefficientOfVariation, mean, variance } from './moments.ts';
import { minimumSamples, percentile } from './percentile.ts';
import { median, quantile, type QuantileType } from './quantile.ts';
import { findOutliers, medianAbsoluteDeviation } from './robust-scale.ts';

const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 });

describe('summaries of a sample', () => {
  it('follow a shift and a scale of it, spreads only the scale', () => {
    fc.assert(
      fc.property(
        sample,
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (values, shift, scale) => {
          const moved = values.map((value) => value * scale + shift);
          for (const centre of [
            mean,
            median,
            (x: readonly number[]) => trimmedMean(x, 0.2),
            (x: readonly number[]) => quantile(x, 0.9, 8),
          ])
            expect(centre(moved)).toBeCloseTo(centre(values) * scale + shift, 6);
          expect(medianAbsoluteDeviation(moved)).toBeCloseTo(medianAbsoluteDeviation(values) * scale, 6);
          expect(variance(moved)).toBeCloseTo(variance(values) * scale ** 2, 4);
          expect(winsorisedVariance(moved)).toBeCloseTo(winsorisedVariance(values) * scale ** 2, 4);
          expect(findOutliers(moved).indices).toEqual(findOutliers(values).indices);
        },
      ),
    );
  });

  it.each<QuantileType>([7, 8])('quantiles of type %s never fall and stay within the sample', (type) => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(sample, probability, probability, (values, a, b) => {
        const [low, high] = [quantile(values, Math.min(a, b), type), quantile(values, Math.max(a, b), type)];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('are not numbers where there is nothing to summarise, and never throw', () => {
    expect([
      mean([]),
      median([]),
      variance([1]),
      trimmedMean([]),
      winsorisedVariance([]),
      medianAbsoluteDeviation([]),
      quantile([1], 1.1),
    ]).toEqual(Array(7).fill(NaN));
    expect(coefficientOfVariation([1, -1])).toBeNaN();
    expect(findOutliers([])).toMatchObject({ indices: [], share: 0 });
    expect(median([7])).toBe(7);
    expect(quantile([1, Infinity], 0)).toBe(1);
  });

  it('the coefficient of variation is a ratio', () => {
    expect(coefficientOfVariation([-1, -2, -3])).toBe(0.5);
  });

  it.each([
    ['one stall among nine even calls', [10, 11, 10, 9, 10, 11, 9, 10, 10, 60], [9]],
    [
      'two modes of a bimodal sample, of which mean ± 3 SD sees nothing',
      [
        ...Array<number>(16)
          .fill(0)
          .map((_, i) => 10 + (i % 3)),
        40,
        41,
        40,
        42,
      ],
      [16, 17, 18, 19],
    ],
    ['an even sample', [1, 2, 3, 4, 5, 6, 7, 8], []],
    ['whatever differs when most values are equal', [5, 5, 5, 5, 6], [4]],
  ] as const)('outliers are %s', (_name, values, indices) => {
    expect(findOutliers(values)).toMatchObject({ indices, share: indices.length / values.length });
  });

  it.each([
    [50, 6],
    [5, 60],
    [95, 60],
    [99, 300],
    [99.9, 3000],
    [99.99, 30_000],
    [100, Infinity],
    [0, Infinity],
  ])('percentile %d needs %d samples', (percent, samples) => {
    expect(minimumSamples(percent)).toBe(samples);
    if (samples === Infinity) return;
    const enough = Array.from({ length: samples }, (_, index) => index);
    expect(percentile(enough, percent)).toBe(quantile(enough, percent / 100));
    expect(percentile(enough.slice(1), percent)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { adjustHolm } from './holm.ts';
import { locationInterval, testLocation, type Alternative } from './location-test.ts';
import { estimateMean, estimateTrimmedMean, type LocationEstimate } from './location.ts';
import { Random } from './random.ts';
import { testSignedRank } from './signed-rank.ts';
import { draw, heavyNoise, mixedNoise, normalNoise, type Noise } from './testing/noise.ts';
import { testMannKendall, theilSen } from './trend.ts';

const sample = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 5, maxLength: 14 });
const tests: readonly (readonly [string, (values: readonly number[], alternative: Alternative) => number])[] =
  [
    ["Student's t", (values, alternative) => testLocation(estimateMean(values), alternative).p],
    ['the trimmed t', (values, alternative) => testLocation(estimateTrimmedMean(values), alternative).p],
    [
      'signed ranks, exact',
      (values, alternative) => testSignedRank(values, alternative, { method: 'exact' }).p,
    ],
    [
      'signed ranks, normal',
      (values, alternative) => testSignedRank(values, alternative, { method: 'normal' }).p,
    ],
  ];

describe.each(tests)('%s', (_name, pOf) => {
  it('has a p from 0 to 1, the same for the mirrored question', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const mirrored = values.map((value) => -value);
        for (const [alternative, mirror] of [
          ['greater', 'less'],
          ['less', 'greater'],
          ['two-sided', 'two-sided'],
        ] as const) {
          const p = pOf(values, alternative);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(pOf(mirrored, mirror)).toBeCloseTo(p, 12);
        }
      }),
    );
  });

  it('does not care about the unit', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 1000 }), (values, scale) => {
        expect(
          pOf(
            values.map((value) => value * scale),
            'greater',
          ),
        ).toBeCloseTo(pOf(values, 'greater'), 10);
      }),
    );
  });

  it('has a smaller p for "greater" the more is added', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 9 }), (values, shift) => {
        fc.pre(new Set(values).size === values.length);
        // A third more, so that no value is 0 and no two are equally far from it.
        const base = values.map((value) => value + 1 / 3);
        expect(
          pOf(
            base.map((value) => value + shift),
            'greater',
          ),
        ).toBeLessThanOrEqual(pOf(base, 'greater') + 1e-12);
      }),
    );
  });
});

describe('values without spread', () => {
  it.each([
    [0, 0.5, 1],
    [0.0625, 0, 0],
    [-0.0625, 1, 0],
  ])('of %d each', (value, greater, twoSided) => {
    for (const estimate of [estimateMean, estimateTrimmedMean]) {
      const location = estimate(Array<number>(8).fill(value));
      expect(testLocation(location, 'greater').p).toBe(greater);
      expect(testLocation(location, 'two-sided').p).toBe(twoSided);
      expect(locationInterval(location)).toEqual({ low: location.estimate, high: location.estimate });
    }
  });

  it('one value, or none, tells nothing', () => {
    for (const values of [[], [0.5]]) {
      expect(testLocation(estimateMean(values), 'greater').p).toBeNaN();
      expect(locationInterval(estimateTrimmedMean(values))).toEqual({ low: -Infinity, high: Infinity });
      expect(testMannKendall(values).p).toBe(1);
    }
    expect(testSignedRank([0, 0], 'greater')).toMatchObject({ p: 1, n: 0 });
    expect(hodgesLehmann([])).toMatchObject({ interval: { low: -Infinity, high: Infinity } });
    expect(theilSen([1])).toMatchObject({ slope: NaN, interval: { low: -Infinity, high: Infinity } });
  });
});

describe('signed ranks', () => {
  it('count every pattern of signs of the very ranks, ties and all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }), (values) => {
        const kept = values.filter((value) => value !== 0);
        fc.pre(kept.length > 0);
        const { statistic, p, n } = testSignedRank(values, 'greater', { method: 'exact' });
        let reached = 0;
        for (let pattern = 0; pattern < 2 ** n; pattern += 1) {
          const signed = kept.map((value, index) => ((pattern >> index) & 1 ? 1 : -1) * Math.abs(value));
          if (testSignedRank(signed, 'greater', { method: 'normal' }).statistic >= statistic) reached += 1;
        }
        expect(p).toBeCloseTo(reached / 2 ** n, 12);
      }),
    );
  });

  it('switch to the normal approximation above 50 values, with nearly the same p', () => {
    const values = draw(51, normalNoise, new Random(4)).map((value) => value + 0.2);
    const [exact, chosen] = [
      testSignedRank(values, 'greater', { method: 'exact' }),
      testSignedRank(values, 'greater'),
    ];
    expect(testSignedRank(values.slice(1), 'greater').method).toBe('exact');
    expect(chosen.method).toBe('normal');
    expect(Math.abs(chosen.p - exact.p)).toBeLessThan(0.002);
  });
});

describe('Hodges and Lehmann', () => {
  it('tell the confidence that so few values can have', () => {
    expect(hodgesLehmann([1, 2, 3])).toEqual({
      estimate: 2,
      interval: { low: 1, high: 3 },
      confidence: 0.75,
    });
    expect(hodgesLehmann([1, 2, 3, 4, 5, 6]).confidence).toBeGreaterThanOrEqual(0.95);
  });

  it('follow a shift and hold the estimate in the interval', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: -9, max: 9 }), (values, shift) => {
        const one = hodgesLehmann(values);
        expect(one.interval.low).toBeLessThanOrEqual(one.estimate);
        expect(one.interval.high).toBeGreaterThanOrEqual(one.estimate);
        expect(hodgesLehmann(values.map((value) => value + shift)).estimate).toBeCloseTo(
          one.estimate + shift,
          9,
        );
      }),
    );
  });
});

describe('Holm', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  it('never lowers a p, keeps their order, and raises none above what Bonferroni does', () => {
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = adjustHolm(values);
        for (const [index, p] of values.entries()) {
          const own = adjusted[index] ?? NaN;
          expect(own).toBeGreaterThanOrEqual(p);
          expect(own).toBeLessThanOrEqual(Math.min(1, p * values.length));
          for (const [other, q] of values.entries())
            if (p <= q) expect(own).toBeLessThanOrEqual(adjusted[other] ?? NaN);
        }
      }),
    );
  });
});

describe('trends', () => {
  it('see a drift of 1 % a day in 30 runs of 5 % noise, where no step is large, and none in noise', () => {
    const random = new Random(11);
    const [drift, still] = [0.01, 0].map((daily) =>
      draw(30, normalNoise, random).map((noise, day) => daily * day + 0.05 * noise),
    );
    expect(testMannKendall(drift ?? []).p).toBeLessThan(0.001);
    const { slope, interval } = theilSen(drift ?? []);
    expect(interval.low).toBeLessThanOrEqual(slope);
    expect(interval.low).toBeGreaterThan(0);
    expect(interval.high).toBeLessThan(0.02);
    expect(testMannKendall(still ?? []).p).toBeGreaterThan(0.05);
  });

  it('a slope survives three wild runs in fifteen', () => {
    const wild = [...Array(15).keys()].map((day) => (day % 5 === 2 ? 100 : 2 * day));
    expect(theilSen(wild).slope).toBeCloseTo(2, 6);
  });

  it('reversed time turns the sign', () => {
    fc.assert(
      fc.property(sample, (values) => {
        expect(testMannKendall(values.toReversed()).s).toBe(0 - testMannKendall(values).s);
        expect(theilSen(values.toReversed()).slope).toBeCloseTo(-theilSen(values).slope, 9);
      }),
    );
  });
});

/** The share of intervals that hold the truth, 0. */
function coverage(
  noise: Noise,
  n: number,
  intervalOf: (values: readonly number[]) => { low: number; high: number },
): number {
  const random = new Random(2024);
  const runs = 3000;
  let covered = 0;
  for (let run = 0; run < runs; run += 1) {
    const { low, high } = intervalOf(draw(n, noise, random));
    if (low <= 0 && high >= 0) covered += 1;
  }
  return covered / runs;
}

const ofMean = (values: readonly number[]): LocationEstimate => estimateMean(values);
const ofTrimmed = (values: readonly number[]): LocationEstimate => estimateTrimmedMean(values);

describe('intervals of 95 % hold the truth in 95 ± 1.5 % of samples:', () => {
  it.each([
    ['mean of 8, normal noise', normalNoise, 8, ofMean],
    ['trimmed mean of 8, normal noise', normalNoise, 8, ofTrimmed],
    ['trimmed mean of 15, normal noise', normalNoise, 15, ofTrimmed],
    ['trimmed mean of 20, heavy tails', heavyNoise, 20, ofTrimmed],
    ['trimmed mean of 15, a tenth of the pairs far out', mixedNoise, 15, ofTrimmed],
  ] as const)('%s', (_name, noise, n, estimate) => {
    const share = coverage(noise, n, (values) => locationInterval(estimate(values)));
    expect(share).toBeGreaterThan(0.935);
    expect(share).toBeLessThan(0.965);
  });

  it('Hodges-Lehmann of 12, heavy tails', () => {
    const share = coverage(heavyNoise, 12, (values) => hodgesLehmann(values).interval);
    expect(share).toBeGreaterThan(0.935);
    expect(share).toBeLessThan(0.965);
  });
});

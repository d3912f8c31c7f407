import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChangePoints } from './change-points.ts';
import { Random } from './random.ts';
import { draw, heavyNoise, mixedNoise, normalNoise, type Noise } from './testing/noise.ts';

/** Logarithms of a benchmark's values over `count` commits, with `spread` (a ratio) between runs. */
function history(count: number, spread: number, noise: Noise, random: Random): number[] {
  return draw(count, noise, random).map((value) => spread * value);
}

const indices = (values: readonly number[]): readonly number[] =>
  findChangePoints(values).map(({ index }) => index);

describe('findChangePoints', () => {
  it.each([
    { name: 'normal', noise: normalNoise },
    { name: 'heavy-tailed', noise: heavyNoise },
    { name: 'mixed', noise: mixedNoise },
  ])('alarms in at most 1 % of histories of 100 commits without a change: $name noise', ({ noise }) => {
    const random = new Random(1);
    const runs = 1000;
    let alarms = 0;
    for (let run = 0; run < runs; run += 1)
      if (indices(history(100, 0.03, noise, random)).length > 0) alarms += 1;
    expect(alarms).toBeLessThanOrEqual(0.01 * runs);
  });

  it.each([
    { name: 'up', step: 0.1, at: 50 },
    { name: 'up, near the end', step: 0.1, at: 92 },
    { name: 'down, near the start', step: -0.1, at: 9 },
  ])('finds 95 % of the steps of 10 % in 3 % of noise, to within two commits: $name', ({ step, at }) => {
    const random = new Random(78);
    const runs = 200;
    let found = 0;
    for (let run = 0; run < runs; run += 1) {
      const values = history(100, 0.03, normalNoise, random).map((value, index) =>
        index >= at ? value + Math.log1p(step) : value,
      );
      const points = indices(values);
      if (points.length === 1 && Math.abs((points[0] ?? NaN) - at) <= 2) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(0.95 * runs);
  });

  it('finds several levels, and the small step beside the large one', () => {
    const random = new Random(79);
    const levels = [0, 0.1, 0.2, 0.1, 1.5];
    const values = history(125, 0.01, normalNoise, random).map(
      (value, index) => value + (levels[Math.floor(index / 25)] ?? 0),
    );
    const points = findChangePoints(values);
    expect(points.map(({ index }) => index)).toEqual([25, 50, 75, 100]);
    expect(points[2]?.before).toBeCloseTo(0.2, 1);
    expect(points[2]?.after).toBeCloseTo(0.1, 1);
  });

  it('finds a bump that went away again', () => {
    const values = history(60, 0.02, normalNoise, new Random(80)).map(
      (value, index) => value + (index >= 30 && index < 40 ? 0.15 : 0),
    );
    expect(indices(values)).toEqual([30, 40]);
  });

  it('takes two wild runs in a row for what they are', () => {
    const values = history(60, 0.02, normalNoise, new Random(81)).map((value, index) =>
      index === 30 || index === 31 ? value + 5 : value,
    );
    expect(indices(values)).toEqual([]);
  });

  it('needs about 16 runs: nothing can be said of fewer', () => {
    const step = (count: number): number[] =>
      [...Array(count).keys()].map((index) => (index % 3) / 100 + (index >= count / 2 ? 1 : 0));
    for (const count of [0, 1, 2, 7, 12]) expect(indices(step(count))).toEqual([]);
    for (const count of [16, 20, 30]) expect(indices(step(count))).toEqual([count / 2]);
  });

  it('says nothing of a flat series, and finds the step between two flat levels', () => {
    expect(indices(Array<number>(40).fill(7))).toEqual([]);
    expect(findChangePoints([...Array<number>(20).fill(7), ...Array<number>(12).fill(8)])).toEqual([
      { index: 20, before: 7, after: 8 },
    ]);
  });

  it('leaves out shifts below the one that is asked for', () => {
    const values = [...Array(60).keys()].map(
      (index) => (index % 2) / 1000 + ([0, 0.02, 0.5][Math.floor(index / 20)] ?? NaN),
    );
    expect(findChangePoints(values).map(({ index }) => index)).toEqual([20, 40]);
    expect(findChangePoints(values, { minimumShift: 0.1 }).map(({ index }) => index)).toEqual([40]);
    expect(findChangePoints(values, { minimumShift: 1 })).toEqual([]);
  });

  it('sees the same in any unit and in the mirror, and as many levels on any rising scale', () => {
    const value = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 40 }),
        fc.array(value, { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (left, right, scale) => {
          const values = [...left, ...right.map((one) => one + 40)];
          const expected = indices(values);
          expect(indices(values.map((one) => scale * one + 3))).toEqual(expected);
          expect(indices(values.map((one) => -one))).toEqual(expected);
          expect(indices(values.map((one) => Math.exp(one / 10))).length).toBe(expected.length);
          for (const [place, index] of [...expected, values.length].entries())
            expect(index - (expected[place - 1] ?? 0)).toBeGreaterThanOrEqual(
              4 * Math.min(1, expected.length),
            );
        },
      ),
    );
  });
});

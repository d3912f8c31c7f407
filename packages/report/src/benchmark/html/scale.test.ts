import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScale } from './scale.ts';

describe('createScale', () => {
  it.each([
    [0.2, 0.5, false, [0.2, 0.3, 0.4, 0.5]],
    [0.2, 20, true, [0.2, 0.5, 1, 2, 5, 10, 20]],
    [0.001, 5000, true, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
    [0, 4, false, [0, 1, 2, 3, 4]],
  ])('from %d to %d: logarithmic %s', (low, high, isLogarithmic, ticks) => {
    const scale = createScale(low, high);
    expect(scale.isLogarithmic).toBe(isLogarithmic);
    expect(scale.ticks).toEqual(ticks);
  });

  it('of any range rises from 0 to 100, holds its ticks, and gives values back', () => {
    const end = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, share) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const scale = createScale(low, high);
        expect(scale.at(scale.low)).toBeCloseTo(0, 6);
        expect(scale.at(scale.high)).toBeCloseTo(100, 6);
        expect(scale.at(scale.valueAt(share))).toBeCloseTo(share * 100, 3);
        expect(scale.ticks.length).toBeLessThan(16);
        expect(scale.ticks).toEqual([...new Set(scale.ticks)].toSorted((a, b) => a - b));
      }),
      { examples: [[5e-324, 2.5e-323, 5e-6]] },
    );
  });
});

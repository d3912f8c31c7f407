import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('brings the same numbers back for the same seed, others for the next', () => {
    const first = (seed: number): number[] => {
      const random = new Random(seed);
      return [random.next(), random.next(), random.next()];
    };
    expect(first(7)).toEqual(first(7));
    expect(new Set([...first(0), ...first(1), ...first(2), ...first(-1)]).size).toBe(12);
    expect(first(7)).toMatchInlineSnapshot(`
      [
        0.45476695197673156,
        0.4162815687424435,
        0.9316804473429044,
      ]
    `);
  });

  it('is even over the unit interval, and neighbouring seeds are unrelated', () => {
    for (const draws of [
      Array.from(
        { length: 20_000 },
        (
          (random) => () =>
            random.next()
        )(new Random(1)),
      ),
      Array.from({ length: 20_000 }, (_, seed) => new Random(seed).next()),
    ]) {
      const bins = Array<number>(20).fill(0);
      for (const value of draws) bins[Math.floor(value * 20)] = (bins[Math.floor(value * 20)] ?? 0) + 1;
      // Chi squared with 19 degrees of freedom is beyond 43.8 once in a thousand.
      expect(bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(43.8);
      const products = draws.slice(1).map((value, index) => (value - 0.5) * ((draws[index] ?? 0) - 0.5) * 12);
      expect(Math.abs(products.reduce((sum, value) => sum + value, 0) / products.length)).toBeLessThan(0.03);
    }
  });

  it('shuffles into every order alike and leaves the original alone', () => {
    const random = new Random(3);
    const original = [1, 2, 3, 4];
    const seen = new Map<string, number>();
    for (let round = 0; round < 24_000; round += 1) {
      const order = random.shuffle(original).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(original).toEqual([1, 2, 3, 4]);
    expect(seen.size).toBe(24);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  it('picks and counts within bounds', () => {
    const random = new Random(5);
    const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b'])));
    expect(picked).toEqual(new Set(['a', 'b']));
    const numbers = Array.from({ length: 500 }, () => random.below(3));
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2]));
  });
});

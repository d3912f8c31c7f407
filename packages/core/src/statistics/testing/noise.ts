import type { Random } from '../random.ts';

/** A kind of noise with mean 0 and standard deviation 1. */
export type Noise = (random: Random) => number;

/** A polar method, in pairs of which one is used (Marsaglia & Bray 1964). */
export const normalNoise: Noise = (random) => {
  for (;;) {
    const [x, y] = [2 * random.next() - 1, 2 * random.next() - 1];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
};

/** Student's t with 3 degrees of freedom: now and then a value of 5 or 10 deviations. */
export const heavyNoise: Noise = (random) => {
  let square = 0;
  for (let index = 0; index < 3; index += 1) square += normalNoise(random) ** 2;
  return normalNoise(random) / Math.sqrt(square);
};

/** Nine values in ten of half a deviation, the tenth from far out: processes with an unlucky layout. */
export const mixedNoise: Noise = (random) =>
  normalNoise(random) * (random.next() < 0.9 ? 0.6 : 2.6) * (1 / Math.sqrt(0.9 * 0.36 + 0.1 * 6.76));

export function draw(count: number, noise: Noise, random: Random): number[] {
  return Array.from({ length: count }, () => noise(random));
}

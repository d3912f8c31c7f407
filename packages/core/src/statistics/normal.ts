import { cumulative, inverse, upperTail, type SymmetricDistribution } from './symmetric-distribution.ts';

const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** P(0 < X < x) by the series of DLMF 7.6.2, whose terms are all positive. */
function centralSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; term > sum * Number.EPSILON * 0.5; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return density(x) * sum;
}

/** P(X > x) by Laplace's continued fraction (DLMF 7.9.3), from the far end inwards; for x ≥ 3. */
function tailFraction(x: number): number {
  let fraction = x;
  for (let index = Math.ceil(10 + 500 / (x * x)); index >= 1; index -= 1) fraction = x + index / fraction;
  return density(x) / fraction;
}

/** The standard normal distribution. */
export const standardNormal: SymmetricDistribution = {
  density,
  tail: (x) => (x < 3 ? 0.5 - centralSeries(x) : tailFraction(x)),
  central: (x) => (x < 3 ? centralSeries(x) : 0.5 - tailFraction(x)),
};

/** Φ(x) (R `pnorm`). */
export function normalCdf(x: number): number {
  return cumulative(standardNormal, x);
}

/** 1 - Φ(x), precise far out too (R `pnorm(x, lower.tail = FALSE)`). */
export function normalUpperTail(x: number): number {
  return upperTail(standardNormal, x);
}

/** Φ⁻¹(probability) (R `qnorm`); ∓Infinity at 0 and 1, NaN outside. */
export function normalQuantile(probability: number): number {
  return inverse(standardNormal, probability);
}

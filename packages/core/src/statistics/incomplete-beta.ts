import { logBeta } from './gamma.ts';

const tiny = 1e-300;

/**
 * The regularised incomplete beta function I_x(a, b) for a, b > 0, the CDF of the beta distribution (R `pbeta`).
 * `complement` is 1 - x, asked for because the caller may know it to more digits than the subtraction gives.
 */
export function incompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  // On this side of the mean the fraction converges fast; beyond it the other tail's does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, complement, x);
  const logX = x > 0.5 ? Math.log1p(-complement) : Math.log(x);
  const logComplement = complement > 0.5 ? Math.log1p(-x) : Math.log(complement);
  const front = Math.exp(a * logX + b * logComplement - logBeta(a, b)) / a;
  return front === 0 ? 0 : front / continuedFraction(a, b, x);
}

/** DLMF 8.17.22, evaluated by Lentz's method as modified by Thompson & Barnett (1986). */
function continuedFraction(a: number, b: number, x: number): number {
  let value = 1;
  let upper = 1;
  let lower = 0;
  for (let index = 1; index <= 20_000; index += 1) {
    const m = Math.floor(index / 2);
    const coefficient =
      index % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    lower = 1 / notZero(1 + coefficient * lower);
    upper = notZero(1 + coefficient / upper);
    const step = upper * lower;
    value *= step;
    if (Math.abs(step - 1) < 2 * Number.EPSILON) break;
  }
  return value;
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

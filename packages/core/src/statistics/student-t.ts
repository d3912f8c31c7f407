import { logBeta } from './gamma.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { standardNormal } from './normal.ts';
import { cumulative, inverse, upperTail, type SymmetricDistribution } from './symmetric-distribution.ts';

/** Student's t with `degreesOfFreedom` > 0, not necessarily whole; Infinity is the normal distribution. */
function studentT(degreesOfFreedom: number): SymmetricDistribution {
  const df = degreesOfFreedom;
  if (df === Infinity) return standardNormal;
  // Both shares by themselves, for 1 - x has lost the digits of a small one; turned over when t² may overflow.
  const share = (t: number): [inside: number, outside: number] => {
    const ratio = (t / df) * t;
    return ratio > 1 ? [1 / (1 / ratio + 1), 1 / (1 + ratio)] : [ratio / (1 + ratio), 1 / (1 + ratio)];
  };
  const logScale = -0.5 * Math.log(df) - logBeta(df / 2, 0.5);
  return {
    density: (t) => Math.exp(logScale - ((df + 1) / 2) * Math.log1p((t / df) * t)),
    tail(t) {
      const [inside, outside] = share(t);
      return 0.5 * incompleteBeta(df / 2, 0.5, outside, inside);
    },
    central(t) {
      const [inside, outside] = share(t);
      return 0.5 * incompleteBeta(0.5, df / 2, inside, outside);
    },
  };
}

/** P(T ≤ t) (R `pt`). NaN without positive degrees of freedom. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(t)) return NaN;
  return cumulative(studentT(degreesOfFreedom), t);
}

/** P(T > t), precise far out too (R `pt(t, df, lower.tail = FALSE)`). */
export function studentTUpperTail(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(t)) return NaN;
  return upperTail(studentT(degreesOfFreedom), t);
}

/** The t with P(T ≤ t) = `probability` (R `qt`); ∓Infinity at 0 and 1, NaN outside or without degrees of freedom. */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  return degreesOfFreedom > 0 ? inverse(studentT(degreesOfFreedom), probability) : NaN;
}

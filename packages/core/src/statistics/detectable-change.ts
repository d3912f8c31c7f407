import type { LocationEstimate } from './location.ts';
import { studentTQuantile } from './student-t.ts';

/** What a change must overcome to be found. */
export interface Detection {
  /** Of the one-sided test, after any correction for several tests: 0.01 / 20 for the first of 20 in Holm's order. */
  readonly alpha: number;
  /** How often a change of the size told is found, 0 to 1. */
  readonly power: number;
  /** The estimate must be beyond this too, in the unit of the values. */
  readonly minimumEffect?: number;
}

/**
 * The smallest true change that the test finds with the power asked for, in the unit of the values:
 * max(t(1 - α) · SE, minimum effect) + t(power) · SE, with Student's t of the estimate's degrees of freedom.
 * Without a minimum effect the power is exact for normal values when SE is estimated from the same values that the test
 * uses: (D - δ) / SE > t(1 - α) - δ / SE = -t(power). NaN when no spread is known.
 */
export function smallestDetectableChange(
  spread: Pick<LocationEstimate, 'standardError' | 'degreesOfFreedom'>,
  { alpha, power, minimumEffect = 0 }: Detection,
): number {
  const { standardError, degreesOfFreedom } = spread;
  const threshold = studentTQuantile(1 - alpha, degreesOfFreedom) * standardError;
  return Math.max(threshold, minimumEffect) + studentTQuantile(power, degreesOfFreedom) * standardError;
}

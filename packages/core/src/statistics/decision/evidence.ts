import { smallestDetectableChange } from '../detectable-change.ts';
import type { LocationEstimate } from '../location.ts';
import { locationInterval } from '../location-test.ts';
import type { DecisionRule } from './rule.ts';
import type { Evidence } from './types.ts';

/**
 * Evidence as ratios, from an estimate of logarithms of ratios. A detectable change is one beyond `minimumEffect` (a
 * ratio) that a one-sided test at `alpha` finds.
 */
export function toEvidence(
  location: LocationEstimate,
  { confidence, power }: DecisionRule,
  detection: { readonly alpha: number; readonly minimumEffect: number },
): Evidence {
  const { low, high } = locationInterval(location, confidence);
  const { alpha, minimumEffect } = detection;
  const smallest = smallestDetectableChange(location, {
    alpha,
    power,
    minimumEffect: Math.log1p(minimumEffect),
  });
  return {
    ratio: Math.exp(location.estimate),
    interval: { low: Math.exp(low), high: Math.exp(high) },
    n: location.n,
    smallestDetectableRatio: Math.exp(smallest),
  };
}

/** The whole interval is within ± `effect`: from 1 / (1 + effect) to 1 + effect. */
export function isInside({ interval }: Evidence, effect: number): boolean {
  return interval.low >= 1 / (1 + effect) && interval.high <= 1 + effect;
}

/** The whole interval is beyond ± `effect`, on one side. */
export function isBeyond({ interval }: Evidence, effect: number): boolean {
  return interval.low > 1 + effect || interval.high < 1 / (1 + effect);
}

/** An interval wider than the one from 1 / (1 + effect) to 1 + effect, wherever it is. */
export function isWiderThan({ interval }: Evidence, effect: number): boolean {
  return !(interval.high / interval.low <= (1 + effect) ** 2);
}

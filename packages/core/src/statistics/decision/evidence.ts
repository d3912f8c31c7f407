import type { LocationEstimate } from '../location.ts';
import { locationInterval } from '../location-test.ts';
import type { Evidence } from './types.ts';

/** Evidence as ratios from an estimate of logarithms of ratios. */
export function toEvidence(location: LocationEstimate, n: number, confidence: number): Evidence {
  const { low, high } = locationInterval(location, confidence);
  return {
    ratio: Math.exp(location.estimate),
    interval: { low: Math.exp(low), high: Math.exp(high) },
    n,
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

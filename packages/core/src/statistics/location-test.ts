import type { LocationEstimate } from './location.ts';
import { studentTQuantile, studentTUpperTail } from './student-t.ts';

/** What a test looks for: a true value above the null value, below it, or either. */
export type Alternative = 'greater' | 'less' | 'two-sided';

/** A closed range of values; infinite ends mean that the data say nothing on that side. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What a test gives. */
export interface TestResult {
  readonly statistic: number;
  /** 0 to 1; NaN when there are too few values to test anything. */
  readonly p: number;
}

/**
 * Student's t test of an estimate: R `t.test(x, mu, alternative)` for {@link estimateMean}, Tukey & McLaughlin's
 * trimmed t (Yuen's, for differences of pairs) for {@link estimateTrimmedMean}. Give differences for a paired test.
 * Values without any spread decide by themselves: p is 0 or 1 away from the null value, and at it as if t were 0.
 */
export function testLocation(
  location: LocationEstimate,
  alternative: Alternative,
  nullValue = 0,
): TestResult {
  const difference = location.estimate - nullValue;
  const statistic =
    difference === 0 && location.standardError === 0 ? 0 : difference / location.standardError;
  const p = (t: number): number => studentTUpperTail(t, location.degreesOfFreedom);
  if (alternative === 'greater') return { statistic, p: p(statistic) };
  if (alternative === 'less') return { statistic, p: p(-statistic) };
  return { statistic, p: Math.min(1, 2 * p(Math.abs(statistic))) };
}

/**
 * The two-sided confidence interval (R `t.test(x)$conf.int`). `confidence` is a ratio, 0 to 1. Unbounded when there are
 * too few values to know a spread.
 */
export function locationInterval(location: LocationEstimate, confidence = 0.95): Interval {
  const { estimate, standardError, degreesOfFreedom } = location;
  if (!(degreesOfFreedom > 0)) return { low: -Infinity, high: Infinity };
  const reach = studentTQuantile((1 + confidence) / 2, degreesOfFreedom) * standardError;
  return { low: estimate - reach, high: estimate + reach };
}

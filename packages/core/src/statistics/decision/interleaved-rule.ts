import { defaultRule, type DecisionRule } from './rule.ts';

/** What interleaved mode decides by. */
export interface InterleavedRule extends DecisionRule {
  /** The one-sided p below which stage 1 suspects. */
  readonly suspectAlpha: number;
  /** The p up to which the signed ranks agree with the trimmed t test. */
  readonly checkAlpha: number;
  /** Share of the pairs cut off at each end by the trimmed mean, 0 to below 0.5. */
  readonly trim: number;
  /** Pairs of processes that a stage must have; below 5 the signed ranks cannot agree to anything. */
  readonly minimumPairs: number;
}

/** The rule whose error rates the tests of this folder measure. */
export const interleavedRule: InterleavedRule = {
  ...defaultRule,
  suspectAlpha: 0.1,
  checkAlpha: 0.05,
  trim: 0.2,
  minimumPairs: 6,
};

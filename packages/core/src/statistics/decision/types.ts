import type { Interval } from '../location-test.ts';
import type { Metric, Severity } from './rule.ts';

/** For the worse or the better. */
export type Direction = 'regression' | 'improvement';

/** One metric of one benchmark. */
export interface Subject {
  readonly benchmark: string;
  readonly metric: Metric;
}

/** One metric of one benchmark in one stage of interleaved mode. */
export interface PairSeries extends Subject {
  /** ln(head / base) of each pair of processes. What is not finite counts as a pair that was lost. */
  readonly logRatios: readonly number[];
}

/** What stage 1 wants to be measured again. */
export interface Suspect extends Subject {
  readonly direction: Direction;
}

/** Why a benchmark's values are not to be trusted; without `metric`, those of all its metrics. */
export interface Trouble {
  readonly benchmark: string;
  readonly metric?: Metric;
  readonly reason: 'machine-busy' | 'errors';
}

/** What a verdict rests on. Ratios are head / base: 1.11 is 11 % slower, larger, costlier. */
export interface Evidence {
  readonly ratio: number;
  /** Of the ratio, two-sided, at the rule's confidence (95 %); 0 to Infinity when nothing is known. */
  readonly interval: Interval;
  /** Pairs of processes, or runs of the history. */
  readonly n: number;
  /**
   * Head / base of the smallest regression that values with this spread would have shown, with the rule's power: as a
   * finding, or as a suspect where stage 1 suspected nothing.
   */
  readonly smallestDetectableRatio: number;
  /** What was tested, if anything was. */
  readonly test?: EvidenceTest;
}

/** A test behind a verdict. */
export interface EvidenceTest {
  /** Of the one test, as R and SciPy have it. */
  readonly p: number;
  /** Holm's over all that was tested in this comparison; what the rule's `familywiseAlpha` is compared with. */
  readonly adjustedP: number;
  /** Of the check by Wilcoxon's signed ranks, in interleaved mode. */
  readonly checkP?: number;
}

/** Why there is no verdict. */
export type InconclusiveReason =
  /** Fewer pairs than the rule asks for. */
  | 'too-few-pairs'
  /** A history too short to say a word about a change under the error threshold. */
  | 'too-few-runs'
  | 'machine-busy'
  | 'errors'
  /** The interval is too wide to tell a change from none. */
  | 'interval-too-wide'
  /** Narrow enough, but it crosses the minimum effect. */
  | 'near-minimum-effect'
  /** Beyond the minimum effect, but not by more than chance may do to one of so many tests. */
  | 'not-significant'
  /** The trimmed t test sees a change that the signed ranks do not. */
  | 'tests-disagree'
  /** A change in stage 2 that stage 1 did not suspect, or suspected in the other direction: measure again. */
  | 'stages-disagree';

/** One honest word on one metric of one benchmark, and what it rests on. */
export type Verdict = Subject &
  (
    | { readonly state: 'regressed'; readonly severity: Severity; readonly evidence: Evidence }
    | { readonly state: 'improved'; readonly evidence: Evidence }
    | {
        readonly state: 'unchanged';
        /** The whole interval is within ± `within`; or stage 1 gave nothing to suspect. */
        readonly because: 'interval-inside' | 'not-a-suspect';
        /** 0.03: from 1 / 1.03 to 1.03. */
        readonly within: number;
        readonly evidence: Evidence;
      }
    | {
        readonly state: 'inconclusive';
        readonly reason: InconclusiveReason;
        readonly evidence?: Evidence;
      }
  );

/** The result of holding a run against a baseline: typed, frozen, JSON-serialisable. Nobody re-derives a verdict. */
import type { ComparedMetric, ComparisonVerdict, Severity } from '../../benchmark/comparison-types.ts';
import type { ContextCostChange } from '../../contract/context-cost.ts';
import type { ContractChange } from '../../contract/types.ts';
import type { MetricSeries, TrendChange } from '../trend/types.ts';
import type { RunFinding } from '../document-schema.ts';

/**
 * Which runs of the history a metric was held against:
 * - same-machine: of the same CPU model, number of cores, platform and major version of Node;
 * - any-machine: of all, CPU time divided by that of the computing reference server.
 */
export type ComparableScope = 'same-machine' | 'any-machine';

/** One metric of one benchmark, or of a server process, against the history. */
export interface MetricAgainstBaseline {
  readonly metric: ComparedMetric;
  readonly verdict: ComparisonVerdict;
  /** Of a regression only: by the lower end of the interval. */
  readonly severity?: Severity | undefined;
  /** Why it is inconclusive. */
  readonly reason?: string | undefined;
  readonly scope: ComparableScope;
  /** Divided by the same metric of the computing reference server of the same run. */
  readonly normalised: boolean;
  /** Comparable runs since the last change of level. */
  readonly runs: number;
  /** Against the mean of those runs, in per cent, with its 95 % interval. */
  readonly changePercent?: number | undefined;
  readonly intervalPercent?: readonly [low: number, high: number] | undefined;
  /** The smallest regression that this history shows nine times in ten. */
  readonly smallestDetectablePercent?: number | undefined;
  /** What is unchanged changed by no more than this. */
  readonly withinPercent?: number | undefined;
  /** As measured, not normalised: ms, or bytes for memory; of the history the mean. */
  readonly base?: number | undefined;
  readonly head?: number | undefined;
  /** Against the approved run and the anchor, in per cent; undefined where machines do not allow it. */
  readonly sinceApprovedPercent?: number | undefined;
  readonly sinceAnchorPercent?: number | undefined;
}

export interface BenchmarkAgainstBaseline {
  /** Id of the test, or `server:<name>` for what a server process costs as a whole. */
  readonly id: string;
  /** A regression or an improvement of any metric; else that of the primary signal: CPU time, or latency where that is unknown. */
  readonly verdict: ComparisonVerdict;
  readonly severity?: Severity | undefined;
  /** The verdict in a sentence. */
  readonly sentence: string;
  readonly metrics: readonly MetricAgainstBaseline[];
}

/**
 * Since when changes of the contract, and findings that are gone, are told:
 * - approved: since the approved run, until somebody approves another;
 * - newest: since the newest run recorded, so that what was recorded once, as what was merged, is told once.
 */
export type ChangesSince = 'approved' | 'newest';

export interface ContractAgainstBaseline {
  readonly server: string;
  /** The worst first. */
  readonly changes: readonly ContractChange[];
  readonly contextCost?: ContextCostChange | undefined;
}

/** A test whose outcome goes back and forth over the history. */
export interface FlakyTest {
  readonly test: string;
  readonly failures: number;
  readonly runs: number;
}

export interface OutcomeChanges {
  /** Passed when last seen, and does not now; what is flaky is not among them. */
  readonly newlyFailing: readonly string[];
  readonly fixed: readonly string[];
  readonly flaky: readonly FlakyTest[];
}

export interface FindingChanges {
  /** In no run of the history. */
  readonly new: readonly RunFinding[];
  /** In the approved run, or the newest (see {@link ChangesSince}), and not now. */
  readonly gone: readonly RunFinding[];
}

/** Which changes fail a run. */
export interface FailOnPolicy {
  /** The least severity of a regression: any, or one of that severity. */
  readonly regressions: 'any' | 'warning' | 'error' | 'critical' | 'never';
  readonly breakingChanges: boolean;
  /** Newly failing tests. */
  readonly tests: boolean;
  /** New findings. */
  readonly findings: boolean;
}

/** What became of a run: the measure of others, a part of the history, or neither. */
export interface BaselineAction {
  readonly kind: 'established' | 'recorded' | 'approved' | 'refused';
  /** Why it was refused, or why a recorded run is not the new measure. */
  readonly reasons: readonly string[];
}

/** A run of one suite against its baseline. */
export interface BaselineComparison {
  readonly suite: string;
  /** Undefined: there is none yet. */
  readonly baseline:
    | {
        readonly run: string;
        readonly at: string;
        readonly commit?: string | undefined;
        /** Runs of the history, comparable or not. */
        readonly runs: number;
      }
    | undefined;
  /** The worst of its benchmarks; undefined without a baseline, or without benchmarks. */
  readonly verdict: ComparisonVerdict | undefined;
  readonly severity?: Severity | undefined;
  readonly benchmarks: readonly BenchmarkAgainstBaseline[];
  /** Benchmarks that only one side has. */
  readonly added: readonly string[];
  readonly missing: readonly string[];
  readonly contracts: readonly ContractAgainstBaseline[];
  readonly outcomes: OutcomeChanges;
  readonly findings: FindingChanges;
  /** Steps and drifts over the history and this run. */
  readonly trend: readonly TrendChange[];
  /** The values behind them, what moved first; at most 30. Empty without a look for trends. */
  readonly series: readonly MetricSeries[];
  readonly failOn: FailOnPolicy;
  /** What the policy does not let pass, a sentence each; empty: the run may pass. */
  readonly failures: readonly string[];
  /** What the reader should know: a short history, another machine. */
  readonly notes: readonly string[];
  /** What was written; undefined: nothing was to be. */
  readonly action?: BaselineAction | undefined;
}

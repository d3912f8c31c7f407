import type { SourceLocation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { CallCounts } from './call.ts';
import type { CallMetric } from './blocks.ts';
import type { LatencySummary } from './types.ts';

/** What is compared: what calls cost, and what a server process costs. */
export type ComparedMetric = CallMetric | 'memory' | 'start_up';

/**
 * - regressed, improved: beyond chance (family-wise over the whole comparison) and beyond the minimum effect;
 * - unchanged: the whole interval lies inside of the minimum effect, or nothing hinted at a change;
 * - inconclusive: it could be either, and `reason` says why.
 */
export type ComparisonVerdict = 'regressed' | 'improved' | 'unchanged' | 'inconclusive';

/** How bad a regression is: the lower end of its interval, so that noise raises no severity. */
export type Severity = 'minor' | 'warning' | 'error' | 'critical';

export interface MetricComparison {
  readonly metric: ComparedMetric;
  readonly verdict: ComparisonVerdict;
  /** Of a regression only. */
  readonly severity?: Severity | undefined;
  /** Why it is inconclusive. */
  readonly reason?: string | undefined;
  /** The smallest regression that these values would have shown nine times in ten, in per cent; of what is inconclusive. */
  readonly smallestDetectablePercent?: number | undefined;
  /** What is unchanged changed by no more than this, as far as was looked: the whole interval within the minimum effect, or no suspect and within a warning. */
  readonly withinPercent?: number | undefined;
  /** head / base - 1 in per cent, with its 95 % interval; undefined when it could not be measured. */
  readonly changePercent?: number | undefined;
  readonly intervalPercent?: readonly [low: number, high: number] | undefined;
  /** One-sided p of the stage that decided, and after Holm's adjustment over all suspects, metrics and directions. */
  readonly p?: number | undefined;
  readonly adjustedP?: number | undefined;
  /** The stage that decided. */
  readonly stage: 1 | 2;
  /** ln(head / base) of each pair of processes of that stage. */
  readonly logRatios: readonly number[];
  /** Typical value of either side: ms, or bytes for memory. */
  readonly base?: number | undefined;
  readonly head?: number | undefined;
}

export interface ComparedBenchmark {
  /** Id of the test, or `server:<name>` for what a server process costs as a whole. */
  readonly id: string;
  readonly location?: SourceLocation | undefined;
  /**
   * That of its metrics which says most: regressed, improved, inconclusive, unchanged. A mean or percentile that nothing
   * hinted at and that is only too noisy has no word while latency or CPU time is known.
   */
  readonly verdict: ComparisonVerdict;
  readonly severity?: Severity | undefined;
  /** The verdict in a sentence. */
  readonly sentence: string;
  readonly metrics: readonly MetricComparison[];
  readonly base: ComparedSide | undefined;
  readonly head: ComparedSide | undefined;
}

/** What one side did over all pairs of stage 1. */
export interface ComparedSide {
  readonly calls: CallCounts;
  readonly latency: LatencySummary | undefined;
  readonly cpuMsPerCall: number | undefined;
  /** What was wrong with its first call that was not as expected. */
  readonly complaint?: string | undefined;
}

/** A server that was compared. */
export interface ComparedServer {
  /** For people: a command, a git ref. */
  readonly label: string;
  /** Command line or URL, secrets masked. */
  readonly target: string;
  readonly serverInfo: JsonObject | undefined;
  readonly protocolVersion: string | undefined;
  /** Commit that it was built from. */
  readonly commit?: string | undefined;
}

/** Two servers measured interleaved in the same minutes on the same machine. */
export interface Comparison {
  readonly mode: 'interleaved';
  readonly base: ComparedServer;
  readonly head: ComparedServer;
  readonly stages: { readonly pairs: readonly [first: number, second: number]; readonly suspects: number };
  /** Why the pairs were not kept on one core each; undefined when they were. */
  readonly notPinned?: string | undefined;
  /** Pairs that were measured although the machine stayed busy. */
  readonly busyPairs: number;
  /** Smallest change that counts, in per cent. */
  readonly minimumEffectPercent: number;
  /** Seed of the order of everything. */
  readonly seed: number;
  readonly benchmarks: readonly ComparedBenchmark[];
}

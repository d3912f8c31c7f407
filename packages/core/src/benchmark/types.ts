/** The document of a benchmark run: typed, frozen, JSON-serialisable, versioned. Nobody re-derives a verdict. */
import type { BaselineComparison } from '../baseline/compare/types.ts';
import type { SourceLocation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ErrorInfo, RunResult } from '../runner/result.ts';
import type { CallCounts } from './call.ts';
import type { Comparison } from './comparison-types.ts';
import type { Load } from './load.ts';
import type { Machine, MachineLoad } from './machine.ts';
import type { ReferenceName } from './reference-servers.ts';

export const benchmarkSchemaVersion = 1;

/** How much is measured. */
export interface BenchmarkSettings {
  readonly load: Load;
  /** Fresh server processes, over which the calls are spread: calls of one process are not independent. */
  readonly processes: number;
  /** Calls of each benchmark over all processes, exactly so many; undefined: as the time allows. */
  readonly iterations?: number | undefined;
  /** Measuring time of each benchmark over all processes, after its warm-ups, in ms. */
  readonly measureMs: number;
  /** Measuring time of all benchmarks together, in ms, which ends them even when fewer calls than wanted were made; undefined: no such limit. */
  readonly durationMs?: number | undefined;
  /** Warm-up of each benchmark in each process, in ms. */
  readonly warmupMs: number;
  /** Fewer calls over all processes make a benchmark `short`. */
  readonly minimumSamples: number;
  /** Measure the reference servers too, so that results of different machines can be compared. */
  readonly calibrate: boolean;
  /** Keep every call's latency in the result. */
  readonly keepSamples: boolean;
}

/**
 * - measured: as asked;
 * - short: there was time for fewer calls than were asked for, or than a statement needs: no baseline;
 * - failed: at least one call was not `ok`, or the server went: its times mean nothing;
 * - skipped: not called, with the reason.
 */
export type Measurement = MeasurementIdentity &
  (
    | (Measured & { readonly state: 'measured' })
    | (Measured & { readonly state: 'short'; readonly reason: string })
    | { readonly state: 'failed'; readonly reason: string; readonly calls: CallCounts }
    | { readonly state: 'skipped'; readonly reason: string }
  );

export interface MeasurementIdentity {
  /** That of the test: `suite/test`, `suite/test [key=value]`. */
  readonly id: string;
  readonly suite: string;
  readonly test: string;
  readonly server: string;
  readonly location?: SourceLocation | undefined;
}

export interface Measured {
  readonly calls: CallCounts;
  /** One a fresh process, in order. */
  readonly processes: readonly ProcessSummary[];
  readonly latency: LatencySummary;
  /** Calls that were `ok`, for each second of measuring; the client's own work lies in between. */
  readonly throughputPerSecond: number;
  /** Of the server's process tree; undefined when it cannot be measured. */
  readonly cpuMsPerCall?: number | undefined;
  /** Open-loop load only. */
  readonly generator?: GeneratorReport | undefined;
  /** With `keepSamples`: every call that was `ok`, in ms, by process. */
  readonly samplesMs?: readonly (readonly number[])[] | undefined;
}

/** A benchmark in one server process: what the comparison between runs rests on. */
export interface ProcessSummary {
  readonly n: number;
  readonly p25Ms: number;
  readonly p50Ms: number;
  readonly meanMs: number;
  /** Undefined with fewer than 60 calls. */
  readonly p95Ms?: number | undefined;
  readonly cpuMsPerCall?: number | undefined;
}

/** All calls of a benchmark together, in ms. Percentiles are missing where there were too few calls for them. */
export interface LatencySummary {
  readonly n: number;
  readonly minMs: number;
  readonly p25Ms: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  /** From 60 calls on. */
  readonly p95Ms?: number | undefined;
  /** From 300 calls on. */
  readonly p99Ms?: number | undefined;
  /** From 3,000 calls on. */
  readonly p999Ms?: number | undefined;
  readonly maxMs: number;
  readonly meanMs: number;
  /** Standard deviation. */
  readonly sdMs: number;
  /** Coefficient of variation: standard deviation by mean, in per cent. */
  readonly cvPercent: number;
  /** Calls further from the median than 3 scaled median absolute deviations, in per cent. */
  readonly outlierPercent: number;
  /** All latencies, in bounded space. */
  readonly histogram: JsonObject;
}

/** How well the load generator kept its rate. */
export interface GeneratorReport {
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  /** Why the latencies must not be believed; undefined when they may. */
  readonly invalid?: string | undefined;
}

/** A server under test over all its processes. */
export interface BenchmarkedServer {
  readonly name: string;
  /** Command line or URL, secrets masked. */
  readonly target: string;
  readonly protocolVersion: string | undefined;
  readonly serverInfo: JsonObject | undefined;
  /** One a process. */
  readonly startupMs: readonly number[];
  /** Peak resident memory of the process tree, one a process where it can be measured. */
  readonly peakMemoryBytes: readonly number[];
}

/** A reference server; see `reference-servers.ts`. */
export interface ReferenceMeasurement {
  readonly name: ReferenceName;
  readonly processes: readonly ProcessSummary[];
}

export interface BenchmarkResult {
  readonly schemaVersion: typeof benchmarkSchemaVersion;
  readonly kind: 'benchmark';
  readonly harness: RunResult['harness'];
  readonly config: RunResult['config'];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** False: interrupted or out of time; what had been measured by then is here. */
  readonly complete: boolean;
  readonly incompleteReason?: string | undefined;
  /** Why nothing more could be measured: a server that does not start, a failed script. */
  readonly error?: ErrorInfo | undefined;
  readonly machine: Machine;
  readonly loadBefore: MachineLoad;
  readonly loadAfter: MachineLoad;
  readonly settings: BenchmarkSettings;
  readonly servers: readonly BenchmarkedServer[];
  readonly benchmarks: readonly Measurement[];
  readonly references: readonly ReferenceMeasurement[];
  /** With a base to compare with. */
  readonly comparison?: Comparison | undefined;
  /** Held against stored baselines, one a suite. */
  readonly baselines?: readonly BaselineComparison[] | undefined;
  readonly findings: RunResult['findings'];
  readonly warnings: readonly string[];
  readonly verdict: BenchmarkVerdict;
  /** Per suite-language.md, "Exit codes of every command". */
  readonly exitCode: RunResult['exitCode'];
}

/**
 * - failed: a call was not as its test expects, or a server went;
 * - invalid: the load generator was late, so that latencies mean nothing;
 * - regressed: something got slower or larger than `failOn` allows;
 * - passed: neither, which may include what is inconclusive; each benchmark says so;
 * - interrupted: not whole.
 */
export type BenchmarkVerdict = 'passed' | 'regressed' | 'invalid' | 'failed' | 'errored' | 'interrupted';

/** What a run of the service is asked for, and what it leaves. */
import type { RunKind } from '../settings/define.ts';

/** `NewRun.request`: no secrets, since stores and pages show it. */
export interface RunRequest {
  readonly kind: RunKind;
  /** Names of suites; every one when empty. */
  readonly suites: readonly string[];
}

/** How a run ended, in one word. `errored`: it could not find out. */
export type RunVerdict = 'passed' | 'failed' | 'errored';

/** `RunResult.summary`: bounded, without bodies and secrets. The whole report is a file. */
export interface RunSummary {
  readonly version: 1;
  readonly kind: RunKind;
  readonly verdict: RunVerdict;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly suites: readonly SuiteSummary[];
  /** At most 50, the first ones. */
  readonly failures: readonly FailureSummary[];
  /** Slower than their baseline, at most 50. */
  readonly regressions: readonly RegressionSummary[];
  /** What the comparison with baselines says besides: newly failing, breaking changes, drift; one line each, at most 50. */
  readonly notes: readonly string[];
  /** File names of the reports in the run's directory. */
  readonly reports: readonly string[];
}

export interface SuiteSummary {
  readonly suite: string;
  readonly server: string;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  readonly flaky: number;
  readonly retries: number;
  /** By limit, e.g. `memory`. */
  readonly violations: Readonly<Record<string, number>>;
  /** Of the calls of the tests; undefined when there were none. */
  readonly latency: LatencySummary | undefined;
  /** Of the approved baseline, for the same calls. */
  readonly baselineP95Ms: number | undefined;
}

export interface LatencySummary {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface FailureSummary {
  readonly test: string;
  readonly outcome: 'failed' | 'errored';
  readonly message: string;
  /** `file:line:column`. */
  readonly location: string | undefined;
}

export interface RegressionSummary {
  readonly id: string;
  readonly metric: string;
  readonly changePercent: number;
  readonly severity: 'warning' | 'error' | 'critical';
}

/** A summary with what metrics need besides and no store keeps. */
export interface ExecutedRun {
  readonly summary: RunSummary;
  /** Response times in ms of each suite and server, at most 5,000 each, evenly drawn from all. */
  readonly samples: readonly {
    readonly suite: string;
    readonly server: string;
    readonly timesMs: readonly number[];
  }[];
  /** Directory of the reports, relative to `reporting.outputDir`. */
  readonly reportPath: string;
}

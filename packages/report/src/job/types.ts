/**
 * What one job of a workflow has to say: bounded, typed, frozen, JSON-serialisable, versioned. The comment, the job
 * summary, the annotations, the outputs and the merge of a matrix are made of it alone. It travels in an artifact, so
 * that whoever reads it back treats it as hostile.
 */
import type { FailOnPolicy } from '@mcp-test-harness/core/baseline';
import type { ComparedMetric, ComparisonVerdict, Severity } from '@mcp-test-harness/core/benchmark';
import type { ChangeKind } from '@mcp-test-harness/core/contract';

export const jobReportSchemaVersion = 1;

/**
 * - passed: nothing that `fail-on` names;
 * - failed: something that it does, each in {@link JobReport.failures};
 * - errored: no verdict: the configuration, the server or the harness did not work;
 * - cancelled: the job was, and what was found until then is here.
 */
export type JobOutcome = 'passed' | 'failed' | 'errored' | 'cancelled';

/** Where what is compared with came from. */
export type BaselineSource = 'cache' | 'artifact' | 'file' | 'merge-base' | 'none';

/** A place in a file of the repository; lines and columns count from 1. */
export interface ReportedLocation {
  /** Relative to the root of the repository, with forward slashes; never outside of it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A list that is cut: `total` says how many there were. */
export interface Capped<T> {
  readonly total: number;
  readonly shown: readonly T[];
}

export interface ReportedTest {
  /** `suite/test [key=value]`. */
  readonly id: string;
  readonly outcome: 'failed' | 'errored';
  /** One sentence. */
  readonly message: string;
  /** Of the test. */
  readonly location?: ReportedLocation | undefined;
  /** Passed when the baseline last saw it; undefined without a baseline. */
  readonly isNew?: boolean | undefined;
}

/** What a run of suites, or of the requirements of the specification, found. */
export interface ReportedTests {
  readonly kind: 'test' | 'compliance';
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  readonly flaky: number;
  readonly durationMs: number;
  /** False: not all tests that were planned ran. */
  readonly complete: boolean;
  readonly planned: number;
  /** Of features that the servers list, in per cent. */
  readonly coveragePercent?: number | undefined;
  /** The verdict of the run in a sentence. */
  readonly sentence: string;
  /** Newly failing first. */
  readonly failing: Capped<ReportedTest>;
}

export interface ReportedFinding {
  readonly source: 'test' | 'compliance' | 'audit' | 'benchmark';
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly server?: string | undefined;
  readonly message: string;
  readonly count: number;
  /** Not in the baseline; undefined without one. */
  readonly isNew?: boolean | undefined;
}

/** One benchmark that was compared. */
export interface ReportedChange {
  readonly id: string;
  readonly verdict: ComparisonVerdict;
  readonly severity?: Severity | undefined;
  /** Such a regression fails the job. */
  readonly fails: boolean;
  /** The verdict in a sentence. */
  readonly sentence: string;
  /** That which speaks for it; the numbers are of it. */
  readonly metric?: ComparedMetric | undefined;
  /** Typical values: ms, or bytes of memory. */
  readonly base?: number | undefined;
  readonly head?: number | undefined;
  readonly changePercent?: number | undefined;
  /** 95 %. */
  readonly intervalPercent?: readonly [low: number, high: number] | undefined;
  /** Pairs of processes, or runs of the history, that it rests on. */
  readonly samples?: number | undefined;
  /** Of the test that was measured. */
  readonly location?: ReportedLocation | undefined;
}

/** All benchmarks against one thing. */
export interface ReportedComparison {
  /**
   * - base: base and head measured in turns, in fresh pairs of processes on this machine;
   * - history: this run against earlier runs of the default branch.
   */
  readonly against: 'base' | 'history';
  /** How, in plain words: `base and head in turns on this machine, 8 pairs of fresh processes`. */
  readonly method: string;
  readonly verdicts: Readonly<Record<ComparisonVerdict, number>>;
  /** Regressed first, then improved, then inconclusive; never the unchanged. */
  readonly changes: Capped<ReportedChange>;
}

export interface ReportedBenchmarks {
  readonly measured: number;
  readonly durationMs: number;
  /** Calls were not answered as their tests expect, so that nothing was measured. */
  readonly failing: Capped<ReportedTest>;
  /** None: measured only. At most one of each kind. */
  readonly comparisons: readonly ReportedComparison[];
}

export interface ReportedContract {
  readonly server: string;
  readonly breaking: number;
  readonly risky: number;
  readonly compatible: number;
  /** The worst first. */
  readonly changes: Capped<{
    readonly kind: ChangeKind;
    readonly code: string;
    readonly path: string;
    readonly reason: string;
  }>;
}

/** What a server costs the context of a model, in tokens. */
export interface ReportedContextCost {
  readonly server: string;
  readonly tokenizer: string;
  readonly before?: number | undefined;
  readonly after: number;
}

export interface ReportedBaseline {
  readonly source: BaselineSource;
  /** Commit of the approved run, or of the base. */
  readonly sha?: string | undefined;
  /** ISO 8601, of that run. */
  readonly at?: string | undefined;
  /** Runs of the history. */
  readonly runs?: number | undefined;
  /** False: nobody asked for one (`baseline: none`), so that its absence is no news. */
  readonly wanted: boolean;
  /** This run was kept for later ones to be compared with. */
  readonly saved: boolean;
  /** Why there is none, or what the reader should know of it. */
  readonly notes: readonly string[];
}

/** A fault of the configuration, the server or the harness. */
export interface ReportedError {
  /** Of the error table. */
  readonly code: string;
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string | undefined;
  readonly location?: ReportedLocation | undefined;
}

/** Which job this is. */
export interface JobIdentity {
  /** `baseline-key`: tells the jobs of a matrix apart. */
  readonly key: string;
  /** For people. */
  readonly title: string;
  readonly os: string;
  readonly arch: string;
  readonly runId: string;
  readonly attempt: number;
  readonly runUrl?: string | undefined;
  readonly headSha: string;
}

/** An artifact that people can open. */
export interface ReportLink {
  readonly name: string;
  readonly url: string;
}

export interface JobReport {
  readonly schemaVersion: typeof jobReportSchemaVersion;
  readonly kind: 'job';
  readonly harness: { readonly version: string };
  readonly job: JobIdentity;
  readonly outcome: JobOutcome;
  /** Why it is not passed, a sentence each; the most important first. */
  readonly failures: readonly string[];
  /** Why there is no verdict, with what to do: one, or each fault of a configuration. */
  readonly errors: Capped<ReportedError>;
  readonly failOn: FailOnPolicy;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly tests: readonly ReportedTests[];
  readonly newlyFailing: Capped<string>;
  readonly fixed: Capped<string>;
  readonly flaky: Capped<{ readonly test: string; readonly failures: number; readonly runs: number }>;
  readonly findings: Capped<ReportedFinding>;
  /** Findings that the baseline has and this run has not. */
  readonly goneFindings: number;
  readonly benchmarks?: ReportedBenchmarks | undefined;
  /** Of all servers, those that no list shows included. */
  readonly breakingChanges: number;
  readonly contracts: readonly ReportedContract[];
  readonly contextCost: readonly ReportedContextCost[];
  readonly baseline: ReportedBaseline;
  readonly notes: readonly string[];
  readonly links: readonly ReportLink[];
}

/**
 * What one job of a workflow has to say: bounded, typed, frozen, JSON-serialisable, versioned. The comment, the job
 * summary, the annotations, the outputs and the merge of a matrix are made of it alone. It travels in an artifact, so
 * that whoever reads it back treats it as hostile.
 */
import type { SourceLocation } from '@mcp-test-harness/core';
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
  /** Paths are relative to the repository. */
  readonly location?: SourceLocation | undefined;
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
  readonly complete: boolean;
  /** Of features that the servers list, in per cent. */
  readonly coveragePercent?: number | undefined;
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
  readonly sentence: string;
  /** Of the metric that speaks for it. */
  readonly metric?: ComparedMetric | undefined;
  readonly base?: number | undefined;
  readonly head?: number | undefined;
  readonly changePercent?: number | undefined;
  readonly intervalPercent?: readonly [low: number, high: number] | undefined;
  readonly location?: SourceLocation | undefined;
}

export interface ReportedBenchmarks {
  /**
   * - interleaved: base and head in fresh pairs of processes on this machine;
   * - history: this run against earlier runs of the default branch;
   * - none: measured only.
   */
  readonly comparedWith: 'interleaved' | 'history' | 'none';
  /** How it was measured, in a sentence. */
  readonly method: string;
  readonly measured: number;
  readonly failed: number;
  readonly durationMs: number;
  readonly verdicts: Readonly<Record<ComparisonVerdict, number>>;
  /** Regressed first, then improved, then inconclusive; never the unchanged. */
  readonly changes: Capped<ReportedChange>;
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
  /** Why there is none, or what the reader should know of it. */
  readonly notes: readonly string[];
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
  /** Why there is no verdict, with what to do. */
  readonly error?:
    | {
        readonly message: string;
        readonly hint?: string | undefined;
        readonly location?: SourceLocation | undefined;
      }
    | undefined;
  readonly durationMs: number;
  readonly tests: readonly ReportedTests[];
  readonly newlyFailing: Capped<string>;
  readonly fixed: Capped<string>;
  readonly flaky: Capped<{ readonly test: string; readonly failures: number; readonly runs: number }>;
  readonly findings: Capped<ReportedFinding>;
  /** Findings that the baseline has and this run has not. */
  readonly goneFindings: number;
  readonly benchmarks?: ReportedBenchmarks | undefined;
  readonly contracts: readonly ReportedContract[];
  readonly contextCost: readonly ReportedContextCost[];
  readonly baseline: ReportedBaseline;
  readonly notes: readonly string[];
  readonly links: readonly ReportLink[];
}

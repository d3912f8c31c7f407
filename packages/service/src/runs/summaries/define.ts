/** What a summary of a day or a week says: the document behind its pages and messages. */
import type { RegressionSummary } from '../define.ts';
import type { PeriodKind } from './period.ts';

export interface SummaryDocument {
  readonly version: 1;
  readonly period: PeriodKind;
  readonly key: string;
  readonly timezone: string;
  /** ISO 8601; `until` is not included. */
  readonly from: string;
  readonly until: string;
  /** Runs that were asked for in it and are over, by how they ended. */
  readonly runs: {
    readonly total: number;
    readonly passed: number;
    readonly failed: number;
    readonly errored: number;
    /** Could not be carried out. */
    readonly lost: number;
    readonly cancelled: number;
    readonly skipped: number;
  };
  /** Of the runs whose results were read. */
  readonly tests: {
    readonly passed: number;
    readonly failed: number;
    readonly errored: number;
    readonly skipped: number;
    readonly flaky: number;
  };
  /** Of the tests that were executed, 0 to 1; null when none was. */
  readonly successRate: number | null;
  /** The worst first, at most 100. */
  readonly suites: readonly SummarySuite[];
  /** Tests that did not pass, the most frequent first, at most 20. */
  readonly failures: readonly SummaryFailure[];
  /** Slower than their baseline, the worst of each, at most 20. */
  readonly regressions: readonly RegressionSummary[];
  readonly servers: readonly SummaryServer[];
  /** What moved over time, one sentence each, at most 20. */
  readonly trends: readonly string[];
  /** Of how many finished runs the results were read; the others are counted only. */
  readonly resultsRead: { readonly read: number; readonly of: number };
}

export interface SummarySuite {
  readonly suite: string;
  readonly server: string;
  readonly runs: number;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  /** 0 to 1; null when nothing was executed. */
  readonly successRate: number | null;
  /** The median of the 95th percentiles of its runs; null without calls. */
  readonly p95Ms: number | null;
}

export interface SummaryFailure {
  readonly test: string;
  readonly times: number;
  readonly outcome: 'failed' | 'errored';
  /** The latest. */
  readonly message: string;
}

/** As it stands when the summary is made. */
export interface SummaryServer {
  readonly server: string;
  readonly state: 'unknown' | 'up' | 'down';
  readonly since: string;
}

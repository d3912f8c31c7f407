/**
 * The result of a run: typed, frozen, JSON-serialisable, versioned. It feeds every report,
 * the Action, the service and the comparator: nobody re-derives a verdict.
 */
import type { AssertionFailure } from '../assertions/types.ts';
import type { BaselineComparison } from '../baseline/compare/types.ts';
import type { RunCoverage } from '../coverage/types.ts';
import type { ErrorCode, SourceLocation } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { LimitEnforcement, ProcessUsage, ShutdownReport } from '../process/types.ts';
import type { Finding, JsonRpcErrorObject } from '../protocol/types.ts';

export const resultSchemaVersion = 1;

/**
 * - passed: every expectation held;
 * - failed: an expectation did not hold;
 * - errored: no verdict on the expectation was possible (timeout, crash, transport, protocol, setup);
 * - skipped: not executed, with a reason.
 */
export type Outcome = 'passed' | 'failed' | 'errored' | 'skipped';

/** Why a test has no verdict. */
export interface ErrorInfo {
  readonly code: ErrorCode;
  /** Which of the four families, for people and metrics. */
  readonly kind:
    'timeout' | 'crash' | 'transport' | 'protocol' | 'limit' | 'setup' | 'cancelled' | 'internal';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: JsonObject | undefined;
}

/** One request of a test and what came back, cut for reports. */
export interface ExchangeRecord {
  /** Step it belongs to. */
  readonly step?: string | undefined;
  readonly phase: 'setup' | 'test' | 'cleanup';
  readonly method: string;
  readonly startedAtMs: number;
  readonly durationMs: number | undefined;
  /** Raw JSON as it went over the wire, possibly cut. */
  readonly request: string;
  readonly response: string | undefined;
  readonly result?: JsonValue | undefined;
  readonly error?: JsonRpcErrorObject | undefined;
  readonly httpStatus?: number | undefined;
  readonly notifications: number;
}

/**
 * Why a test has no verdict of its own: `disabled` and `condition` were asked for by the configuration; `dependency` to
 * `interrupted` are a consequence of how the run went. Of a compliance run: the server has nothing that the requirement
 * speaks of, it could not be told, or it is broken and that was expected.
 */
export type SkipCause =
  | 'disabled'
  | 'condition'
  | 'dependency'
  | 'fail-fast'
  | 'timeout'
  | 'interrupted'
  | 'not-applicable'
  | 'not-testable'
  | 'expected-failure';

/** The sentence of the specification that a test of a compliance run judges. */
export interface JudgedRequirement {
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** What a sound server does. */
  readonly title: string;
  /** What the author of a server that breaks it is to do. */
  readonly remedy: string;
  /** The sentence of the specification, where it is one. */
  readonly quote?: string | undefined;
  /** Where the specification says so, in the revision under test. */
  readonly url: string;
}

export type LocatedFailure = AssertionFailure & {
  readonly location?: SourceLocation | undefined;
  readonly step?: string | undefined;
};

export interface TestResult {
  /** `suite/test` or `suite/test [key=value, ...]`: unique and stable. */
  readonly id: string;
  readonly suite: string;
  readonly test: string;
  readonly description?: string | undefined;
  /** Matrix or case values of this instance. */
  readonly instance?: JsonObject | undefined;
  readonly tags: readonly string[];
  readonly server: string;
  readonly location?: SourceLocation | undefined;
  /** Of a compliance run only. */
  readonly requirement?: JudgedRequirement | undefined;
  readonly outcome: Outcome;
  /** Passed, but only on a repetition. */
  readonly flaky: boolean;
  readonly attempts: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Wall time of all attempts, setup and cleanup included, the start of its server not. */
  readonly durationMs: number;
  /** Time of each request of the test proper in ms, in order; the raw material for percentiles. */
  readonly requestDurationsMs: readonly number[];
  readonly failures: readonly LocatedFailure[];
  readonly warnings: readonly LocatedFailure[];
  readonly error?: ErrorInfo | undefined;
  readonly skipReason?: string | undefined;
  readonly skipCause?: SkipCause | undefined;
  /** Kept whole for tests that did not pass, cut short for the others. */
  readonly exchanges: readonly ExchangeRecord[];
  /** One line for a shell that sends the failing request again. */
  readonly reproduce?: string | undefined;
  /** The server's stderr during the test, for tests that did not pass. */
  readonly stderr?: string | undefined;
  /** The server tree's CPU time during the test and peak memory so far; `shared` when other tests ran on it meanwhile. */
  readonly usage?: (ProcessUsage & { readonly shared: boolean }) | undefined;
}

export interface Totals {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  /** Of the passed ones. */
  readonly flaky: number;
}

export interface SuiteResult {
  readonly name: string;
  readonly description?: string | undefined;
  readonly server: string;
  readonly location?: SourceLocation | undefined;
  /** passed when the success rate reached the required one and nothing went wrong in setup. */
  readonly outcome: Outcome;
  readonly requiredSuccessRate: number;
  /** passed / (passed + failed + errored); undefined when nothing was executed. */
  readonly successRate: number | undefined;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly totals: Totals;
  readonly tests: readonly TestResult[];
}

/** One server process (or connection) of the run. */
export interface ServerResult {
  readonly name: string;
  readonly transport: 'stdio' | 'http' | 'sse' | 'websocket';
  /** Command line or URL, secrets masked. */
  readonly target: string;
  readonly pid?: number | undefined;
  readonly protocolVersion?: string | undefined;
  readonly serverInfo?: JsonObject | undefined;
  readonly capabilities?: JsonObject | undefined;
  readonly startupMs?: number | undefined;
  readonly startError?: ErrorInfo | undefined;
  readonly limits: readonly LimitEnforcement[];
  readonly shutdown?: ShutdownReport | undefined;
  readonly usage?: ProcessUsage | undefined;
  readonly stderrTail: string;
}

/** Which revisions a server speaks, of a run under all of them. */
export interface ServerRevisions {
  readonly server: string;
  readonly spoken: readonly string[];
  /** Those that it refused, with its words. */
  readonly notSpoken: readonly { readonly revision: string; readonly reason: string }[];
}

export interface RunResult {
  readonly schemaVersion: typeof resultSchemaVersion;
  readonly harness: { readonly version: string; readonly node: string; readonly platform: string };
  readonly config: { readonly file?: string | undefined; readonly environment?: string | undefined };
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  readonly startedAt: string;
  readonly durationMs: number;
  /** false: interrupted, out of time or killed; `incompleteReason` says which, and not all planned tests are here. */
  readonly complete: boolean;
  readonly incompleteReason?: string | undefined;
  readonly plannedTests: number;
  /** The run's verdict: the only place where it is decided. */
  readonly verdict: 'passed' | 'failed' | 'errored' | 'interrupted';
  /** Per suite-language.md, "Exit codes of every command". */
  readonly exitCode: 0 | 1 | 2 | 3 | 4 | 130;
  readonly totals: Totals;
  readonly suites: readonly SuiteResult[];
  readonly servers: readonly ServerResult[];
  /** Of servers with `protocol_version: all`. */
  readonly revisions?: readonly ServerRevisions[] | undefined;
  /** Of runs of suites; undefined where nobody asked the servers what they have. */
  readonly coverage?: RunCoverage | undefined;
  readonly protocolChecks: 'error' | 'warn' | 'off';
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Held against stored baselines, one a suite. */
  readonly baselines?: readonly BaselineComparison[] | undefined;
}

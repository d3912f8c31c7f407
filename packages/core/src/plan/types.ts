import type { Expected } from '../assertions/index.ts';
import type { RetryConfig, TestCaseConfig } from '../config/schema.ts';
import type { SourceLocation } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Revision, SessionOptions } from '../protocol/types.ts';

/** What one step sends. */
export type PlannedAction =
  | { readonly kind: 'tool'; readonly tool: string; readonly args: JsonObject }
  | { readonly kind: 'request'; readonly method: string; readonly params: JsonObject | undefined }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'wait'; readonly notification: string };

export interface PlannedStep {
  readonly name: string | undefined;
  readonly action: PlannedAction;
  readonly expected: Expected | undefined;
  readonly expectError:
    | { readonly any: boolean; readonly code?: number | undefined; readonly pattern?: string | undefined }
    | undefined;
  readonly storeAs: string | undefined;
  readonly timeoutMs: number | undefined;
  /** Path of the step below its test: '' for the test itself, `steps[1]`, `setup_steps[0]`. */
  readonly configKey: string;
  /** Holds `${...}` that the runner substitutes before sending, since the test stores results. */
  readonly storedTemplates: boolean;
  /** Holds `${{ ... }}` that the runner evaluates before sending. */
  readonly expressionTemplates: boolean;
}

export interface PlannedTest {
  readonly id: string;
  readonly suite: string;
  readonly test: string;
  readonly description: string | undefined;
  readonly instance: JsonObject | undefined;
  readonly tags: readonly string[];
  readonly location: SourceLocation | undefined;
  /** Locations of keys below the test that failures may point to: `expected.text`, `steps[1].expected.patterns[0]`. */
  readonly locations: Readonly<Record<string, SourceLocation>>;
  readonly setup: readonly PlannedStep[];
  readonly steps: readonly PlannedStep[];
  readonly cleanup: readonly PlannedStep[];
  readonly iterations: number;
  readonly concurrency: number;
  /** Not to be executed, with the reason (disabled); filtered tests are not in the plan at all. */
  readonly skipReason: string | undefined;
  readonly skipIf: string | undefined;
  readonly onlyIf: string | undefined;
  /** Full ids of tests, or names of suites, that must have passed. */
  readonly dependsOn: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly retry: RetryConfig | undefined;
  /** The test itself asked for retries, so that they apply to any tool. */
  readonly retryOptedIn: boolean;
  readonly performance: TestCaseConfig['performance'];
  /** All variables in scope, for expressions and scripts. */
  readonly variables: JsonObject;
}

export interface PlannedSuite {
  readonly name: string;
  readonly description: string | undefined;
  readonly location: SourceLocation | undefined;
  /** Name of an entry of {@link Plan.servers}. */
  readonly server: string;
  /** Suites that must have passed. */
  readonly dependsOn: readonly string[];
  /** Suites of the plan that must have ended before this one starts: those above, and those that its tests depend on. */
  readonly after: readonly string[];
  readonly concurrency: number;
  readonly isolation: 'suite' | 'run' | 'test';
  readonly timeoutMs: number | undefined;
  readonly failFast: boolean;
  readonly requiredSuccessRate: number;
  readonly setupScript: string | undefined;
  readonly teardownScript: string | undefined;
  readonly skipIf: string | undefined;
  readonly onlyIf: string | undefined;
  readonly skipReason: string | undefined;
  readonly retry: RetryConfig | undefined;
  /** Those of the file and the suite, for its conditions. */
  readonly variables?: JsonObject | undefined;
  /** No filter or shard has left out a test of it. */
  readonly whole: boolean;
  readonly tests: readonly PlannedTest[];
}

/** A server as a session needs it, without `env` inheritance, which the edge decides. */
export interface PlannedServer {
  /** Unique in the plan; a suite with limits or a client of its own has a variant of its own, `name (suite)`. */
  readonly name: string;
  /** Name in the configuration, which all its variants have; `server` for the one `server`. */
  readonly configuredName: string;
  /** Key below `servers`; undefined for the one `server`. */
  readonly key: string | undefined;
  readonly session: SessionOptions;
  /** `protocol_version: all`: its suites run once under each revision that it speaks, which a run finds out. */
  readonly everyRevision: boolean;
  /** The revision that the run asks it for, whatever the configuration says. */
  readonly revision?: Revision | undefined;
  /** Of a server that is there once for each revision: its name without that. */
  readonly expandedFrom?: string | undefined;
  readonly autoRestart: boolean;
  readonly maxRestarts: number;
  readonly location: SourceLocation | undefined;
}

/** Everything a run will do: typed, frozen, JSON-serialisable. Suites stand in an order that respects dependencies. */
export interface Plan {
  readonly configFile: string | undefined;
  readonly baseDir: string;
  readonly environment: string | undefined;
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  readonly servers: readonly PlannedServer[];
  readonly suites: readonly PlannedSuite[];
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
  readonly failFast: boolean;
  readonly protocolChecks: 'error' | 'warn' | 'off';
  /** Values to mask in everything that is written. */
  readonly secrets: readonly string[];
  readonly testCount: number;
  /** Tests of the configuration that the filter has left out; those of other shards are not among them. */
  readonly leftOutTests: number;
  /** Percentage of what the servers offer that tests must use for the run to pass. */
  readonly minCoveragePercent?: number | undefined;
  /** What the reader should know: of the configuration, and of dependencies that the filter had left out. */
  readonly warnings: readonly string[];
}

/** Which tests to keep. All given kinds must hold; within one kind, any. */
export interface PlanFilter {
  /** Suite names. */
  readonly suites?: readonly string[] | undefined;
  /** Exact test ids (`test` or `suite/test`), or globs with `*`. */
  readonly names?: readonly string[] | undefined;
  /** Regular expressions over `suite/test`. */
  readonly grep?: readonly string[] | undefined;
  /** Tags; `!tag` excludes. */
  readonly tags?: readonly string[] | undefined;
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
}

/** What an edge asks for over the head of the configuration. */
export interface PlanOverrides {
  /** {@link Plan.minCoveragePercent}, of a filtered run too. */
  readonly minCoveragePercent?: number | undefined;
  /** What every server is asked for. */
  readonly protocolVersion?: ProtocolVersion | undefined;
}

/** A revision; `latest`: the newest that both sides speak; `all`: each that the server speaks, in turn. */
export type ProtocolVersion = Revision | 'latest' | 'all';

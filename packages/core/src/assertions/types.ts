import type { JsonObject, JsonValue } from '../json.ts';
import type { JsonRpcErrorObject } from '../protocol/types.ts';

/** What assertions see of one exchange: plain JSON, the names are those of `suite-language.md`. */
export interface Subject {
  readonly result?: JsonValue | undefined;
  readonly error?: JsonRpcErrorObject | undefined;
  /** All text content joined by newlines. */
  readonly text?: string | undefined;
  /** structuredContent, or `text` parsed when it is JSON. */
  readonly json?: JsonValue | undefined;
  /** `result.isError` is true. A JSON-RPC error is `error` instead. */
  readonly is_error: boolean;
  readonly duration_ms: number;
  readonly notifications: readonly JsonValue[];
  readonly logs: readonly JsonValue[];
  readonly progress: readonly JsonValue[];
  readonly http?: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  /** For `raw`: the frames that came back, as text. */
  readonly frames?: readonly string[] | undefined;
}

/** One expectation that did not hold. */
export interface AssertionFailure {
  /** `failure` fails the test; `warning` comes from `required: false`. */
  readonly severity: 'failure' | 'warning';
  /** What was looked at: `text`, `result.content[0].text`, `$.json.id`. */
  readonly key: string;
  /** Validation type: `equals`, `regex`, `snapshot`, `custom_script`, ... */
  readonly type: string;
  /** One sentence: what was expected and what came. */
  readonly message: string;
  /** Readable renderings, cut to a sensible length. */
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  /** Unified diff for objects and long text. */
  readonly diff?: string | undefined;
  /** Path below the test or step of the expectation in the config: `expected.text`, `expected.patterns[1]`, `expected_error_code`. */
  readonly configKey: string;
}

/** What an expectation may need besides the subject. */
export interface AssertionContext {
  readonly suite: string;
  readonly test: string;
  /** Step name or index within the test, when there are several. */
  readonly step?: string | undefined;
  /** Directory that scripts and schemas files are relative to. */
  readonly baseDir: string;
  /** Passed to custom scripts as `context`. */
  readonly variables: JsonObject;
  /** The environment for custom scripts, passed in by the edge. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly snapshots: SnapshotStore;
  readonly signal?: AbortSignal | undefined;
}

/** Snapshots of one run. Kept in `__snapshots__/<suite>.yaml` beside the config. */
export interface SnapshotStore {
  /** The stored value, or undefined when there is none. */
  read(suite: string, key: string): Promise<JsonValue | undefined>;
  /** `never` in CI and without --update-snapshots: then a missing snapshot is a failure that says how to write it. */
  readonly mode: 'update' | 'never';
  write(suite: string, key: string, value: JsonValue): Promise<void>;
  /** Where a suite's snapshots are kept, for messages. */
  locate?(suite: string): string;
  /**
   * Called once after the run, with the suites of which every test was executed: only there can an entry be called
   * obsolete. Update mode removes those.
   */
  finish?(wholeSuites: readonly string[]): Promise<SnapshotSummary>;
}

/** What a run did to its snapshots. */
export interface SnapshotSummary {
  /** Snapshots that are new or have changed. */
  readonly written: number;
  /** Stored, but asked for by no test of a suite that ran whole. */
  readonly obsolete: readonly { readonly suite: string; readonly key: string }[];
  /** True when the obsolete ones were removed (update mode). */
  readonly removed: boolean;
}

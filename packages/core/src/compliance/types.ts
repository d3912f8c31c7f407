import type { SourceLocation } from '../errors.ts';
import type { ErrorInfo } from '../runner/result.ts';
import type { JsonObject } from '../json.ts';
import type { HttpProbe } from './http-probe.ts';
import type { ShutdownReport } from '../process/types.ts';
import type { Exchange, Finding, Session, SessionOptions } from '../protocol/types.ts';

/** The words of RFC 2119 as the specification uses them. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** Dates of revisions, both included; without `until`: to the newest. */
export interface RevisionRange {
  readonly from: string;
  readonly until?: string | undefined;
}

/** What a requirement presupposes of a server. One that lacks it: `not applicable`. */
export interface Needs {
  readonly transport?: 'stdio' | 'http' | undefined;
  /** Paths into the declared capabilities, all of them: `tools`, `resources.subscribe`. */
  readonly capabilities?: readonly string[] | undefined;
  /** An extension that the server declares, by its identifier. */
  readonly extension?: string | undefined;
}

/** One sentence of the specification that a server keeps or breaks. */
export interface Requirement {
  /** Stable, in dots: `tools.call.unknown-tool`. */
  readonly id: string;
  readonly level: Level;
  readonly revisions: RevisionRange;
  readonly needs?: Needs | undefined;
  /** Page and section as in the specification's URL: `server/tools#error-handling`. */
  readonly spec: string;
  /** What a sound server does, as one sentence in the indicative. */
  readonly title: string;
  /** What the author of a server that breaks it is to do. */
  readonly remedy: string;
  /** The sentence itself, word for word, where there is one; from `quotes.ts`. */
  readonly quote?: string | undefined;
}

/** What was seen of one requirement. */
export type Verdict =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly message: string; readonly evidence?: Evidence | undefined }
  | { readonly status: 'not applicable' | 'not testable'; readonly reason: string };

/** The frames that show it, as they went over the wire. */
export interface Evidence {
  readonly sent?: string | undefined;
  readonly received?: string | undefined;
}

/** A requirement and how it is judged. Exactly one of `run` and `findings` is there. */
export interface Check extends Requirement {
  /** Asks the server; a throw makes the requirement `not testable`, with the error as reason. */
  readonly run?: ((context: CheckContext) => Promise<Verdict>) | undefined;
  /**
   * Rules of always-on findings (`stdio.noise`, `schema.tools/list`, `schema.*`) that break it, judged at the end over all
   * that was seen. `exercised`: methods of which at least one must have been answered, otherwise it is `not testable`.
   */
  readonly findings?:
    { readonly rules: readonly string[]; readonly exercised?: readonly string[] | undefined } | undefined;
}

/** An entry of a list that the server gave, as it came. */
export type Listed = JsonObject;

/** What a check works with. Lists are fetched once and shared; a list method that fails throws. */
export interface CheckContext {
  readonly transport: 'stdio' | 'http';
  readonly revision: string;
  readonly capabilities: JsonObject;
  /** The shared session. Checks leave it as they found it; after a crash the next check gets a new one. */
  readonly session: Session;
  /** A session of its own, for checks that may harm or that change what is declared; closed when the check ends. */
  readonly open: (options?: Partial<SessionOptions>) => Promise<Session>;
  /** How a session of its own ended when it was closed at once; asked once. Undefined without a process of ours. */
  readonly shutdown: () => Promise<ShutdownReport | undefined>;
  readonly tools: () => Promise<readonly Listed[]>;
  /** Tools that may be called here, with arguments that fit their schema. */
  readonly callableTools: () => Promise<readonly CallableTool[]>;
  readonly resources: () => Promise<readonly Listed[]>;
  readonly resourceTemplates: () => Promise<readonly Listed[]>;
  readonly prompts: () => Promise<readonly Listed[]>;
  /** Single HTTP requests; undefined on other transports. */
  readonly http: HttpProbe | undefined;
  /** Where the server ended, and which requests it left unanswered, so far. */
  readonly crashes: readonly Crash[];
  readonly unanswered: readonly string[];
  /** Aborted when the check's time is up or the run is interrupted. */
  readonly signal: AbortSignal;
}

/** The server ended by itself while this requirement was looked at. */
export interface Crash {
  readonly during: string;
  readonly error: ErrorInfo;
}

/** A tool that is safe to call, and what to call it with. */
export interface CallableTool {
  readonly name: string;
  readonly tool: Listed;
  readonly args: JsonObject;
}

/** Which tools may be called. `read-only`: those annotated `readOnlyHint: true`. */
export type CallPolicy = 'read-only' | 'all' | 'none' | { readonly names: readonly string[] };

/** How a requirement stands in the end; MUST broken: `failed`, SHOULD or MAY broken: `warning`. */
export type Status = 'passed' | 'failed' | 'warning' | 'not applicable' | 'not testable';

export interface RequirementResult extends Requirement {
  readonly status: Status;
  /** What was seen, or why nothing could be. */
  readonly message?: string | undefined;
  readonly evidence?: Evidence | undefined;
  /** URL of the section in the revision under test. */
  readonly url: string;
  readonly durationMs: number;
  /** From the file of expected failures: broken, but known. */
  readonly expected?: { readonly reason: string } | undefined;
}

/** Counts over all requirements. */
export type ComplianceTotals = Readonly<
  Record<'passed' | 'failed' | 'warnings' | 'notApplicable' | 'notTestable' | 'expectedFailures', number>
>;

/** An entry of the file of expected failures: broken today, known, and not to fail the run. */
export interface ExpectedFailure {
  readonly id: string;
  readonly reason: string;
  /** `2027-01-31`: the last day on which it excuses anything. */
  readonly expires?: string | undefined;
  readonly location: SourceLocation;
}

/** An entry that excuses nothing any more; it fails the run. */
export interface ExpectedFailureProblem {
  /** `stale`: the requirement is kept. `expired`: its last day is over. */
  readonly kind: 'stale' | 'expired';
  readonly id: string;
  readonly message: string;
  readonly location: SourceLocation;
}

/** Which requirements a run judged. */
export interface ProfileUse {
  readonly revision: string;
  readonly version: number;
  /** Requirements of this revision that the profile does not hold, and that were therefore not judged. */
  readonly outside: number;
}

/** What came of a run; JSON-serialisable. Members may be added without a new schemaVersion. */
export interface ComplianceResult {
  readonly schemaVersion: 1;
  /** Unset when all registered requirements were judged, whatever the profiles hold. */
  readonly profile?: ProfileUse | undefined;
  readonly server: {
    readonly name: string;
    readonly target: string;
    readonly info: JsonObject;
    readonly revision: string;
    readonly transport: 'stdio' | 'http';
  };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly results: readonly RequirementResult[];
  /** Entries of the file of expected failures that are to be removed or renewed. */
  readonly expectedFailureProblems: readonly ExpectedFailureProblem[];
  readonly totals: ComplianceTotals;
  /** Share of the judged MUST and SHOULD requirements that passed, a MUST counting three times, 0 to 1; undefined when nothing was judged. */
  readonly score: number | undefined;
  readonly findings: readonly Finding[];
  readonly crashes: readonly Crash[];
}

/** For checks: the frames of an exchange. */
export function evidenceOf(exchange: Pick<Exchange, 'requestText' | 'responseText'>): Evidence {
  return { sent: exchange.requestText, received: exchange.responseText };
}

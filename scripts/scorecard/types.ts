/** What the scorecard of real servers is made of. */

/** A server from npm that starts without an account and without a network. */
export interface ScoredServer {
  /** Of the package; several entries may have the same one. */
  readonly package: string;
  readonly version: string;
  /** What it is written in, and the SDK where it is not the usual one of that language. */
  readonly language: string;
  readonly transport: 'stdio' | 'http';
  /** An executable of node_modules/.bin, or a path in node_modules. */
  readonly command: string;
  /** `{folder}`: made for the run, with a text in it; `{kubeconfig}`: of a cluster that is not there; `{port}`: a free one. */
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Of an HTTP server: the host of its URL, default `127.0.0.1`. */
  readonly host?: string | undefined;
}

/** A requirement that a server broke, as the page shows it. */
export interface BrokenRequirement {
  readonly id: string;
  readonly level: string;
  readonly status: 'failed' | 'warning';
  readonly title: string;
  readonly message: string;
  /** The sentence of the specification, word for word. */
  readonly quote: string;
  readonly url: string;
  /** Frames, shortened; absent where the fault is that there is none. */
  readonly sent?: string | undefined;
  readonly received?: string | undefined;
}

/** How the harness itself fared. */
export interface HarnessConduct {
  /** Whole run of `compliance`, start of the process to its end, in seconds. */
  readonly seconds: number;
  /** Exit code; null when it had to be killed. */
  readonly exitCode: number | null;
  /** Commands of processes that outlived the run. */
  readonly leftBehind: readonly string[];
}

/** What came of one server. */
export interface Score extends HarnessConduct {
  /** When it was judged, `2026-11-26`, and by what. */
  readonly date: string;
  readonly harnessVersion: string;
  readonly package: string;
  readonly version: string;
  readonly language: string;
  readonly transport: 'stdio' | 'http';
  /** Revision that was spoken. */
  readonly revision: string;
  /** Name and version that the server gives itself. */
  readonly serverInfo: string;
  /** As in the result of `compliance`: 0 to 1. */
  readonly score: number | null;
  readonly totals: Readonly<
    Record<'passed' | 'failed' | 'warnings' | 'notApplicable' | 'notTestable', number>
  >;
  /** What its tools cost in the context of a model; null when they could not be listed. */
  readonly tools: { readonly count: number; readonly tokens: number } | null;
  readonly broken: readonly BrokenRequirement[];
}

/** What scenario tests of the Action need of a runner and of GitHub's services; the stand-in and the emulator both have it. */

/** A repository with its pull requests, caches and artifacts, in which one action is run again and again. */
export interface World {
  run(options?: RunOptions): Promise<RunReport>;
  /** Puts things there before a run. */
  seed(seed: Seed): void;
  /** Lets time pass for caches and artifacts: `8d`, `90m`. */
  advance(duration: string): void;
  snapshot(): WorldSnapshot;
}

export interface WorldOptions extends RunOptions {
  /** An empty folder for everything that a run writes. */
  readonly state: string;
}

type EventName =
  | 'push'
  | 'pull_request'
  | 'pull_request_target'
  | 'merge_group'
  | 'schedule'
  | 'workflow_dispatch'
  | 'workflow_run';

/** One run of the action; what is not given is that of the world. */
export interface RunOptions {
  /** The folder with `action.yml`. */
  readonly action?: string;
  /** Copied to where the job works. */
  readonly workspace?: string;
  readonly with?: Readonly<Record<string, string>>;
  /** Of the job. */
  readonly env?: Readonly<Record<string, string>>;
  /** Withheld from forks; masked. `${{ secrets.NAME }}` in `with` and `env`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly event?: EventName;
  /** Number of the pull request; made when it does not exist. A further event is a new commit, unless `sameHead`. */
  readonly pr?: number;
  readonly base?: string;
  readonly head?: string;
  readonly headSha?: string;
  readonly baseSha?: string;
  readonly sameHead?: boolean;
  /** Owner of the fork that the pull request comes from. */
  readonly fork?: string;
  readonly sha?: string;
  readonly ref?: string;
  readonly actor?: string;
  /** Merged into the payload of the event. */
  readonly payload?: object;
  /** Of a `workflow_run`: what became of the run before it. */
  readonly conclusion?: string;
  /** `write-all` (default), `read-all`, `none`, or `contents=read,pull-requests=write`. */
  readonly permissions?: string;
  /** The next attempt of the last run. */
  readonly rerun?: boolean;
  /** Another job of the last run. */
  readonly sameRun?: boolean;
  readonly job?: string;
  readonly matrix?: Readonly<Record<string, string>>;
  /** Names of presets, `name*2` for the first two requests, `name@1*2` for those after the first. */
  readonly faults?: readonly string[];
  /** Cancels the job so long after the start of main: `3s`. */
  readonly cancelAfter?: string;
  readonly timeoutMinutes?: number;
  /** Time that passes before. */
  readonly advance?: string;
  /** Another than github.com is GitHub Enterprise Server. */
  readonly serverUrl?: string;
}

export interface Seed {
  readonly pulls?: Readonly<
    Record<number, { readonly locked?: boolean; readonly fork?: string | null; readonly headSha?: string }>
  >;
  readonly comments?: readonly { readonly issue: number; readonly user: string; readonly body: string }[];
}

interface WorldSnapshot {
  readonly comments: readonly {
    readonly id: number;
    readonly issue: number;
    readonly user: string;
    readonly body: string;
  }[];
  readonly caches: readonly { readonly key: string; readonly scope: string }[];
}

export interface RunReport {
  readonly run: {
    readonly id: number;
    readonly attempt: number;
    readonly sha: string;
    readonly headSha: string;
  };
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly stages: readonly Stage[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly savedState: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  /** Of all stages; null when there is none. */
  readonly summary: string | null;
  /** Of the pull request of the event; all without one. */
  readonly comments: readonly Comment[];
  readonly checkRuns: readonly CheckRun[];
  readonly cache: { readonly events: readonly CacheEvent[]; readonly entries: readonly CacheEntry[] };
  readonly artifacts: { readonly thisRun: readonly Artifact[] };
  readonly api: {
    readonly calls: readonly ApiCall[];
    /** Permissions that the calls needed, `issues: write or pull-requests: write`. */
    readonly needs: readonly string[];
    readonly denied: readonly string[];
    /** Routes that are not there; a real 404 is not among them. */
    readonly unsupported: readonly string[];
  };
  readonly faults: readonly { readonly name: string; readonly applied: number }[];
  readonly orphanProcesses: readonly { readonly pid: number; readonly command: string }[];
  readonly workspace: { readonly path: string };
  /** Registered secrets that got into outputs, requests, artifacts or caches. */
  readonly masking: { readonly leaks: readonly { readonly where: string }[] };
  readonly warnings: readonly string[];
  readonly log: readonly string[];
}

export interface Stage {
  readonly stage: 'pre' | 'main' | 'post';
  readonly conclusion: string;
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly summaryRejected?: boolean | undefined;
}

export interface Annotation {
  readonly type: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly col?: number | undefined;
  readonly stage: string;
  /** GitHub shows ten of a type a step. */
  readonly shown: boolean;
}

interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: string;
  readonly body: string;
  readonly edits: number;
  readonly createdThisRun: boolean;
  readonly updatedThisRun: boolean;
}

interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  readonly conclusion: string | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text?: string | null;
  };
  readonly annotations: readonly object[];
}

export interface CacheEvent {
  readonly op: 'hit' | 'miss' | 'saved' | 'evicted' | 'deleted';
  readonly key: string;
  readonly matchedKey?: string | undefined;
}

interface CacheEntry {
  readonly key: string;
  readonly scope: string;
  readonly createdByThisRun: boolean;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly attempt: number;
  readonly sizeBytes: number;
  readonly expiresAt: string;
  readonly files?: readonly { readonly name: string; readonly size: number }[] | undefined;
  readonly raw?: boolean | undefined;
}

interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

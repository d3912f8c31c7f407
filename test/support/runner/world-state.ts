import { createHash } from 'node:crypto';
import type { RunOptions, Seed } from './types.ts';

/** What `GITHUB_TOKEN` writes as. */
export const actionsBot = 'github-actions[bot]';

export interface Pull {
  readonly number: number;
  baseRef: string;
  baseSha: string;
  headRef: string;
  headSha: string;
  fork: string | null;
  locked: boolean;
  commits: number;
}

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  readonly user: string;
  body: string;
  edits: number;
  createdBy?: string | undefined;
  updatedBy?: string | undefined;
}

export interface StoredCheckRun {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null; text?: string | null };
  readonly annotations: object[];
  readonly createdBy: string;
}

export interface StoredCache {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  readonly scope: string;
  readonly blobId: string;
  readonly createdBy: string;
  finalized: boolean;
  createdAtMs: number;
  usedAtMs: number;
}

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly runId: number;
  readonly attempt: number;
  readonly jobUid: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly blobId: string;
  readonly mimeType: string;
  readonly createdAtMs: number;
  readonly expiresAt: string;
  finalized: boolean;
}

/** One job of one attempt of a run. */
export interface StoredRun {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  /** Of the job. */
  readonly uid: string;
  readonly event: RunEvent;
  readonly options: RunOptions;
  conclusion: string | null;
}

/** What GitHub sends for an event, and what follows from it for the run. */
export interface RunEvent {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly ref: string;
  readonly sha: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly headRef: string;
  readonly baseRef: string;
  readonly actor: string;
  readonly pullRequest: number | null;
  readonly isFork: boolean;
  /** Where caches are looked for, in order; the first may be written to unless the token is read-only. */
  readonly cacheScopes: readonly string[];
  readonly mayWriteCaches: boolean;
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
}

const day = 86_400_000;
const retentionMs = 7 * day;

/** The repository and all that GitHub keeps of it, in memory. */
export class WorldState {
  readonly owner = 'octo-org';
  readonly repo = 'hello-mcp';
  readonly defaultBranch = 'main';
  readonly branches = new Map<string, string>();
  readonly pulls = new Map<number, Pull>();
  comments: StoredComment[] = [];
  readonly checkRuns: StoredCheckRun[] = [];
  caches: StoredCache[] = [];
  readonly artifacts: StoredArtifact[] = [];
  readonly runs: StoredRun[] = [];
  readonly blobs = new Map<string, Buffer>();
  #lastId = 1000;
  #offsetMs = 0;

  get fullName(): string {
    return `${this.owner}/${this.repo}`;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  newId(): number {
    return ++this.#lastId;
  }

  branchHead(branch: string): string {
    const known = this.branches.get(branch);
    if (known !== undefined) return known;
    const sha = digest(`${branch}#0`);
    this.branches.set(branch, sha);
    return sha;
  }

  /** Caches that nobody has used for a week go, as on GitHub. */
  evictCaches(): readonly StoredCache[] {
    const now = this.nowMs();
    const gone = this.caches.filter(({ usedAtMs }) => now - usedAtMs > retentionMs);
    this.caches = this.caches.filter((cache) => !gone.includes(cache));
    return gone;
  }

  seed({ pulls = {}, comments = [] }: Seed): void {
    for (const [number, given] of Object.entries(pulls)) {
      const pull = this.pulls.get(Number(number)) ?? this.newPull(Number(number));
      Object.assign(pull, given);
      this.pulls.set(pull.number, pull);
    }
    for (const comment of comments) this.comments.push({ ...comment, id: this.newId(), edits: 0 });
  }

  newPull(number: number): Pull {
    return {
      number,
      baseRef: this.defaultBranch,
      baseSha: this.branchHead(this.defaultBranch),
      headRef: 'feature',
      headSha: digest(`pull ${number}`),
      fork: null,
      locked: false,
      commits: 0,
    };
  }
}

/** As long as a commit's. */
export function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

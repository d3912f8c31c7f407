import { createHash } from 'node:crypto';

/** What tells the baselines of a repository apart. */
export interface BaselineScope {
  /** The input `baseline-key`. */
  readonly key: string;
  /** RUNNER_OS. */
  readonly os: string;
  /** RUNNER_ARCH. */
  readonly arch: string;
}

/** One saved baseline. */
export interface BaselineEntry {
  readonly branch: string;
  /** Of the commit that was measured. */
  readonly sha: string;
  readonly runId: string;
  readonly attempt: number;
}

const generation = 'mcp-test-harness-v1';

/**
 * Keys are written once and found by prefix, the newest first. So the parts stand in the order in which we ask:
 *
 *     mcp-test-harness-v1-<key>-<os>-<arch>-<branch>-<commit>-<run>-<attempt>
 *     └──────────── everything of a branch ─────────┘
 *     └──────────── everything of a commit of it ────────────┘
 *
 * A pull request asks for the commit that it starts from first and for the newest of the branch after that: "newest" is
 * what was created last, which need not be an ancestor of what is tested. No part has a `-` in it, so that no prefix of
 * one branch is one of another's (`main` and `main-2`).
 */
export function baselineCacheKey(scope: BaselineScope, entry: BaselineEntry, tries = 1): string {
  const { branch, sha, runId, attempt } = entry;
  // A key is taken as soon as an upload begins, also by one that breaks off.
  const again = tries === 1 ? '' : `.${tries}`;
  return `${commitPrefix(scope, branch, sha)}${keyPart(runId)}-${attempt}${again}`;
}

/** Prefixes to look for, the best first; at most ten keys are allowed, and five branches are more than enough. */
export function restorePrefixes(
  scope: BaselineScope,
  branches: readonly string[],
  commits: readonly string[],
): readonly [string, ...string[]] {
  const wanted = [...new Set(branches)]
    .slice(0, 5)
    .flatMap((branch) => [
      ...[...new Set(commits)].slice(0, 1).map((sha) => commitPrefix(scope, branch, sha)),
      branchPrefix(scope, branch),
    ]);
  const [first = branchPrefix(scope, ''), ...others] = wanted;
  return [first, ...others];
}

/** What a key says of the baseline; undefined for a key that is not ours. The branch is as {@link keyPart} wrote it. */
export function parseBaselineCacheKey(key: string): BaselineEntry | undefined {
  const match = /^mcp-test-harness-v1-[^-]+-[^-]+-[^-]+-([^-]+)-([0-9a-f]{7,64})-(\d+)-(\d+)(?:\.\d+)?$/.exec(
    key,
  );
  const [, branch, sha, runId, attempt] = match ?? [];
  if (branch === undefined || sha === undefined || runId === undefined) return undefined;
  return { branch, sha, runId, attempt: Number(attempt) };
}

/**
 * A name as one part of a key: only letters, digits and dots, so that no comma, space or dash gets in; what was changed
 * or cut is told apart by a hash.
 */
export function keyPart(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9.]/g, '_').slice(0, 60);
  if (plain === name && plain !== '') return plain;
  return `${plain}.${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

function branchPrefix({ key, os, arch }: BaselineScope, branch: string): string {
  return `${generation}-${[key, os, arch, branch].map(keyPart).join('-')}-`;
}

function commitPrefix(scope: BaselineScope, branch: string, sha: string): string {
  return `${branchPrefix(scope, branch)}${keyPart(sha)}-`;
}

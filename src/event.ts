/** What happened that the job runs for: read once from the runner's environment and the event's document. */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { readFileSync } from 'node:fs';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface PullRequestOfEvent {
  readonly number: number;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly headSha: string;
  /** The head is in another repository: the token can only read, and secrets are not there. */
  readonly fromFork: boolean;
}

export interface EventContext {
  /** `push`, `pull_request`, ... */
  readonly name: string;
  readonly repository: RepositoryName;
  /** The commit that people know: of a pull request its head, not the merge commit that is checked out. */
  readonly headSha: string;
  /** The commit that `actions/checkout` takes by itself. */
  readonly checkoutSha: string;
  /** Branch that the run belongs to; undefined for a tag. */
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  /** Branch whose baselines this run is held against. */
  readonly baseBranch: string;
  /** The commit that the change starts from, where the event tells. */
  readonly baseSha: string | undefined;
  /** A run of the default branch itself, of which others may take the result for their measure. */
  readonly isTrunk: boolean;
  readonly pullRequest: PullRequestOfEvent | undefined;
  /** Of `workflow_run`: the run that has ended. */
  readonly triggeringRun: { readonly id: number; readonly attempt: number } | undefined;
  /** The event's document, as it is. */
  readonly payload: unknown;
  readonly runId: string;
  readonly attempt: number;
  readonly workflow: string;
  readonly job: string;
  readonly serverUrl: string;
  readonly runUrl: string;
  /** GitHub Enterprise Server, which has other caches and artifacts. */
  readonly isEnterpriseServer: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Payload = Readonly<Record<string, unknown>>;

/** @throws HarnessError IO_READ when this is no job of GitHub Actions */
export function readEvent(env: Environment, readFile: (file: string) => string = readText): EventContext {
  const payload = readPayload(env['GITHUB_EVENT_PATH'], readFile);
  const [owner, repo] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  const checkoutSha = env['GITHUB_SHA'] ?? '';
  if (owner === undefined || owner === '' || repo === undefined || checkoutSha === '') {
    throw new HarnessError({
      code: 'IO_READ',
      message: 'this is no job of GitHub Actions: GITHUB_REPOSITORY and GITHUB_SHA are not set',
      hint: 'On other systems use the command line: npx mcp-test-harness test.',
    });
  }
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const repository = objectAt(payload, 'repository');
  const pullRequest = readPullRequest(payload, name);
  const group = objectAt(payload, 'merge_group');
  const triggering = objectAt(payload, 'workflow_run');
  const refBranch = env['GITHUB_REF_TYPE'] === 'tag' ? undefined : branchOf(env['GITHUB_REF'] ?? '');
  // A schedule always runs on the default branch, and its document need not name it.
  const defaultBranch =
    textAt(repository, 'default_branch') ?? (name === 'schedule' ? refBranch : undefined) ?? 'main';
  const groupBase = textAt(group, 'base_ref');
  const serverUrl = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const runId = env['GITHUB_RUN_ID'] ?? '0';
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] ?? '1');
  return {
    name,
    repository: { owner, repo },
    headSha: pullRequest?.headSha ?? textAt(group, 'head_sha') ?? checkoutSha,
    checkoutSha,
    branch: pullRequest === undefined ? refBranch : (env['GITHUB_HEAD_REF'] ?? refBranch),
    defaultBranch,
    baseBranch:
      pullRequest?.baseRef ?? (groupBase === undefined ? undefined : branchOf(groupBase)) ?? defaultBranch,
    baseSha: pullRequest?.baseSha ?? textAt(group, 'base_sha') ?? shaBefore(payload),
    isTrunk: trunkEvents.has(name) && refBranch !== undefined && refBranch === defaultBranch,
    pullRequest,
    triggeringRun:
      triggering === undefined
        ? undefined
        : { id: numberAt(triggering, 'id') ?? 0, attempt: numberAt(triggering, 'run_attempt') ?? 1 },
    payload,
    runId,
    attempt: Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1,
    workflow: env['GITHUB_WORKFLOW'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    serverUrl,
    runUrl: `${serverUrl}/${owner}/${repo}/actions/runs/${runId}`,
    isEnterpriseServer: isEnterprise(serverUrl),
  };
}

/**
 * Events whose checkout is the default branch, by somebody who may write to it. What others set off (a comment, the end of
 * a run of a fork) may run their code with its name.
 */
const trunkEvents: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

/**
 * `pull_request_target` has the secrets and the rights of the repository; with a checkout of the pull request, whoever
 * opens one has them too.
 * @throws HarnessError USAGE
 */
export function refuseUnsafeTarget({ name }: EventContext, allowed: boolean): void {
  if (name !== 'pull_request_target' || allowed) return;
  throw new HarnessError({
    code: 'USAGE',
    message:
      'pull_request_target is refused: the code of a pull request would run with the secrets of the repository',
    hint: 'Use pull_request, and a workflow_run workflow with run: comment for forks; or allow-unsafe-target: true when nothing of the pull request is checked out.',
  });
}

function readPullRequest(payload: Payload, name: string): PullRequestOfEvent | undefined {
  if (!name.startsWith('pull_request')) return undefined;
  const pull = objectAt(payload, 'pull_request');
  const [head, base] = [objectAt(pull, 'head'), objectAt(pull, 'base')];
  const number = numberAt(pull, 'number');
  const [headSha, baseSha, baseRef] = [textAt(head, 'sha'), textAt(base, 'sha'), textAt(base, 'ref')];
  if (number === undefined || headSha === undefined || baseSha === undefined || baseRef === undefined)
    return undefined;
  // The repository of a fork that was deleted is null.
  const headRepository = textAt(objectAt(head, 'repo'), 'full_name');
  const fromFork =
    headRepository === undefined || headRepository !== textAt(objectAt(base, 'repo'), 'full_name');
  return { number, baseRef, baseSha, headSha, fromFork };
}

/** Of a push the commit that the branch was at; not of its first push, which tells zeros. */
function shaBefore(payload: Payload): string | undefined {
  const before = textAt(payload, 'before');
  return before === undefined || /^0+$/.test(before) ? undefined : before;
}

function branchOf(ref: string): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? (ref.startsWith('refs/') || ref === '' ? undefined : ref);
}

function isEnterprise(serverUrl: string): boolean {
  const host = URL.canParse(serverUrl) ? new URL(serverUrl).hostname.toLowerCase() : '';
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost');
}

function readPayload(file: string | undefined, readFile: (file: string) => string): Payload {
  if (file === undefined || file === '') return {};
  try {
    const parsed: unknown = JSON.parse(readFile(file));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Payload) : {};
  } catch (cause) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `the event's document (${file}) cannot be read`,
      cause,
    });
  }
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

function objectAt(value: Payload | undefined, key: string): Payload | undefined {
  const member = value?.[key];
  return typeof member === 'object' && member !== null ? (member as Payload) : undefined;
}

function textAt(value: Payload | undefined, key: string): string | undefined {
  const member = value?.[key];
  return typeof member === 'string' && member !== '' ? member : undefined;
}

function numberAt(value: Payload | undefined, key: string): number | undefined {
  const member = value?.[key];
  return typeof member === 'number' ? member : undefined;
}

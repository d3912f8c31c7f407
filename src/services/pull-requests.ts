import { type ServiceFault, success, type ServiceResult } from './fault.ts';
import { Answer } from './answer.ts';
import type { GitHubApi } from './github-api.ts';

/** A pull request, as far as we need it. */
export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** From a repository other than this. */
  readonly isFork: boolean;
}

/**
 * - found: the pull request that the event is about;
 * - none: the event is about none, or about none any more; why, in a sentence;
 * - refused: an event that would run foreign code with a token that may write;
 * - failed: GitHub could not be asked.
 */
export type PullRequestLookup =
  | { readonly status: 'found'; readonly pullRequest: PullRequest }
  | { readonly status: 'none' | 'refused'; readonly why: string }
  | { readonly status: 'failed'; readonly fault: ServiceFault };

/**
 * Which pull request an event belongs to. Only the event and GitHub are believed: what an artifact of a fork says about
 * it never reaches this.
 */
export async function findPullRequest(
  event: { readonly name: string; readonly payload: unknown },
  options: { readonly api: GitHubApi; readonly allowUnsafeTarget?: boolean },
): Promise<PullRequestLookup> {
  const payload = new Answer(event.payload, 'the event');
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_review':
      return ofPayload(payload);
    case 'pull_request_target':
      return options.allowUnsafeTarget === true
        ? ofPayload(payload)
        : {
            status: 'refused',
            why: 'pull_request_target gives code from forks a token that may write, and secrets; use pull_request and the pair of workflows for forks instead, or set allow-unsafe-target: true when nothing of the pull request is run',
          };
    case 'merge_group':
      return { status: 'none', why: 'the merge queue tests several pull requests at once' };
    case 'workflow_run':
      return ofWorkflowRun(payload.at('workflow_run'), options.api);
    default:
      return { status: 'none', why: `a ${event.name} event belongs to no pull request` };
  }
}

function ofPayload(payload: Answer): PullRequestLookup {
  try {
    return { status: 'found', pullRequest: pullRequestOf(payload.at('pull_request')) };
  } catch {
    return { status: 'none', why: 'the event does not say which pull request it is about' };
  }
}

/**
 * `workflow_run.pull_requests` is empty for forks, so the pull request is looked up by the branch that the run was of, and
 * taken only when its head is still the commit that was tested: a result of an older commit must not be shown as one of
 * the newest.
 */
async function ofWorkflowRun(run: Answer, api: GitHubApi): Promise<PullRequestLookup> {
  const headSha = run.at('head_sha').optionalString();
  const headBranch = run.at('head_branch').optionalString();
  const headOwner = run.at('head_repository').at('owner').at('login').optionalString();
  const trigger = run.at('event').optionalString() ?? 'unknown';
  if (trigger !== 'pull_request')
    return { status: 'none', why: `the run was started by ${word(trigger)}, not by a pull request` };
  if (headSha === undefined || !/^[0-9a-f]{40,64}$/.test(headSha))
    return { status: 'none', why: 'the event does not say which commit was tested' };
  const isTested = ({ headSha: sha }: PullRequest): boolean => sha === headSha;

  if (headBranch !== undefined && headOwner !== undefined) {
    const ofBranch = await listPullRequests(api, 'GET /repos/{owner}/{repo}/pulls', {
      state: 'open',
      head: `${headOwner}:${headBranch}`,
    });
    if (!ofBranch.ok) return { status: 'failed', fault: ofBranch.fault };
    const tested = ofBranch.value.filter(isTested);
    if (tested[0] !== undefined) return { status: 'found', pullRequest: tested[0] };
    if (ofBranch.value.length > 0)
      return { status: 'none', why: 'a newer commit has been pushed to the pull request since' };
  }
  // The branch was renamed or its repository deleted.
  const ofCommit = await listPullRequests(api, 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
    commit_sha: headSha,
  });
  if (!ofCommit.ok)
    return ofCommit.fault.reason === 'not-found' || ofCommit.fault.reason === 'rejected'
      ? noneOpen
      : { status: 'failed', fault: ofCommit.fault };
  const [pullRequest] = ofCommit.value.filter(isTested);
  return pullRequest === undefined ? noneOpen : { status: 'found', pullRequest };
}

const noneOpen: PullRequestLookup = {
  status: 'none',
  why: 'no open pull request has the tested commit as its head',
};

async function listPullRequests(
  api: GitHubApi,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<ServiceResult<readonly PullRequest[]>> {
  const listed = await api.list({
    what: 'find the pull request of the tested commit',
    route,
    parameters,
    limit: 300,
    read: (answer) =>
      answer
        .list()
        .filter((item) => (item.at('state').optionalString() ?? 'open') === 'open')
        .map(pullRequestOf),
  });
  return listed.ok ? success([...listed.value].sort((one, other) => one.number - other.number)) : listed;
}

function pullRequestOf(answer: Answer): PullRequest {
  const head = answer.at('head');
  const base = answer.at('base');
  return {
    number: answer.at('number').integer(),
    headSha: head.at('sha').string(),
    baseSha: base.at('sha').string(),
    baseRef: base.at('ref').string(),
    // A deleted fork has no repository any more.
    isFork:
      head.at('repo').at('full_name').optionalString() !== base.at('repo').at('full_name').optionalString(),
  };
}

/** Of an event's name as it stands in a payload. */
function word(text: string): string {
  return text.replaceAll(/[^a-z_]/g, '').slice(0, 40);
}

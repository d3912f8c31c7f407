import { artifactPrefix } from './artifact-name.ts';
import {
  type DownloadedArtifact,
  downloadArtifact,
  listArtifactsOfRun,
  newestAttempt,
} from './artifacts-of-run.ts';
import type { BaselineScope } from './cache-key.ts';
import { type ServiceResult, success } from './fault.ts';
import type { FileLimits } from './file-set.ts';
import type { GitHubApi } from './github-api.ts';

/** A run of a workflow. */
export interface WorkflowRun {
  readonly id: number;
  readonly headSha: string;
}

/** What the default branch itself has run; never a pull request, whose branch may have the same name. */
const trustedEvents = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch']);
/** How many runs are searched for an artifact: each costs a request. */
const mostRuns = 5;

/**
 * Successful runs of a workflow on a branch of this repository, the newest first. The filter of GitHub's by branch knows
 * names only, so that a fork's branch `main` passes it: events and repository are looked at here.
 */
export async function listSuccessfulRuns(
  api: GitHubApi,
  wanted: {
    /** `ci.yml`; all workflows when it is not known. */
    readonly workflow: string | undefined;
    readonly branch: string;
  },
): Promise<ServiceResult<readonly WorkflowRun[]>> {
  const { owner, name } = api.repository;
  const route =
    wanted.workflow === undefined
      ? 'GET /repos/{owner}/{repo}/actions/runs'
      : 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs';
  const listed = await api.list({
    what: `look for earlier runs on ${wanted.branch}`,
    route,
    parameters: {
      ...(wanted.workflow === undefined ? {} : { workflow_id: wanted.workflow }),
      branch: wanted.branch,
      status: 'success',
    },
    limit: 100,
    read: (answer) =>
      answer
        .at('workflow_runs')
        .list()
        .filter((run) => {
          const repository = run.at('head_repository').at('full_name').optionalString();
          return (
            trustedEvents.has(run.at('event').optionalString() ?? '') &&
            (repository === undefined || repository.toLowerCase() === `${owner}/${name}`.toLowerCase())
          );
        })
        .map((run) => ({ id: run.at('id').integer(), headSha: run.at('head_sha').string() })),
  });
  return listed.ok ? success([...listed.value].sort((one, other) => other.id - one.id)) : listed;
}

/** A baseline that an artifact held. */
export interface ArtifactBaseline extends DownloadedArtifact {
  readonly run: WorkflowRun;
}

/**
 * The baseline that the newest successful run of a branch left as an artifact; that of a wanted commit before others.
 * Undefined when there is none.
 */
export async function findBaselineArtifact(
  api: GitHubApi,
  wanted: {
    readonly scope: BaselineScope;
    readonly workflow: string | undefined;
    readonly branch: string;
    /** The commits to prefer, the best first. */
    readonly commits?: readonly string[];
    readonly limits?: FileLimits;
  },
): Promise<ServiceResult<ArtifactBaseline | undefined>> {
  const runs = await listSuccessfulRuns(api, wanted);
  if (!runs.ok) return runs;
  const preferred = wanted.commits ?? [];
  const rank = ({ headSha }: WorkflowRun): number => {
    const index = preferred.indexOf(headSha);
    return index === -1 ? preferred.length : index;
  };
  // Sorting is stable: among equals the newest stays first.
  const candidates = [...runs.value].sort((one, other) => rank(one) - rank(other)).slice(0, mostRuns);
  const prefix = artifactPrefix('baseline', wanted.scope);
  for (const run of candidates) {
    const artifacts = await listArtifactsOfRun(api, String(run.id));
    if (!artifacts.ok) return artifacts;
    const artifact = newestAttempt(artifacts.value, prefix);
    if (artifact === undefined) continue;
    const downloaded = await downloadArtifact(api, artifact, { limits: wanted.limits });
    return downloaded.ok ? success({ ...downloaded.value, run }) : downloaded;
  }
  return success(undefined);
}

/** `ci.yml` of `owner/name/.github/workflows/ci.yml@refs/heads/main` (GITHUB_WORKFLOW_REF). */
export function workflowFile(workflowRef: string | undefined): string | undefined {
  return /\/([^/@]+\.ya?ml)@/.exec(workflowRef ?? '')?.[1];
}

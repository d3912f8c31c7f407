import { HarnessError } from '@mcp-test-harness/core/errors';
import { type JobOutcome, type JobReport, latestReports } from '@mcp-test-harness/report/job';
import type { EventContext } from '../event.ts';
import { jobReportFile } from '../documents.ts';
import { publish } from '../publish.ts';
import { readReports } from '../read-reports.ts';
import {
  artifactPrefix,
  type DownloadedArtifact,
  downloadOfRun,
  findPullRequest,
  type GitHubApi,
  type PullRequest,
  type ServiceResult,
} from '../services/index.ts';
import type { Workplace } from '../workplace.ts';

/**
 * Posts what a run of a fork could not: in a `workflow_run` workflow, which has the rights of the repository and runs none
 * of the fork's code. The pull request is that whose head the event names; the artifact only says what was found.
 */
export async function runComment(place: Workplace): Promise<JobOutcome> {
  const { event, github, log } = place;
  const { triggeringRun } = event;
  if (triggeringRun === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `run: comment is for the event workflow_run, not ${event.name}`,
      hint: 'See "Pull requests from forks" in the documentation for the pair of workflows.',
    });
  }
  const api = await github.api();
  if (api === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'run: comment needs a token',
      hint: 'Leave token away.',
    });
  }
  const pullRequest = await lookUp(api, place);
  if (pullRequest === undefined) return 'passed';
  const { reports, refused } = readReports(await download(api, String(triggeringRun.id), place), log);
  if (reports.length === 0) {
    if (refused === 0) log.notice(`Run ${triggeringRun.id} has left no report: there is nothing to say.`);
    // Somebody has sent what nobody should open: that is worth a red step in a workflow of the maintainers' own.
    return refused > 0 ? 'errored' : 'passed';
  }
  await publish(
    {
      reports: latestReports(reports.map((report) => asOfRun(report, pullRequest, event))),
      pullRequest: pullRequest.number,
      version: { runId: String(triggeringRun.id), attempt: triggeringRun.attempt },
      artifact: undefined,
    },
    place,
  );
  return 'passed';
}

async function lookUp(api: GitHubApi, { event, log }: Workplace): Promise<PullRequest | undefined> {
  const lookup = await findPullRequest({ name: event.name, payload: event.payload }, { api });
  switch (lookup.status) {
    case 'found':
      return lookup.pullRequest;
    case 'failed':
      log.fault(lookup.fault);
      return undefined;
    case 'none':
    case 'refused':
      log.notice(`No comment: ${lookup.why}.`);
      return undefined;
  }
}

async function download(
  api: GitHubApi,
  runId: string,
  { log }: Workplace,
): Promise<readonly ServiceResult<DownloadedArtifact>[]> {
  const downloads = await downloadOfRun(api, runId, artifactPrefix('report'), [jobReportFile]);
  if (downloads.ok) return downloads.value;
  log.fault(downloads.fault);
  return [];
}

/** Which run and which commit it is of, the event says. */
function asOfRun(report: JobReport, { headSha, isFork }: PullRequest, event: EventContext): JobReport {
  const { triggeringRun, serverUrl, repository } = event;
  const runId = String(triggeringRun?.id ?? 0);
  return {
    ...report,
    job: {
      ...report.job,
      headSha,
      runId,
      runUrl: `${serverUrl}/${repository.owner}/${repository.repo}/actions/runs/${runId}`,
    },
    links: [],
    notes: isFork ? [...report.notes, 'Of a fork: its own run says so.'] : report.notes,
  };
}

/** Everywhere that a result is told: artifact, annotations, summary, comment, check run, outputs. */
import * as core from '@actions/core';
import {
  type Annotation,
  jobOutputs,
  type JobReport,
  outcomeOf,
  renderComment,
  renderJobSummary,
  type ReportLink,
  type SummaryOptions,
} from '@mcp-test-harness/report/job';
import { commentIntent, hasChanges } from './comment-policy.ts';
import {
  artifactName,
  commentMarker,
  type CommentVersion,
  publishCheckRun,
  syncComment,
  type UploadedArtifact,
} from './services/index.ts';
import type { Workplace } from './workplace.ts';

/** Room for what the service puts before a comment. */
const commentBytes = 65_000;
const checkBytes = 60_000;

export interface Publication {
  readonly reports: readonly JobReport[];
  /** Who reads the page of the run sees them too. */
  readonly details?: SummaryOptions['details'];
  /** Undefined: nothing to comment on. */
  readonly pullRequest: number | undefined;
  /** Of the run that the reports are of. */
  readonly version: CommentVersion;
  /** Undefined: the reports stay where they are. */
  readonly artifact: string | undefined;
  /** At the lines of this commit; undefined: this is not the job that has run anything. */
  readonly annotations?: readonly Annotation[] | undefined;
}

/** Tells a result everywhere. What a service does not do is a warning; nothing of it changes the result. */
export async function publish(publication: Publication, place: Workplace): Promise<void> {
  const { reports, annotations = [] } = publication;
  const { log } = place;
  const artifact = await uploadReports(publication, place);
  for (const annotation of annotations) log.annotate(annotation);
  const links: readonly ReportLink[] = artifact === undefined ? [] : [{ name: 'Reports', url: artifact.url }];
  await writeSummary(renderSummary(publication, links, place), place);
  const commentUrl = await comment(publication, links, place);
  if (publication.annotations !== undefined) await publishCheck(reports, publication.annotations, place);
  setOutputs(place, {
    ...jobOutputs(reports),
    'report-path': place.reports,
    'artifact-id': artifact === undefined ? '' : String(artifact.id),
    'artifact-url': artifact?.url ?? '',
    'comment-url': commentUrl ?? '',
  });
}

/** The files that were written, as one artifact. */
export async function uploadReports(
  { artifact: name }: Pick<Publication, 'artifact'>,
  { reports, github, inputs, log }: Workplace,
): Promise<UploadedArtifact | undefined> {
  if (name === undefined) return undefined;
  return await log.group('Uploading the reports', async () => {
    const uploaded = await github.artifacts.uploadFolder(name, reports, {
      retentionDays: inputs.retentionDays,
      includes: (file) => !file.startsWith('.'),
    });
    if (uploaded.ok) {
      log.line(`${uploaded.value.name}: ${uploaded.value.url}`);
      return uploaded.value;
    }
    log.fault(uploaded.fault, uploaded.fault.reason === 'unsupported' ? 'notice' : 'warning');
    return undefined;
  });
}

export function reportArtifactName({ job }: Workplace): string {
  return artifactName('report', job);
}

function renderSummary(
  { reports, details }: Publication,
  links: readonly ReportLink[],
  place: Workplace,
): string {
  return renderJobSummary(reports, { repositoryUrl: repositoryUrl(place), links, details });
}

export async function writeSummary(markdown: string, { log }: Workplace): Promise<void> {
  try {
    await core.summary.addRaw(log.masker.text(markdown), true).write();
  } catch (error) {
    log.warning(`The summary could not be written: ${String(error)}`);
  }
}

async function comment(
  { reports, pullRequest, version }: Publication,
  links: readonly ReportLink[],
  place: Workplace,
): Promise<string | undefined> {
  const { inputs, github, log } = place;
  const intent = commentIntent(inputs.comment, reports);
  if (pullRequest === undefined || intent === undefined) return undefined;
  const api = await github.api();
  if (api === undefined) {
    log.notice('Without a token there is no comment on the pull request.');
    return undefined;
  }
  const marker = commentMarker(inputs.commentKey);
  const rendered = renderComment(reports, {
    marker,
    limit: commentBytes,
    repositoryUrl: repositoryUrl(place),
    links,
  });
  const outcome = await syncComment(api, {
    pullRequest,
    commentKey: inputs.commentKey,
    intent,
    body: log.masker.text(rendered.slice(marker.length + 1)),
    version,
  });
  switch (outcome.status) {
    case 'created':
    case 'updated':
    case 'unchanged':
    case 'superseded':
      log.line(`comment ${outcome.status}: ${outcome.url ?? ''}`);
      return outcome.url;
    case 'deleted':
    case 'absent':
      return undefined;
    case 'refused':
      log.fault(outcome.fault, 'notice');
      return undefined;
    case 'failed':
      log.fault(outcome.fault);
      return undefined;
  }
}

/** Everything that changed at its line, also beyond what the page of the run shows; only when there is something. */
async function publishCheck(
  reports: readonly JobReport[],
  annotations: readonly Annotation[],
  place: Workplace,
): Promise<void> {
  const { inputs, github, log, job } = place;
  if (inputs.checkRun === 'never' || !reports.some(hasChanges)) return;
  const api = await github.api();
  if (api === undefined) return;
  const outcome = outcomeOf(reports);
  const published = await publishCheckRun(api, {
    name: `MCP Test Harness${inputs.baselineKey === 'default' ? '' : ` (${job.title})`}`,
    headSha: job.headSha,
    conclusion: outcome === 'passed' ? 'success' : outcome === 'cancelled' ? 'cancelled' : 'failure',
    title: reports[0]?.failures[0] ?? reports[0]?.errors.shown[0]?.message ?? `Outcome: ${outcome}`,
    summary: log.masker.text(
      renderJobSummary(reports, { repositoryUrl: repositoryUrl(place), limitBytes: checkBytes }),
    ),
    annotations: annotations.flatMap(({ level, title, message, file, startLine, startColumn }) =>
      file === undefined || startLine === undefined
        ? []
        : [
            {
              path: file,
              startLine,
              startColumn,
              level: level === 'error' ? ('failure' as const) : level,
              title: log.masker.text(title),
              message: log.masker.text(message),
            },
          ],
    ),
    detailsUrl: job.runUrl,
  });
  // `checks: write` is not asked for: without it the page of the run has the same.
  if (published.status === 'failed') log.fault(published.fault);
}

function setOutputs({ log }: Workplace, outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, log.masker.text(value));
}

export function repositoryUrl({ event }: Workplace): string {
  return `${event.serverUrl}/${event.repository.owner}/${event.repository.repo}`;
}

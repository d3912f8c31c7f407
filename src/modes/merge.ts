import { HarnessError } from '@mcp-test-harness/core/errors';
import { type JobOutcome, type JobReport, latestReports, outcomeOf } from '@mcp-test-harness/report/job';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobReportFile, writeDocuments } from '../documents.ts';
import { mergeShards, resultsFile } from '../merge-shards.ts';
import { publish } from '../publish.ts';
import { readReports } from '../read-reports.ts';
import { artifactName, artifactPrefix } from '../services/index.ts';
import type { Workplace } from '../workplace.ts';

/** Gathers what the jobs of this run have found into one comment, one summary and one artifact. */
export async function runMerge(place: Workplace): Promise<JobOutcome> {
  const { github, log, event, job, inputs, reports: directory } = place;
  const downloads = await github.artifacts.downloadOfThisRun(artifactPrefix('report'), [
    jobReportFile,
    resultsFile,
  ]);
  if (!downloads.ok) log.fault(downloads.fault);
  const { jobs, refused } = readReports(downloads.ok ? downloads.value : [], log);
  // Artifacts come in no order of their own.
  const read = latestReports(jobs.map(({ report }) => report)).toSorted((one, other) =>
    one.job.title.localeCompare(other.job.title),
  );
  if (read.length === 0) {
    throw new HarnessError({
      code: 'IO_READ',
      message: 'run: merge: no job of this run has left a report',
      hint: 'Let this job wait for the others (needs: [...], if: always()); they must have used the Action before.',
    });
  }
  const reports = refused === 0 ? read : [...read, await unreadable(refused, place)];
  for (const { job: one, outcome } of reports) log.line(`${outcome}  ${one.title}`);
  writeFileSync(join(directory, 'jobs.json'), `${JSON.stringify(reports)}\n`);
  const tests = await mergeShards(
    jobs.filter(({ report }) => reports.includes(report)),
    log,
  );
  await writeDocuments(directory, { tests }, place.root);
  await publish(
    {
      reports,
      details: { tests, root: place.root },
      pullRequest: event.pullRequest?.number,
      version: { runId: event.runId, attempt: event.attempt },
      artifact: artifactName('merged', { ...job, key: inputs.commentKey }),
    },
    place,
  );
  return inputs.failOn?.includes('never') === true ? 'passed' : outcomeOf(reports);
}

/** What jobs have found whose reports cannot be read is not known, and must not look like nothing. */
async function unreadable(count: number, { job, harness, root, log }: Workplace): Promise<JobReport> {
  const [{ buildJobReport }, { defaultPolicy }] = await Promise.all([
    import('@mcp-test-harness/report/job'),
    import('@mcp-test-harness/core/baseline'),
  ]);
  const reports = count === 1 ? 'The report of a job' : `The reports of ${count} jobs`;
  const message = `${reports} of this run could not be read; the warnings above say why`;
  log.annotate({ level: 'error', title: 'MCP Test Harness', message });
  return buildJobReport({
    job: { ...job, key: 'unreadable', title: count === 1 ? 'a job' : `${count} jobs` },
    harness,
    root,
    finishedAt: new Date(),
    durationMs: 0,
    baselineComparisons: [],
    baseline: { source: 'none', wanted: false, saved: false, notes: [] },
    failOn: defaultPolicy,
    error: { message, hint: undefined },
    cancelled: false,
    notes: [],
  });
}

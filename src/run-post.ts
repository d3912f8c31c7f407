/** The post step: what the main step could not tell, since the job was cancelled or killed. */
import {
  buildJobReport,
  type JobReport,
  parseJobReport,
  renderJobSummary,
} from '@mcp-test-harness/report/job';
import { defaultPolicy } from '@mcp-test-harness/core/baseline';
import { resultFromJournal } from '@mcp-test-harness/report';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobReportFile, writeDocuments, writeJobReport } from './documents.ts';
import { readEvent } from './event.ts';
import { loadInputs } from './inputs.ts';
import { Log } from './log.ts';
import { endWithLog } from './lost-log.ts';
import { journalFile } from './parts/run-tests.ts';
import { reportArtifactName, repositoryUrl, uploadReports, writeSummary } from './publish.ts';
import { endProcess } from './services/index.ts';
import type { JobState } from './state.ts';
import { Stop } from './stop.ts';
import { tellError } from './tell-error.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

export async function runPost(state: JobState): Promise<void> {
  endWithLog();
  const log = new Log();
  try {
    await tellWhatIsThere(state, log);
  } catch (error) {
    tellError(error, log);
  }
  log.flush();
  await endProcess(0);
}

async function tellWhatIsThere(state: JobState, log: Log): Promise<void> {
  const { env } = process;
  const token = env['INPUT_TOKEN']?.trim();
  if (token !== undefined) log.hide(token);
  const inputs = loadInputs(env);
  const stop = new Stop(undefined);
  const place: Workplace = {
    ...openWorkplace(inputs, readEvent(env), log, stop, env),
    reports: state.reports,
    job: state.job,
  };
  const report = await readOrMakeReport(place);
  const artifact = await uploadReports({ artifact: reportArtifactName(place) }, place);
  await writeSummary(
    renderJobSummary([report], {
      repositoryUrl: repositoryUrl(place),
      links: artifact === undefined ? [] : [{ name: 'Reports', url: artifact.url }],
    }),
    place,
  );
  stop.dispose();
}

/** The report that the main step has written; where it was killed before, one of what its journal holds. */
async function readOrMakeReport(place: Workplace): Promise<JobReport> {
  const file = join(place.reports, jobReportFile);
  if (existsSync(file)) return parseJobReport(readFileSync(file, 'utf8'), jobReportFile);
  const tests = readJournal(place);
  const report = buildJobReport({
    job: place.job,
    harness: place.harness,
    root: place.root,
    finishedAt: new Date(),
    durationMs: 0,
    tests,
    baseline: { source: 'none', wanted: false, saved: false, notes: [] },
    failOn: defaultPolicy,
    cancelled: true,
  });
  await writeDocuments(place.reports, { tests }, place.root);
  writeJobReport(place.reports, report);
  return report;
}

function readJournal({ reports }: Workplace) {
  try {
    return resultFromJournal(readFileSync(join(reports, journalFile), 'utf8'));
  } catch {
    // It was killed before the first line, or in the middle of it.
    return undefined;
  }
}

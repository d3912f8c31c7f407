import { type JobReport, parseJobReport } from '@mcp-test-harness/report/job';
import { jobReportFile } from './documents.ts';
import type { Log } from './log.ts';
import type { DownloadedArtifact, FileSet, ServiceResult } from './services/index.ts';

/** What a job has left. */
export interface JobFiles {
  readonly report: JobReport;
  readonly files: FileSet;
}

/**
 * The reports of jobs in artifacts, which anybody may have written who can make a workflow run: bounded, checked, and
 * nothing of it is believed but that somebody has said so. One that is refused is a warning, and the others count.
 */
export function readReports(
  downloads: readonly ServiceResult<DownloadedArtifact>[],
  log: Log,
): { readonly jobs: readonly JobFiles[]; readonly refused: number } {
  const jobs: JobFiles[] = [];
  let refused = 0;
  for (const download of downloads) {
    if (!download.ok) {
      log.fault(download.fault);
      if (download.fault.reason === 'hostile') refused += 1;
      continue;
    }
    const { name, files } = download.value;
    const bytes = files.get(jobReportFile);
    try {
      if (bytes === undefined) throw new Error(`it has no ${jobReportFile}`);
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      jobs.push({ report: parseJobReport(text, name), files });
    } catch (error) {
      refused += 1;
      const why = error instanceof Error ? error.message : String(error);
      log.warning(`The artifact ${name} is refused: ${why}`);
    }
  }
  return { jobs, refused };
}

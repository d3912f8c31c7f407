import { type JobReport, parseJobReport } from '@mcp-test-harness/report/job';
import { jobReportFile } from './documents.ts';
import type { Log } from './log.ts';
import type { DownloadedArtifact, ServiceResult } from './services/index.ts';

/** Reports of jobs, and how many artifacts could not be believed. */
export interface ReadReports {
  readonly reports: readonly JobReport[];
  readonly refused: number;
}

/**
 * The reports of jobs in artifacts, which anybody may have written who can make a workflow run: bounded, checked, and
 * nothing of it is believed but that somebody has said so. One that is refused is a warning, and the others count.
 */
export function readReports(downloads: readonly ServiceResult<DownloadedArtifact>[], log: Log): ReadReports {
  const reports: JobReport[] = [];
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
      reports.push(parseJobReport(new TextDecoder('utf-8', { fatal: true }).decode(bytes), name));
    } catch (error) {
      refused += 1;
      log.warning(
        `The artifact ${name} is refused: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { reports, refused };
}

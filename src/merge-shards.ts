import type { RunResult } from '@mcp-test-harness/core';
import { mergeRunResults, parseRunResult } from '@mcp-test-harness/report';
import type { Log } from './log.ts';
import type { JobFiles } from './read-reports.ts';

/** Of a run of tests, as `writeDocuments` names it. */
export const resultsFile = 'results.json';

/** The results of jobs that were shards of one run, as one; undefined where they were not. */
export async function mergeShards(jobs: readonly JobFiles[], log: Log): Promise<RunResult | undefined> {
  try {
    const results: RunResult[] = [];
    for (const { files, report } of jobs) {
      const bytes = files.get(resultsFile);
      if (bytes === undefined) return undefined;
      results.push(
        await parseRunResult(new TextDecoder().decode(bytes), `${resultsFile} of ${report.job.title}`),
      );
    }
    return results.every(({ shard }) => shard !== undefined) ? mergeRunResults(results) : undefined;
  } catch (error) {
    log.warning(
      `The results of the jobs are not merged: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

/** What the main step leaves for the post step. */
import * as core from '@actions/core';
import type { JobIdentity } from '@mcp-test-harness/report/job';
import type { Workplace } from './workplace.ts';

export interface JobState {
  readonly reports: string;
  readonly job: JobIdentity;
  /** The main step has told everything. */
  readonly isPublished: boolean;
}

const name = 'job';

/** Said again, the later one counts. */
export function saveJobState({ reports, job }: Workplace, { isPublished = false } = {}): void {
  core.saveState(name, JSON.stringify({ reports, job, isPublished } satisfies JobState));
}

/** Undefined when the main step did not get so far, or ran no job. */
export function readJobState(): JobState | undefined {
  const text = core.getState(name);
  return text === '' ? undefined : (JSON.parse(text) as JobState);
}

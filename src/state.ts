/** What the main step leaves for the post step. */
import type { JobIdentity } from '@mcp-test-harness/report/job';

export interface JobState {
  /** Directory of what has been written. */
  readonly reports: string;
  readonly job: JobIdentity;
  /** The main step has told everything. */
  readonly isPublished: boolean;
}

/** Under which the runner keeps it. */
export const stateName = 'job';

/** Undefined when the main step did not get so far, or ran no job. */
export function readJobState(env: Readonly<Record<string, string | undefined>>): JobState | undefined {
  const text = env[`STATE_${stateName}`];
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as JobState);
}

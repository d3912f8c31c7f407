import type { JobOutcome, JobReport } from './types.ts';

/** What people must act on first. */
const outcomeOrder: readonly JobOutcome[] = ['failed', 'errored', 'cancelled', 'passed'];

/** The outcome of all jobs together: that of the one which asks most; errored when there is none. */
export function outcomeOf(reports: readonly JobReport[]): JobOutcome {
  return outcomeOrder.find((outcome) => reports.some((report) => report.outcome === outcome)) ?? 'errored';
}

/** Whether a baseline was asked for and is not there; what came to no verdict has nothing to compare. */
export function lacksBaseline({ outcome, baseline }: JobReport): boolean {
  const hasVerdict = outcome === 'passed' || outcome === 'failed';
  return hasVerdict && baseline.wanted && baseline.source === 'none';
}

/** One report a job: of those with the same key the newest run, then the newest attempt, then the last to end; the order is kept. */
export function latestReports(reports: readonly JobReport[]): readonly JobReport[] {
  const latest = new Map<string, JobReport>();
  for (const report of reports) {
    const known = latest.get(report.job.key);
    if (known === undefined || isNewer(report, known)) latest.set(report.job.key, report);
  }
  return [...latest.values()];
}

function isNewer(one: JobReport, other: JobReport): boolean {
  const [runId, otherRunId] = [one.job.runId, other.job.runId];
  // Numbers without an upper bound: the longer one is the greater.
  if (runId !== otherRunId) {
    return runId.length === otherRunId.length ? runId > otherRunId : runId.length > otherRunId.length;
  }
  if (one.job.attempt !== other.job.attempt) return one.job.attempt > other.job.attempt;
  return one.finishedAt >= other.finishedAt;
}

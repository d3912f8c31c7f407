import type { Baseline, BaselineRun } from './document-schema.ts';

/** The history, oldest first, and the approved run where retention has taken it from there. */
export function knownRuns({ approved, history }: Baseline): readonly BaselineRun[] {
  return history.some(({ id }) => id === approved.run.id) ? history : [approved.run, ...history];
}

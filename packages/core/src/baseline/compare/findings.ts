import type { Baseline, BaselineRun, RunFinding } from '../document-schema.ts';
import { knownRuns } from '../known-runs.ts';
import type { ChangesSince, FindingChanges } from './types.ts';

/** Findings that no run of the history had, and those that are gone. */
export function compareFindings(baseline: Baseline, head: BaselineRun, since: ChangesSince): FindingChanges {
  const known = new Set(
    knownRuns(baseline).flatMap((run) => (run.id === head.id ? [] : run.findings.map(keyOf))),
  );
  const now = new Set(head.findings.map(keyOf));
  const newest = since === 'newest' ? baseline.history.findLast(({ id }) => id !== head.id) : undefined;
  const before = newest ?? baseline.approved.run;
  return {
    new: head.findings.filter((finding) => !known.has(keyOf(finding))),
    gone: before.findings.filter((finding) => !now.has(keyOf(finding))),
  };
}

function keyOf({ rule, server }: RunFinding): string {
  return JSON.stringify([server ?? null, rule]);
}

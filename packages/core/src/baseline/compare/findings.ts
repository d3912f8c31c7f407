import type { Baseline, BaselineRun, RunFinding } from '../document-schema.ts';
import { knownRuns } from '../known-runs.ts';
import type { FindingChanges } from './types.ts';

/** Findings that no run of the history had, and those of the approved run that are gone. */
export function compareFindings(baseline: Baseline, head: BaselineRun): FindingChanges {
  const known = new Set(
    knownRuns(baseline).flatMap((run) => (run.id === head.id ? [] : run.findings.map(keyOf))),
  );
  const now = new Set(head.findings.map(keyOf));
  return {
    new: head.findings.filter((finding) => !known.has(keyOf(finding))),
    gone: baseline.approved.run.findings.filter((finding) => !now.has(keyOf(finding))),
  };
}

function keyOf({ rule, server }: RunFinding): string {
  return JSON.stringify([server ?? null, rule]);
}

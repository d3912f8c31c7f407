import { lacksBaseline, type JobReport } from '@mcp-test-harness/report/job';
import type { CommentMode } from './inputs.ts';
import type { CommentIntent } from './services/index.ts';

/** What is to become of the comment; undefined: nobody looks for it. */
export function commentIntent(mode: CommentMode, reports: readonly JobReport[]): CommentIntent | undefined {
  // Whoever cancelled it knows; and what it was about has its result from a run that ended.
  if (mode === 'never' || reports.some(({ outcome }) => outcome === 'cancelled')) return undefined;
  if (mode === 'always') return 'write';
  const hasNews = reports.some(hasChanges);
  if (mode === 'on-change') return hasNews ? 'write' : 'delete';
  return hasNews || reports.some(lacksBaseline) ? 'write' : 'update';
}

/** Something that a reviewer should know. */
export function hasChanges(report: JobReport): boolean {
  const { outcome, newlyFailing, fixed, flaky, findings, benchmarks, contracts } = report;
  return (
    outcome !== 'passed' ||
    newlyFailing.total + fixed.total + flaky.total > 0 ||
    contracts.some(({ breaking, risky, compatible }) => breaking + risky + compatible > 0) ||
    findings.shown.some(({ isNew }) => isNew === true) ||
    (benchmarks?.comparisons ?? []).some(({ verdicts }) => verdicts.regressed + verdicts.improved > 0)
  );
}

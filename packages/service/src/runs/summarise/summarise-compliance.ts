import type { RunResult as TestRun } from '@mcp-test-harness/core';
import { complianceSuite } from '@mcp-test-harness/core/baseline';
import type { RunSummary, RunVerdict } from '../define.ts';
import { boundNotes, notesOf, regressionsOf } from './comparisons.ts';
import { mostEntries } from './limits.ts';
import { countsOf, failuresOf, verdictOf } from './summarise-tests.ts';

/** One server's judgement as a run of tests. */
export interface Judgement {
  readonly server: string;
  readonly result: TestRun;
}

export interface JudgementContext {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly notes: readonly string[];
  readonly withholdsBodies: boolean;
}

/** Each server is one suite, under the name that its baseline has too. */
export function summariseCompliance(
  judgements: readonly Judgement[],
  { startedAt, durationMs, notes, withholdsBodies }: JudgementContext,
): Omit<RunSummary, 'reports'> {
  const comparisons = judgements.flatMap(({ result }) => result.baselines ?? []);
  return {
    version: 1,
    kind: 'compliance',
    verdict: worst(judgements.map(({ result }) => verdictOf(result))),
    startedAt,
    durationMs: Math.round(durationMs),
    suites: judgements.map(({ server, result }) => ({
      suite: complianceSuite(server),
      server,
      ...countsOf(result.suites.flatMap(({ tests }) => tests)),
      latency: undefined,
      baselineP95Ms: undefined,
    })),
    failures: judgements.flatMap(({ result }) => failuresOf(result, withholdsBodies)).slice(0, mostEntries),
    regressions: regressionsOf(comparisons),
    notes: boundNotes([...notes, ...notesOf(comparisons)]),
  };
}

function worst(verdicts: readonly RunVerdict[]): RunVerdict {
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('errored') || verdicts.length === 0 ? 'errored' : 'passed';
}

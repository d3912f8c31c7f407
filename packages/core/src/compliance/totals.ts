import type { ComplianceResult, ComplianceTotals, RequirementResult } from './types.ts';

/** Counts by status; expected failures are counted as such alone. */
export function totalsOf(results: readonly RequirementResult[]): ComplianceTotals {
  const count = (wanted: (result: RequirementResult) => boolean): number => results.filter(wanted).length;
  const known = ({ expected }: RequirementResult): boolean => expected !== undefined;
  return {
    passed: count(({ status }) => status === 'passed'),
    failed: count((result) => result.status === 'failed' && !known(result)),
    warnings: count((result) => result.status === 'warning' && !known(result)),
    notApplicable: count(({ status }) => status === 'not applicable'),
    notTestable: count(({ status }) => status === 'not testable'),
    expectedFailures: count(known),
  };
}

const weights = { MUST: 3, SHOULD: 1, MAY: 0 } as const;

/** Share of what was judged that passed, 0 to 1: a MUST weighs three times a SHOULD. Expected failures count as broken. */
export function scoreOf(results: readonly RequirementResult[]): number | undefined {
  let kept = 0;
  let judged = 0;
  for (const { status, level } of results) {
    if (status === 'not applicable' || status === 'not testable') continue;
    judged += weights[level];
    if (status === 'passed') kept += weights[level];
  }
  return judged === 0 ? undefined : kept / judged;
}

/** What the run comes to. */
export interface ComplianceVerdict {
  readonly passed: boolean;
  readonly exitCode: 0 | 1;
  /** Why it did not pass, one sentence each; empty when it did. */
  readonly reasons: readonly string[];
}

/**
 * The verdict: it fails for each MUST that is broken, with `strict` also for each warning, for each entry of the expected
 * failures that excuses nothing any more, and when nothing could be judged though something applies. It is the verdict of
 * the {@link toRunResult} of the same result.
 */
export function concludeCompliance(
  {
    results,
    totals,
    expectedFailureProblems,
  }: Pick<ComplianceResult, 'results' | 'totals' | 'expectedFailureProblems'>,
  { strict }: { readonly strict: boolean },
): ComplianceVerdict {
  const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;
  const reasons: string[] = [];
  if (totals.failed > 0) reasons.push(`${count(totals.failed, 'MUST requirement')} broken`);
  if (strict && totals.warnings > 0) reasons.push(`${count(totals.warnings, 'warning')}, and --strict`);
  for (const { kind } of expectedFailureProblems) reasons.push(`an expected failure is ${kind}`);
  const judged = totals.passed + totals.failed + totals.warnings;
  if (judged === 0 && (results.length === 0 || totals.notTestable > 0))
    reasons.push('nothing could be judged');
  return { passed: reasons.length === 0, exitCode: reasons.length === 0 ? 0 : 1, reasons };
}

/** The first part of an id: `tools` of `tools.call.unknown-tool`. */
export function areaOf({ id }: Pick<RequirementResult, 'id'>): string {
  return id.split('.', 1)[0] ?? id;
}

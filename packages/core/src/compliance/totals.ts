import type { ComplianceTotals, RequirementResult } from './types.ts';

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

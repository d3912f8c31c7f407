import type { Outcome, RunResult, TestResult, Totals } from '@mcp-test-harness/core';
import { describeMissedCoverage } from './coverage.ts';
import { count, formatCount } from './format.ts';

/** A sign and a word for each outcome, so that colour is never the only carrier. */
export const outcomeSigns: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  failed: '✗',
  errored: '!',
  skipped: '↓',
};

/** Neither passed nor skipped. */
export function needsAttention(test: Pick<TestResult, 'outcome'>): boolean {
  return test.outcome === 'failed' || test.outcome === 'errored';
}

/** All tests of a run, suite after suite. */
export function testsOf(result: RunResult): readonly TestResult[] {
  return result.suites.flatMap(({ tests }) => tests);
}

/** `9 passed, 1 failed, 2 skipped`: only what there is, passed always. */
export function describeTotals(totals: Totals): string {
  const parts = [`${formatCount(totals.passed)} passed`];
  for (const outcome of ['failed', 'errored', 'skipped'] as const) {
    if (totals[outcome] > 0) parts.push(`${formatCount(totals[outcome])} ${outcome}`);
  }
  if (totals.flaky > 0) parts.push(`${formatCount(totals.flaky)} flaky`);
  return parts.join(', ');
}

/** The verdict in one sentence. */
export function describeVerdict(result: RunResult): string {
  const { totals, verdict } = result;
  const bad = totals.failed + totals.errored;
  if (verdict === 'interrupted')
    return `Interrupted after ${formatCount(totals.tests)} of ${count(result.plannedTests, 'test')}`;
  if (bad > 0) {
    const names = [
      ...(totals.failed > 0 ? [`${formatCount(totals.failed)} failed`] : []),
      ...(totals.errored > 0 ? [`${formatCount(totals.errored)} errored`] : []),
    ];
    return `${names.join(' and ')} of ${count(totals.tests, 'test')}${verdict === 'passed' ? ', within the required success rate' : ''}`;
  }
  if (verdict === 'passed') {
    if (totals.skipped === 0)
      return totals.passed === 1 ? 'The one test passed' : `All ${count(totals.passed, 'test')} passed`;
    return `${count(totals.passed, 'test')} passed, ${formatCount(totals.skipped)} skipped`;
  }
  const errors = result.findings.filter(({ severity }) => severity === 'error').length;
  if (result.protocolChecks === 'error' && errors > 0)
    return `The tests passed, but the server breaks ${count(errors, 'rule')} of the protocol`;
  if (!result.complete)
    return `Incomplete: ${formatCount(totals.tests)} of ${count(result.plannedTests, 'test')} ran`;
  const missed = describeMissedCoverage(result);
  if (missed !== undefined) return `The tests passed, but ${missed}`;
  if (totals.passed === 0) return 'No test was executed';
  const objection = objectionOfBaselines(result);
  if (objection !== undefined) return `The tests passed, but ${objection}`;
  return `${verdict === 'errored' ? 'Errored' : 'Failed'} although ${count(totals.passed, 'test')} passed`;
}

function objectionOfBaselines({ baselines = [] }: RunResult): string | undefined {
  const worse = baselines.reduce((sum, { failures }) => sum + failures.length, 0);
  if (worse > 0)
    return `since the baseline there ${worse === 1 ? 'is' : 'are'} ${count(worse, 'change')} that fail_on does not allow`;
  return baselines.some(({ action }) => action?.kind === 'refused') ? 'the run is no baseline' : undefined;
}

/** One line that says why a test did not pass. */
export function headlineOf(test: TestResult): string {
  if (test.error !== undefined) return `${test.error.kind}: ${test.error.message}`;
  return test.failures[0]?.message ?? test.skipReason ?? '';
}

/** The findings, MUSTs first, then the most frequent. */
export function sortFindings(findings: RunResult['findings']): RunResult['findings'] {
  return findings.toSorted((a, b) =>
    a.severity === b.severity ? b.count - a.count : a.severity === 'error' ? -1 : 1,
  );
}

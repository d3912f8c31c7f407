import type { RunResult, TestResult } from '@mcp-test-harness/core';
import { describeVerdict, headlineOf, needsAttention, testsOf } from '../../text/outcome.ts';
import type { ReportedTest, ReportedTests } from '../types.ts';
import type { AuditedServer } from './parts.ts';
import type { Trimmer } from './texts.ts';

/**
 * What a run found.
 * @param newlyFailing ids; undefined without a baseline
 */
export function collectTests(
  result: RunResult,
  kind: ReportedTests['kind'],
  newlyFailing: ReadonlySet<string> | undefined,
  trim: Trimmer,
): ReportedTests {
  const { totals, coverage } = result;
  const isNew = ({ id }: TestResult): boolean => newlyFailing?.has(id) === true;
  const failing = testsOf(result)
    .filter(needsAttention)
    .toSorted((a, b) => Number(isNew(b)) - Number(isNew(a)));
  return {
    kind,
    total: totals.tests,
    passed: totals.passed,
    failed: totals.failed,
    errored: totals.errored,
    skipped: totals.skipped,
    flaky: totals.flaky,
    durationMs: result.durationMs,
    complete: result.complete && totals.tests >= result.plannedTests,
    planned: result.plannedTests,
    coveragePercent: coverage?.percent,
    sentence: trim.line(describeVerdict(result)),
    failing: trim.list(failing, (test): ReportedTest => ({
      id: trim.line(test.id),
      outcome: test.outcome === 'errored' ? 'errored' : 'failed',
      message: trim.line(headlineOf(test)),
      location: trim.place(test.location),
      isNew: newlyFailing === undefined ? undefined : isNew(test),
    })),
  };
}

/** The requirements that an audit judged, as if they had been run by themselves. */
export function collectAuditedRequirements(
  { compliance: { totals, results } }: AuditedServer,
  trim: Trimmer,
): ReportedTests {
  const skipped = totals.notApplicable + totals.notTestable + totals.expectedFailures;
  const passed = totals.passed + totals.warnings;
  const failing = results.filter(({ status, expected }) => status === 'failed' && expected === undefined);
  return {
    kind: 'compliance',
    total: passed + totals.failed + skipped,
    passed,
    failed: totals.failed,
    errored: 0,
    skipped,
    flaky: 0,
    durationMs: results.reduce((sum, { durationMs }) => sum + durationMs, 0),
    complete: true,
    planned: results.length,
    sentence:
      totals.failed === 0
        ? 'No requirement is broken'
        : `${totals.failed} requirements that MUST be kept are broken`,
    failing: trim.list(failing, ({ id, title, message }) => ({
      id: trim.line(id),
      outcome: 'failed' as const,
      message: trim.line(message ?? title),
    })),
  };
}

import type { Outcome, SkipCause, TestResult } from '../result.ts';

/** The result of a test, in the words of {@link Outcome}, `flaky`, or the cause of its skip. */
export function testResult(what: Outcome | 'flaky' | SkipCause, more: Partial<TestResult> = {}): TestResult {
  const outcomes: Partial<Record<string, Outcome>> = {
    passed: 'passed',
    failed: 'failed',
    errored: 'errored',
    flaky: 'passed',
  };
  const outcome = outcomes[what] ?? 'skipped';
  const skipCause = outcome === 'skipped' && what !== 'skipped' ? (what as SkipCause) : undefined;
  return {
    id: 'suite/test',
    suite: 'suite',
    test: 'test',
    tags: [],
    server: 'server',
    outcome,
    flaky: what === 'flaky',
    attempts: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    requestDurationsMs: [],
    failures: [],
    warnings: [],
    exchanges: [],
    skipCause,
    ...more,
  };
}

/** The one place where outcomes become totals, a verdict and an exit code. Pure; merging shards uses it too. */
import type { BaselineComparison } from '../baseline/compare/types.ts';
import { missesCoverage } from '../coverage/judge-coverage.ts';
import type { RunCoverage } from '../coverage/types.ts';
import type { Finding } from '../protocol/types.ts';
import type { Outcome, RunResult, ServerResult, SuiteResult, TestResult, Totals } from './result.ts';

type Judged = Pick<TestResult, 'outcome' | 'flaky' | 'skipCause'>;

/** Counts outcomes. */
export function totalsOf(tests: readonly Pick<TestResult, 'outcome' | 'flaky'>[]): Totals {
  const totals = { tests: tests.length, passed: 0, failed: 0, errored: 0, skipped: 0, flaky: 0 };
  for (const { outcome, flaky } of tests) {
    totals[outcome] += 1;
    if (flaky && outcome === 'passed') totals.flaky += 1;
  }
  return totals;
}

/** passed / executed, 0 to 1; undefined when nothing was executed. */
export function successRateOf(totals: Totals): number | undefined {
  const executed = totals.passed + totals.failed + totals.errored;
  return executed === 0 ? undefined : totals.passed / executed;
}

/** What {@link suiteOutcome} looks at. */
export interface SuiteOutcomeInput {
  readonly tests: readonly Judged[];
  /** 0 to 1. */
  readonly requiredSuccessRate: number;
}

/**
 * A suite passes when its success rate reaches the required one and it was not cut short: tests that a timeout or
 * `fail_fast` kept from running are no successes. Nothing executed: skipped.
 */
export function suiteOutcome({ tests, requiredSuccessRate }: SuiteOutcomeInput): Outcome {
  const totals = totalsOf(tests);
  const rate = successRateOf(totals);
  const outOfTime = tests.some((test) => test.skipCause === 'timeout');
  if (rate === undefined) return outOfTime ? 'errored' : 'skipped';
  const stoppedByOwnFailure =
    totals.failed + totals.errored > 0 && tests.some((test) => test.skipCause === 'fail-fast');
  if (rate >= requiredSuccessRate && !outOfTime && !stoppedByOwnFailure) return 'passed';
  return totals.failed > 0 ? 'failed' : 'errored';
}

/** What {@link concludeRun} looks at. */
export interface ConclusionInput {
  readonly suites: readonly Pick<SuiteResult, 'outcome' | 'tests'>[];
  readonly servers: readonly Pick<ServerResult, 'name' | 'startError'>[];
  readonly findings: readonly Pick<Finding, 'severity'>[];
  readonly protocolChecks: RunResult['protocolChecks'];
  /** False: the run was cut off, or parts of it are missing. */
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly plannedTests: number;
  readonly coverage?: RunCoverage | undefined;
  /** Part of a sharded run: an empty share is no failure, since the other shards hold the tests. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
}

export interface Conclusion {
  readonly verdict: RunResult['verdict'];
  readonly exitCode: RunResult['exitCode'];
  readonly totals: Totals;
}

/**
 * Verdict and exit code of a run, in this order:
 * interrupted (130); no test could run since its server could not be started or reached (3); a suite failed,
 * or a broken MUST with `protocol_checks: error` (1, failed); a suite errored or the run is incomplete (1, errored);
 * tests not run because of `fail_fast`, or nothing executed although no configuration asked for that (1, failed);
 * the required coverage was not reached (1, failed); otherwise passed (0).
 * A run whose every test was skipped by `enabled`, `skip_if`, `only_if` (or depends on such a test) passes, and so does a
 * compliance run where nothing applies; one where something applies and none of it could be tested does not.
 */
export function concludeRun(input: ConclusionInput): Conclusion {
  const tests = input.suites.flatMap((suite) => suite.tests);
  const totals = totalsOf(tests);
  const conclude = (verdict: Conclusion['verdict'], exitCode: Conclusion['exitCode']): Conclusion => ({
    verdict,
    exitCode,
    totals,
  });
  if (input.interrupted) return conclude('interrupted', 130);
  if (noServerCameUp(tests, input.servers)) return conclude('errored', 3);
  const brokenProtocol =
    input.protocolChecks === 'error' && input.findings.some((finding) => finding.severity === 'error');
  if (brokenProtocol || input.suites.some((suite) => suite.outcome === 'failed'))
    return conclude('failed', 1);
  const missingTests = totals.tests < input.plannedTests;
  if (!input.complete || missingTests || input.suites.some((suite) => suite.outcome === 'errored')) {
    return conclude('errored', 1);
  }
  // A suite may tolerate the failure that stopped the run; the tests that it kept from running are no successes.
  if (tests.some((test) => test.skipCause === 'fail-fast')) return conclude('failed', 1);
  if (missesCoverage(input)) return conclude('failed', 1);
  const executed = totals.tests - totals.skipped;
  return executed > 0 || emptyOnPurpose(tests, input.shard) ? conclude('passed', 0) : conclude('failed', 1);
}

/** Every executed test errored, and none of their servers was ever ready. */
function noServerCameUp(tests: readonly TestResult[], servers: ConclusionInput['servers']): boolean {
  const executed = tests.filter((test) => test.outcome !== 'skipped');
  if (executed.length === 0 || executed.some((test) => test.outcome !== 'errored')) return false;
  const ready = new Set<string>();
  const failed = new Set<string>();
  for (const server of servers) (server.startError === undefined ? ready : failed).add(server.name);
  return executed.every((test) => failed.has(test.server) && !ready.has(test.server));
}

function emptyOnPurpose(tests: readonly Judged[], shard: ConclusionInput['shard']): boolean {
  if (tests.length === 0) return shard !== undefined && shard.count > 1;
  return tests.every(({ skipCause }) => skipCause !== undefined && skipCause !== 'not-testable');
}

/** What baselines have against a run that was green: it is worse than `fail_on` allows, or it is none itself. */
export function objectionOfBaselines(
  baselines: readonly Pick<BaselineComparison, 'failures' | 'action'>[],
): 'worse' | 'refused' | undefined {
  if (baselines.some(({ failures }) => failures.length > 0)) return 'worse';
  return baselines.some(({ action }) => action?.kind === 'refused') ? 'refused' : undefined;
}

/** A run of the tests with what its baselines say of it: the one place where they change its verdict. */
export function testsWithBaselines(result: RunResult, baselines: readonly BaselineComparison[]): RunResult {
  const isFailed = result.exitCode === 0 && objectionOfBaselines(baselines) !== undefined;
  return Object.freeze({
    ...result,
    baselines,
    ...(isFailed ? { verdict: 'failed' as const, exitCode: 1 as const } : {}),
  });
}

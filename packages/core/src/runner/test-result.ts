import type { PlannedTest } from '../plan/types.ts';
import type { ErrorInfo, SkipCause, TestResult } from './result.ts';
import type { RunContext } from './run-context.ts';
import type { Attempt } from './run-attempt.ts';
import { reproduceLine } from './reproduce.ts';
import type { SuiteRun } from './suite-run.ts';

/** When a test began, on both clocks. */
export interface Begin {
  readonly nowMs: number;
  readonly epochMs: number;
}

/** What is known of a test that was executed, besides its last attempt. */
export interface Execution {
  readonly begin: Begin;
  readonly durationMs: number;
  readonly attempts: number;
  readonly usage: TestResult['usage'];
  readonly stderr: string | undefined;
}

export function beginNow({ clock }: RunContext): Begin {
  return { nowMs: clock.nowMs(), epochMs: clock.epochMs() };
}

/** The masked result of a test that was not executed. */
export function skippedResult(
  test: PlannedTest,
  skip: { readonly skipCause: SkipCause; readonly skipReason: string },
  context: RunContext,
  run: SuiteRun,
  begin: Begin = beginNow(context),
): TestResult {
  return freezeMasked(context, {
    ...identity(test, run, begin),
    outcome: 'skipped',
    flaky: false,
    attempts: 0,
    durationMs: context.clock.nowMs() - begin.nowMs,
    requestDurationsMs: [],
    failures: [],
    warnings: [],
    ...skip,
    exchanges: [],
  });
}

/** The masked result of a test that no request was sent for. */
export function erroredResult(
  test: PlannedTest,
  error: ErrorInfo,
  execution: Execution,
  context: RunContext,
  run: SuiteRun,
): TestResult {
  return freezeMasked(context, {
    ...identity(test, run, execution.begin),
    outcome: 'errored',
    flaky: false,
    attempts: execution.attempts,
    durationMs: execution.durationMs,
    requestDurationsMs: [],
    failures: [],
    warnings: [],
    error,
    exchanges: [],
    stderr: execution.stderr,
    usage: execution.usage,
  });
}

/** The masked result of a test that was executed: lean when it passed, with all that helps when it did not. */
export function executedResult(
  test: PlannedTest,
  attempt: Attempt,
  execution: Execution,
  context: RunContext,
  run: SuiteRun,
): TestResult {
  const { begin, attempts, usage } = execution;
  const passed = attempt.outcome === 'passed';
  const whole = !passed && context.details.open;
  const exchanges = attempt.trace.records(whole);
  const stderr = whole ? execution.stderr : undefined;
  if (whole) {
    const texts = exchanges.map((record) => record.request.length + (record.response?.length ?? 0));
    context.details.spend(texts.reduce((sum, chars) => sum + 2 * chars, stderr?.length ?? 0));
  }
  return freezeMasked(context, {
    ...identity(test, run, begin),
    outcome: attempt.outcome,
    flaky: passed && attempts > 1,
    attempts,
    durationMs: execution.durationMs,
    requestDurationsMs: [...attempt.trace.durationsMs],
    failures: attempt.failures,
    warnings: attempt.warnings,
    error: attempt.error,
    exchanges,
    reproduce: passed ? undefined : reproduce(attempt, context, run),
    stderr,
    usage,
  });
}

function freezeMasked(context: RunContext, result: TestResult): TestResult {
  return Object.freeze(context.masker.record(result));
}

function identity(test: PlannedTest, run: SuiteRun, begin: Begin) {
  return {
    id: test.id,
    suite: test.suite,
    test: test.test,
    description: test.description,
    instance: test.instance,
    tags: test.tags,
    server: run.server.name,
    location: test.location,
    startedAt: new Date(begin.epochMs).toISOString(),
  };
}

function reproduce(
  { failingAction }: Attempt,
  { plan, options }: RunContext,
  run: SuiteRun,
): string | undefined {
  if (failingAction === undefined) return undefined;
  return reproduceLine(failingAction, {
    configFile: plan.configFile,
    environment: plan.environment,
    server: run.server,
    oneOfSeveral: new Set(plan.servers.map(({ name, expandedFrom = name }) => expandedFrom)).size > 1,
    cwd: options.cwd,
  });
}

import type { PlannedSuite, PlannedTest } from '../plan/types.ts';
import { expressionContext, needServer, skipReasonOf } from './conditions.ts';
import { describeError, isCutOff } from './outcome.ts';
import type { SuiteResult, TestResult } from './result.ts';
import type { RunContext } from './run-context.ts';
import { describeDependency, runTest } from './run-test.ts';
import { runScheduled } from './schedule.ts';
import type { ServerSlot } from './server-slot.ts';
import type { SessionPool } from './session-pool.ts';
import { errorFor, graceAfter, skipFor, Stop } from './stop.ts';
import { runSuiteScript } from './suite-script.ts';
import type { SuiteRun } from './suite-run.ts';
import { beginNow, erroredResult } from './test-result.ts';
import { successRateOf, suiteOutcome, totalsOf } from './verdict.ts';

/** Longest that a teardown script may take when the suite sets no `timeout_seconds`, in ms. */
const teardownMs = 60_000;
/** Longest that it may take once the run or suite was cut off, in ms. */
const hurriedTeardownMs = 5000;

/** Runs one suite and returns its masked result, its tests in the order of the plan. Never rejects for anything a server or script does. */
export async function runSuite(
  suite: PlannedSuite,
  pool: SessionPool,
  context: RunContext,
): Promise<SuiteResult> {
  const { masker } = context;
  const begin = beginNow(context);
  context.emit(
    masker.record({
      type: 'suite-start',
      suite: suite.name,
      tests: suite.tests.length,
      location: suite.location,
    }),
  );
  const stop = new Stop(context.stop);
  const run = openRun(suite, pool, context, stop);
  const cancelTimer =
    suite.timeoutMs === undefined
      ? undefined
      : context.clock.schedule(suite.timeoutMs, () =>
          stop.pull({ kind: 'timeout', of: `suite "${suite.name}"`, limitMs: suite.timeoutMs ?? 0 }),
        );
  let tests: readonly TestResult[];
  try {
    tests = await runInside(run, context);
  } finally {
    cancelTimer?.();
    stop.release();
  }
  const outcome = suiteOutcome({ tests, requiredSuccessRate: suite.requiredSuccessRate });
  context.outcomes.set(suite.name, outcome);
  const totals = totalsOf(tests);
  const result = masker.record({
    name: suite.name,
    description: suite.description,
    server: run.server.name,
    location: suite.location,
    outcome,
    requiredSuccessRate: suite.requiredSuccessRate,
    successRate: successRateOf(totals),
    startedAt: new Date(begin.epochMs).toISOString(),
    durationMs: context.clock.nowMs() - begin.nowMs,
    totals,
  } satisfies Omit<SuiteResult, 'tests'>);
  context.emit({ type: 'suite-end', result });
  return Object.freeze({ ...result, tests: Object.freeze(tests) });
}

function openRun(suite: PlannedSuite, pool: SessionPool, context: RunContext, stop: Stop): SuiteRun {
  const server = pool.server(suite);
  return {
    suite,
    server,
    pool,
    stop,
    slot: openSlot(suite, pool, stop),
    skip: skipAtOnce(suite, context, stop),
    setupError: undefined,
  };
}

function openSlot(suite: PlannedSuite, pool: SessionPool, stop: Stop): ServerSlot | undefined {
  const server = pool.server(suite);
  if (suite.isolation === 'run') return pool.shared(server);
  return suite.isolation === 'suite' ? pool.fresh(server, stop) : undefined;
}

/** Why a suite is skipped, as far as that can be told without doing anything. */
function skipAtOnce(suite: PlannedSuite, { outcomes }: RunContext, stop: Stop): SuiteRun['skip'] {
  if (suite.skipReason !== undefined) return { skipCause: 'disabled', skipReason: suite.skipReason };
  if (stop.cause !== undefined) return skipFor(stop.cause);
  const unmet = suite.dependsOn.find((name) => outcomes.get(name) !== 'passed');
  if (unmet === undefined) return undefined;
  return { skipCause: 'dependency', skipReason: describeDependency(unmet, outcomes.get(unmet)) };
}

/** Conditions, setup, tests, the end of the suite's server, teardown: each undone in reverse order. */
async function runInside(run: SuiteRun, context: RunContext): Promise<readonly TestResult[]> {
  const { suite } = run;
  // Nothing is set up for tests that are all skipped.
  if (run.skip !== undefined || suite.tests.every((test) => test.skipReason !== undefined)) {
    return runTests(run, context);
  }
  if (!needServer(suite)) {
    await judgeConditions(run, context);
    if (run.skip !== undefined || run.setupError !== undefined) return runTests(run, context);
  }
  try {
    try {
      await setUp(run, context);
      return await runTests(run, context);
    } finally {
      if (suite.isolation === 'suite') await run.slot?.close();
    }
  } finally {
    await tearDown(run, context);
  }
}

async function setUp(run: SuiteRun, context: RunContext): Promise<void> {
  const { suite, stop } = run;
  if (suite.setupScript !== undefined) {
    const timeoutMs = suite.timeoutMs ?? context.plan.timeoutMs;
    try {
      await runSuiteScript('setup_script', suite, context, { timeoutMs, signal: stop.signal });
    } catch (error) {
      const cutOff = stop.signal.aborted && stop.cause !== undefined && isCutOff(error);
      run.setupError = cutOff ? errorFor(stop.cause) : describeError(error);
      return;
    }
  }
  // Only now: a server may need what the script sets up.
  if (needServer(suite)) await judgeConditions(run, context);
}

/** `skip_if` and `only_if` of the suite; with a session when they ask for one. */
async function judgeConditions(run: SuiteRun, context: RunContext): Promise<void> {
  const { suite } = run;
  if (suite.skipIf === undefined && suite.onlyIf === undefined) return;
  const variables = suite.variables ?? {};
  try {
    const reason = needServer(suite)
      ? await withSession(run, (session) =>
          skipReasonOf(suite, expressionContext(context, variables, session)),
        )
      : await skipReasonOf(suite, expressionContext(context, variables));
    if (reason !== undefined) run.skip = { skipCause: 'condition', skipReason: reason };
  } catch (error) {
    const { cause, signal } = run.stop;
    run.setupError =
      signal.aborted && cause !== undefined && isCutOff(error) ? errorFor(cause) : describeError(error);
  }
}

async function withSession<T>(
  { slot, pool, server, stop, suite }: SuiteRun,
  use: (session: Parameters<typeof expressionContext>[2]) => Promise<T>,
): Promise<T> {
  const used = slot ?? pool.fresh(server, stop);
  try {
    const lease = await used.acquire(suite.retry, () => undefined, stop.signal);
    try {
      return await use(lease.session);
    } finally {
      used.release(lease);
    }
  } finally {
    if (slot === undefined) await used.close();
  }
}

async function tearDown({ suite, stop }: SuiteRun, context: RunContext): Promise<void> {
  const timeoutMs = suite.timeoutMs ?? teardownMs;
  const grace = graceAfter(stop, hurriedTeardownMs, context.clock);
  try {
    await runSuiteScript('teardown_script', suite, context, { timeoutMs, signal: grace.signal });
  } catch (error) {
    const { message, hint } = describeError(error);
    context.warn(hint === undefined ? message : `${message}. ${hint}`);
  } finally {
    grace.release();
  }
}

async function runTests(run: SuiteRun, context: RunContext): Promise<readonly TestResult[]> {
  const { suite } = run;
  const results = new Map<PlannedTest, TestResult>();
  await runScheduled(suite.tests, {
    capacity: suite.concurrency,
    idOf: (test) => test.id,
    waitsFor: (test) => test.dependsOn,
    run: async (test) => {
      const result = await runGated(test, run, context);
      results.set(test, result);
      context.outcomes.set(test.id, result.outcome);
      if (result.outcome === 'failed' || result.outcome === 'errored') brake(result, run, context);
      context.emit({ type: 'test-end', result });
    },
  });
  return suite.tests.map((test) => results.get(test)).filter((result) => result !== undefined);
}

async function runGated(test: PlannedTest, run: SuiteRun, context: RunContext): Promise<TestResult> {
  const wait = context.gate.enter();
  if (wait !== undefined) await wait;
  const begin = beginNow(context);
  try {
    return await runTest(test, run, context);
  } catch (error) {
    // A fault of ours in one test must not lose the results of the others.
    const durationMs = context.clock.nowMs() - begin.nowMs;
    const execution = { begin, durationMs, attempts: 1, usage: undefined, stderr: undefined };
    return erroredResult(test, describeError(error), execution, context, run);
  } finally {
    context.gate.leave();
  }
}

function brake({ id }: TestResult, { suite, stop }: SuiteRun, context: RunContext): void {
  if (context.plan.failFast) context.stop.pull({ kind: 'fail-fast', test: id });
  else if (suite.failFast) stop.pull({ kind: 'fail-fast', test: id });
}

import type { PlannedTest } from '../plan/types.ts';
import { sleep } from './clock.ts';
import { expressionContext, needServer, skipReasonOf } from './conditions.ts';
import { describeError, isConnectFailure, isCutOff } from './outcome.ts';
import type { ErrorInfo, TestResult } from './result.ts';
import { mayRepeat, retryDelayMs } from './retry-policy.ts';
import { runAttempt } from './run-attempt.ts';
import type { Attempt } from './run-attempt.ts';
import type { RunContext } from './run-context.ts';
import type { Lease, ServerSlot, StartRetryListener } from './server-slot.ts';
import { usageBetween } from './server-slot.ts';
import { stderrDuring } from './stderr-excerpt.ts';
import { errorFor, skipFor } from './stop.ts';
import type { SuiteRun } from './suite-run.ts';
import { beginNow, erroredResult, executedResult, skippedResult } from './test-result.ts';
import type { Begin, Execution } from './test-result.ts';

/** Runs one test with its repetitions and returns its masked result. Never rejects for anything a server does. */
export async function runTest(test: PlannedTest, run: SuiteRun, context: RunContext): Promise<TestResult> {
  const skip = skipBeforeStart(test, run, context);
  if (skip !== undefined) return skippedResult(test, skip, context, run);
  context.emit(context.masker.deep({ type: 'test-start', id: test.id, suite: test.suite, test: test.test }));
  return new TestRun(test, run, context).execute();
}

function skipBeforeStart(
  test: PlannedTest,
  run: SuiteRun,
  { outcomes }: RunContext,
): Parameters<typeof skippedResult>[1] | undefined {
  if (test.skipReason !== undefined) return { skipCause: 'disabled', skipReason: test.skipReason };
  if (run.skip !== undefined) return run.skip;
  const { cause } = run.stop;
  if (cause !== undefined) return skipFor(cause);
  for (const name of test.dependsOn) {
    const outcome = outcomes.get(name);
    if (outcome === 'passed') continue;
    return { skipCause: 'dependency', skipReason: describeDependency(name, outcome) };
  }
  return undefined;
}

/** Why a test or suite is skipped whose dependency did not pass. */
export function describeDependency(name: string, outcome: TestResult['outcome'] | undefined): string {
  const what = { passed: 'passed', failed: 'failed', errored: 'errored', skipped: 'was skipped' };
  return `depends on ${name}, which ${outcome === undefined ? 'did not run' : what[outcome]}`;
}

/** An attempt that was made, or why there was none. */
type Tried =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly safeToRepeat: () => Promise<boolean> }
  | { readonly kind: 'error'; readonly error: ErrorInfo }
  | { readonly kind: 'skip'; readonly reason: string };

class TestRun {
  readonly #test: PlannedTest;
  readonly #run: SuiteRun;
  readonly #context: RunContext;
  #begin: Begin;
  #attempts = 0;
  #usage: TestResult['usage'];
  #stderr: string | undefined;

  constructor(test: PlannedTest, run: SuiteRun, context: RunContext) {
    this.#test = test;
    this.#run = run;
    this.#context = context;
    this.#begin = beginNow(context);
  }

  async execute(): Promise<TestResult> {
    const early = await this.#judgeEarly();
    if (early !== undefined) return early;
    for (;;) {
      this.#attempts += 1;
      const tried = await this.#try();
      if (tried.kind === 'skip') {
        const skip = { skipCause: 'condition', skipReason: tried.reason } as const;
        return skippedResult(this.#test, skip, this.#context, this.#run, this.#begin);
      }
      if (tried.kind === 'error') return this.#errored(tried.error);
      const { attempt } = tried;
      const again = attempt.outcome !== 'passed' && (await this.#prepareRepetition(tried));
      if (!again) return executedResult(this.#test, attempt, this.#execution(), this.#context, this.#run);
    }
  }

  /** What can be said without a server. */
  async #judgeEarly(): Promise<TestResult | undefined> {
    const test = this.#test;
    const { setupError } = this.#run;
    if (setupError !== undefined) return this.#errored(setupError);
    if ((test.skipIf === undefined && test.onlyIf === undefined) || needServer(test)) return undefined;
    try {
      const reason = await skipReasonOf(test, expressionContext(this.#context, test.variables));
      if (reason === undefined) return undefined;
      const skip = { skipCause: 'condition', skipReason: reason } as const;
      return skippedResult(test, skip, this.#context, this.#run, this.#begin);
    } catch (error) {
      return this.#errored(describeError(error));
    }
  }

  async #try(): Promise<Tried> {
    const { slot } = this.#run;
    if (slot !== undefined) return this.#tryOn(slot);
    const own = this.#run.pool.fresh(this.#run.server, this.#run.stop);
    try {
      return await this.#tryOn(own);
    } finally {
      await own.close();
    }
  }

  async #tryOn(slot: ServerSlot): Promise<Tried> {
    const test = this.#test;
    let lease: Lease;
    try {
      lease = await slot.acquire(test.retry, this.#announceStartRetry);
    } catch (error) {
      return { kind: 'error', error: this.#describeStartError(error) };
    }
    // The start of a server is not the time of the test that happened to need it first.
    if (this.#attempts === 1) this.#begin = beginNow(this.#context);
    this.#attempts += lease.startAttempts - 1;
    try {
      if (needServer(test)) {
        const expressions = expressionContext(this.#context, test.variables, lease.session);
        const reason = await skipReasonOf(test, expressions);
        if (reason !== undefined) return { kind: 'skip', reason };
      }
      const attempt = await runAttempt(test, lease, this.#context, this.#run.stop);
      const passed = attempt.outcome === 'passed';
      // A test that did not pass is rare and wants the truth, not a look of some milliseconds ago.
      const after = slot.look(!passed);
      const usage = usageBetween(lease.before, after);
      this.#usage = usage === undefined ? undefined : { ...usage, shared: lease.shared };
      this.#stderr = passed ? undefined : stderrDuring(lease.before.stderrTail, after.stderrTail);
      return { kind: 'attempt', attempt, safeToRepeat: () => this.#isSafeToRepeat(attempt, lease) };
    } catch (error) {
      return { kind: 'error', error: describeError(error) };
    } finally {
      slot.release(lease);
    }
  }

  readonly #announceStartRetry: StartRetryListener = (attempt, reason, delayMs) =>
    this.#announceRetry(attempt, reason, delayMs);

  /** Waits for the next attempt when there is to be one. */
  async #prepareRepetition({ attempt, safeToRepeat }: Extract<Tried, { kind: 'attempt' }>): Promise<boolean> {
    const { retry } = this.#test;
    const { stop } = this.#run;
    if (retry === undefined || stop.cause !== undefined) return false;
    const messages =
      attempt.error === undefined
        ? attempt.failures.map((failure) => failure.message)
        : [attempt.error.message];
    if (!(await mayRepeat(retry, this.#attempts, messages))) return false;
    if (!this.#test.retryOptedIn && !(await safeToRepeat())) return false;
    const delayMs = retryDelayMs(retry, this.#attempts, this.#context.random);
    this.#announceRetry(this.#attempts + 1, messages[0] ?? attempt.outcome, delayMs);
    await sleep(this.#context.clock, delayMs, stop.signal);
    return stop.cause === undefined;
  }

  /** Only what cannot have changed anything is repeated unasked: failed connections, and harmless tools. */
  async #isSafeToRepeat({ error }: Attempt, { session, slot }: Lease): Promise<boolean> {
    if (error !== undefined && isConnectFailure(error)) return true;
    const { setup, steps, cleanup } = this.#test;
    const tools: string[] = [];
    for (const { action } of [...setup, ...steps, ...cleanup]) {
      if (action.kind !== 'tool') return false;
      tools.push(action.tool);
    }
    const safe = await slot.safeTools(session);
    return tools.every((tool) => safe.has(tool));
  }

  #announceRetry(attempt: number, reason: string, delayMs: number): void {
    const { emit, masker } = this.#context;
    emit(masker.deep({ type: 'test-retry', id: this.#test.id, attempt, reason, delayMs }));
  }

  #describeStartError(error: unknown): ErrorInfo {
    const { cause, signal } = this.#run.stop;
    if (signal.aborted && cause !== undefined && isCutOff(error)) return errorFor(cause);
    return describeError(error);
  }

  #errored(error: ErrorInfo): TestResult {
    return erroredResult(this.#test, error, this.#execution(), this.#context, this.#run);
  }

  #execution(): Execution {
    return {
      begin: this.#begin,
      attempts: this.#attempts,
      usage: this.#usage,
      stderr: this.#stderr,
    };
  }
}

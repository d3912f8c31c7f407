import type { PlannedTest } from '../plan/types.ts';
import { sleep } from './clock.ts';
import { expressionContext, needServer, skipReasonOf } from './conditions.ts';
import { describeError, isConnectFailure, isCutOff } from './outcome.ts';
import type { ErrorInfo, LocatedFailure, TestResult } from './result.ts';
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
  context.emit(
    context.masker.record({ type: 'test-start', id: test.id, suite: test.suite, test: test.test }),
  );
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
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly mayRepeat: boolean }
  | { readonly kind: 'error'; readonly error: ErrorInfo }
  | { readonly kind: 'skip'; readonly reason: string };

class TestRun {
  readonly #test: PlannedTest;
  readonly #run: SuiteRun;
  readonly #context: RunContext;
  #begin: Begin;
  #attempts = 0;
  /** Of all attempts, without starting and ending servers. */
  #workedMs = 0;
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
    let last: Attempt | undefined;
    for (;;) {
      this.#attempts += 1;
      const tried = await this.#try(last === undefined);
      if (tried.kind === 'skip') return this.#skipped(tried.reason);
      if (tried.kind === 'error') {
        return last === undefined
          ? this.#errored(tried.error)
          : this.#executed(this.#note(last, tried.error));
      }
      last = tried.attempt;
      if (!tried.mayRepeat || !(await this.#pause(last))) return this.#executed(last);
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
      return reason === undefined ? undefined : this.#skipped(reason);
    } catch (error) {
      return this.#errored(describeError(error));
    }
  }

  async #try(isFirst: boolean): Promise<Tried> {
    const { slot } = this.#run;
    if (slot !== undefined) return this.#tryOn(slot, isFirst);
    const own = this.#run.pool.fresh(this.#run.server, this.#run.stop);
    try {
      return await this.#tryOn(own, isFirst);
    } finally {
      await own.close();
    }
  }

  async #tryOn(slot: ServerSlot, isFirst: boolean): Promise<Tried> {
    const test = this.#test;
    const { stop } = this.#run;
    let lease: Lease;
    try {
      lease = await slot.acquire(test.retry, this.#noteStartRetry, stop.signal);
    } catch (error) {
      return { kind: 'error', error: this.#describeStartError(error) };
    }
    // The start of a server is not the time of the test that happened to need it first.
    if (isFirst) this.#begin = beginNow(this.#context);
    try {
      if (isFirst && needServer(test)) {
        const expressions = expressionContext(this.#context, test.variables, lease.session);
        const reason = await skipReasonOf(test, expressions);
        if (reason !== undefined) return { kind: 'skip', reason };
      }
      const beganMs = this.#context.clock.nowMs();
      const attempt = await runAttempt(test, lease, this.#context, stop);
      this.#workedMs += this.#context.clock.nowMs() - beganMs;
      this.#look(attempt, lease);
      return { kind: 'attempt', attempt, mayRepeat: await this.#mayRepeat(attempt, lease) };
    } catch (error) {
      return { kind: 'error', error: describeError(error) };
    } finally {
      slot.release(lease);
    }
  }

  /** Keeps what the attempt used and what the server wrote meanwhile. */
  #look({ outcome }: Attempt, { slot, session, before, shared }: Lease): void {
    const passed = outcome === 'passed';
    // A test that did not pass is rare and wants the truth, not a look of some milliseconds ago.
    const after = slot.look(session, !passed);
    const usage = usageBetween(before, after);
    this.#usage = usage === undefined ? undefined : { ...usage, shared };
    this.#stderr = passed ? undefined : stderrDuring(before.stderrTail, after.stderrTail);
  }

  readonly #noteStartRetry: StartRetryListener = (reason, delayMs) => {
    this.#attempts += 1;
    this.#announceRetry(this.#attempts, reason, delayMs);
  };

  async #mayRepeat(attempt: Attempt, lease: Lease): Promise<boolean> {
    const { retry, retryOptedIn } = this.#test;
    if (attempt.outcome === 'passed' || retry === undefined || this.#run.stop.cause !== undefined)
      return false;
    const { warn } = this.#context;
    if (!(await mayRepeat(retry, this.#attempts, messagesOf(attempt), warn))) return false;
    return retryOptedIn || this.#isSafeToRepeat(attempt, lease);
  }

  /** Waits for the next attempt; false when the brake was pulled meanwhile. */
  async #pause(attempt: Attempt): Promise<boolean> {
    const { retry } = this.#test;
    const { stop } = this.#run;
    if (retry === undefined || stop.cause !== undefined) return false;
    const delayMs = retryDelayMs(retry, this.#attempts, this.#context.random);
    this.#announceRetry(this.#attempts + 1, messagesOf(attempt)[0] ?? attempt.outcome, delayMs);
    await sleep(this.#context.clock, delayMs, stop.signal);
    return stop.cause === undefined;
  }

  /** Only what cannot have changed anything is repeated unasked: failed connections, and harmless tools. */
  async #isSafeToRepeat({ error }: Attempt, lease: Lease): Promise<boolean> {
    if (error !== undefined && isConnectFailure(error)) return true;
    const { setup, steps, cleanup } = this.#test;
    const tools: string[] = [];
    for (const { action } of [...setup, ...steps, ...cleanup]) {
      if (action.kind !== 'tool') return false;
      tools.push(action.tool);
    }
    const safe = await this.#safeTools(lease);
    return tools.every((tool) => safe.has(tool));
  }

  /** A server that has crashed must be started again to say what its tools do. */
  async #safeTools({ slot, session }: Lease): Promise<ReadonlySet<string>> {
    const { signal } = this.#run.stop;
    if (session.alive || slot.knowsSafeTools) return slot.safeTools(session, signal);
    try {
      const next = await slot.acquire(undefined, () => undefined, signal);
      try {
        return await slot.safeTools(next.session, signal);
      } finally {
        slot.release(next);
      }
    } catch {
      return new Set();
    }
  }

  #announceRetry(attempt: number, reason: string, delayMs: number): void {
    const { emit, masker } = this.#context;
    emit(masker.record({ type: 'test-retry', id: this.#test.id, attempt, reason, delayMs }));
  }

  #describeStartError(error: unknown): ErrorInfo {
    const { cause, signal } = this.#run.stop;
    if (signal.aborted && cause !== undefined && isCutOff(error)) return errorFor(cause);
    return describeError(error);
  }

  /** The last attempt that was made, with why there is no further one. */
  #note(last: Attempt, error: ErrorInfo): Attempt {
    const note: LocatedFailure = {
      severity: 'warning',
      key: 'retry',
      type: 'retry',
      message: `attempt ${this.#attempts} could not be made: ${error.message}`,
      configKey: 'retry',
      location: this.#test.location,
    };
    return { ...last, warnings: [...last.warnings, note] };
  }

  #skipped(skipReason: string): TestResult {
    const skip = { skipCause: 'condition', skipReason } as const;
    return skippedResult(this.#test, skip, this.#context, this.#run, this.#begin);
  }

  #errored(error: ErrorInfo): TestResult {
    const durationMs = this.#context.clock.nowMs() - this.#begin.nowMs;
    return erroredResult(this.#test, error, this.#execution(durationMs), this.#context, this.#run);
  }

  #executed(attempt: Attempt): TestResult {
    return executedResult(this.#test, attempt, this.#execution(this.#workedMs), this.#context, this.#run);
  }

  #execution(durationMs: number): Execution {
    return {
      begin: this.#begin,
      durationMs,
      attempts: this.#attempts,
      usage: this.#usage,
      stderr: this.#stderr,
    };
  }
}

/** Why an attempt did not pass. */
function messagesOf({ error, failures }: Attempt): readonly string[] {
  return error === undefined ? failures.map((failure) => failure.message) : [error.message];
}

import type { AssertionFailure } from '../assertions/types.ts';
import { toHarnessError } from '../errors.ts';
import type { PlannedAction, PlannedStep, PlannedTest } from '../plan/types.ts';
import { locateFailure } from './locate-failure.ts';
import { NotificationInbox } from './notification-inbox.ts';
import { describeError, isCutOff } from './outcome.ts';
import { checkPerformance } from './performance-limits.ts';
import { Trace } from './records.ts';
import type { StoredResults } from './render-step.ts';
import type { ErrorInfo, ExchangeRecord, LocatedFailure, Outcome } from './result.ts';
import { nameStep, runStep } from './run-step.ts';
import type { StepScope } from './run-step.ts';
import type { RunContext } from './run-context.ts';
import type { Lease } from './server-slot.ts';
import { errorFor, graceAfter } from './stop.ts';
import type { Stop } from './stop.ts';

/** Failing iterations that are reported one by one. */
const reportedIterations = 3;
/** Longest that cleanup may take once the run or suite was cut off, in ms. */
const hurriedCleanupMs = 5000;

/** What came of one attempt at a test on an open session. */
export interface Attempt {
  readonly outcome: Exclude<Outcome, 'skipped'>;
  readonly failures: readonly LocatedFailure[];
  readonly warnings: readonly LocatedFailure[];
  readonly error: ErrorInfo | undefined;
  readonly trace: Trace;
  /** What was sent when it went wrong. */
  readonly failingAction: PlannedAction | undefined;
}

/** Runs setup, the test proper with its iterations, and cleanup. Never rejects for anything a server does. */
export async function runAttempt(
  test: PlannedTest,
  lease: Lease,
  context: RunContext,
  stop: Stop,
): Promise<Attempt> {
  const waits = (steps: readonly PlannedStep[]): boolean => steps.some((step) => step.action.kind === 'wait');
  const inbox =
    waits(test.steps) || waits(test.setup) || waits(test.cleanup)
      ? new NotificationInbox(lease.session)
      : undefined;
  const scope: StepScope = {
    context,
    test,
    session: lease.session,
    used: lease.slot.used,
    trace: new Trace(),
    inbox,
    signal: stop.signal,
    deadlineMs: test.timeoutMs === undefined ? undefined : context.clock.nowMs() + test.timeoutMs,
    failingAction: undefined,
  };
  const run = new AttemptRun(scope, lease, stop);
  try {
    return await run.execute();
  } finally {
    inbox?.close();
  }
}

class AttemptRun {
  readonly #scope: StepScope;
  readonly #lease: Lease;
  readonly #stop: Stop;
  readonly #failures: LocatedFailure[] = [];
  readonly #warnings: LocatedFailure[] = [];
  #error: ErrorInfo | undefined;
  #failedIterations = 0;

  constructor(scope: StepScope, lease: Lease, stop: Stop) {
    this.#scope = scope;
    this.#lease = lease;
    this.#stop = stop;
  }

  async execute(): Promise<Attempt> {
    const { test } = this.#scope;
    const stored: StoredResults = {};
    if (test.setup.length === 0 || (await this.#setUp(stored))) await this.#runIterations(stored);
    if (test.cleanup.length > 0) await this.#cleanUp(stored);
    const outcome = this.#error !== undefined ? 'errored' : this.#failures.length > 0 ? 'failed' : 'passed';
    return {
      outcome,
      failures: this.#failures,
      warnings: this.#warnings,
      error: this.#error,
      trace: this.#scope.trace,
      failingAction: this.#scope.failingAction,
    };
  }

  async #setUp(stored: StoredResults): Promise<boolean> {
    for (const step of this.#scope.test.setup) {
      const failure = await this.#runAuxiliary(step, 'setup', stored, this.#scope);
      if (failure === undefined) continue;
      this.#error = failure;
      return false;
    }
    return true;
  }

  /** Always; a failure spoils a passed test, and is a warning beside another one. */
  async #cleanUp(stored: StoredResults): Promise<void> {
    const { context, test } = this.#scope;
    const grace = graceAfter(this.#stop, hurriedCleanupMs, context.clock);
    const scope: StepScope = { ...this.#scope, signal: grace.signal, deadlineMs: undefined };
    for (const step of test.cleanup) {
      const failure = await this.#runAuxiliary(step, 'cleanup', stored, scope);
      if (failure === undefined) continue;
      if (this.#error === undefined && this.#failures.length === 0) {
        this.#error = failure;
        this.#scope.failingAction = scope.failingAction;
      } else {
        this.#warnings.push({
          severity: 'warning',
          key: step.configKey,
          type: 'cleanup',
          message: failure.message,
          configKey: step.configKey,
          location: locateFailure(test, step, undefined),
          step: nameStep(step),
        });
      }
    }
    grace.release();
  }

  /** A step of setup or cleanup; its failed expectations count as an error. */
  async #runAuxiliary(
    step: PlannedStep,
    phase: ExchangeRecord['phase'],
    stored: StoredResults,
    scope: StepScope,
  ): Promise<ErrorInfo | undefined> {
    const prefix = `${step.name === undefined ? step.configKey : `${step.configKey} (${step.name})`}: `;
    try {
      const found = await runStep(step, phase, stored, scope);
      const failures = this.#sort(found, step);
      const [first] = failures;
      if (first === undefined) return undefined;
      const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
      return { code: 'SCRIPT_FAILED', kind: 'setup', message: `${prefix}${first.message}${more}` };
    } catch (error) {
      return this.#describe(error, prefix);
    }
  }

  async #runIterations(stored: StoredResults): Promise<void> {
    const { test, context, trace } = this.#scope;
    const startedAtMs = context.clock.nowMs();
    if (test.iterations === 1) {
      await this.#runOnce(stored, undefined);
    } else {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < test.iterations && this.#error === undefined) {
          next += 1;
          await this.#runOnce({ ...stored }, next);
        }
      };
      await Promise.all(Array.from({ length: test.concurrency }, work));
      this.#summariseIterations();
    }
    if (test.performance === undefined || this.#error !== undefined) return;
    const failures = checkPerformance(test.performance, {
      durationsMs: trace.durationsMs,
      elapsedMs: context.clock.nowMs() - startedAtMs,
      peakMemoryBytes:
        test.performance.max_memory_usage_mb === undefined
          ? undefined
          : this.#lease.slot.look(this.#lease.session, true).usage?.peakMemoryBytes,
    });
    for (const failure of failures) {
      this.#failures.push({ ...failure, location: locateFailure(test, undefined, failure.configKey) });
    }
  }

  /** The steps of the test proper, once; the first that fails ends them. */
  async #runOnce(stored: StoredResults, iteration: number | undefined): Promise<void> {
    const { test } = this.#scope;
    for (const step of test.steps) {
      try {
        const found = await runStep(step, 'test', stored, this.#scope);
        if (found.length === 0) continue;
        const failures = this.#sort(found, step, iteration);
        if (failures.length === 0) continue;
        this.#failedIterations += 1;
        if (iteration === undefined || this.#failedIterations <= reportedIterations) {
          this.#failures.push(...failures);
        }
      } catch (error) {
        const prefix = [
          ...(iteration === undefined ? [] : [`iteration ${iteration}: `]),
          ...(step.configKey === '' ? [] : [`${nameStep(step)}: `]),
        ].join('');
        this.#error ??= this.#describe(error, prefix);
      }
      return;
    }
  }

  #summariseIterations(): void {
    const more = this.#failedIterations - reportedIterations;
    if (more <= 0) return;
    const { iterations } = this.#scope.test;
    this.#failures.push({
      severity: 'failure',
      key: 'iterations',
      type: 'iterations',
      message: `${this.#failedIterations} of ${iterations} iterations failed; the first ${reportedIterations} are shown`,
      configKey: 'iterations',
      location: locateFailure(this.#scope.test, undefined, undefined),
    });
  }

  /** Warnings go to their list; what is returned fails the test. */
  #sort(
    found: readonly AssertionFailure[],
    step: PlannedStep,
    iteration?: number,
  ): readonly LocatedFailure[] {
    if (found.length === 0) return [];
    const failures: LocatedFailure[] = [];
    for (const failure of found) {
      const located: LocatedFailure = {
        ...failure,
        message: iteration === undefined ? failure.message : `iteration ${iteration}: ${failure.message}`,
        location: locateFailure(this.#scope.test, step, failure.configKey),
        step: nameStep(step),
      };
      if (failure.severity === 'failure') failures.push(located);
      else if (this.#warnings.length < 50) this.#warnings.push(located);
    }
    return failures;
  }

  /** A server that was cut off by us has not failed: the brake's cause is the reason. */
  #describe(error: unknown, prefix: string): ErrorInfo {
    const { cause, signal } = this.#stop;
    if (signal.aborted && cause !== undefined && isCutOff(error)) return errorFor(cause);
    return describeError(toHarnessError(error), prefix);
  }
}

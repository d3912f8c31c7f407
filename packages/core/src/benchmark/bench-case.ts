import { isHarnessError } from '../errors.ts';
import { UsedFeatures } from '../coverage/index.ts';
import type { PlannedStep, PlannedTest } from '../plan/types.ts';
import type { Exchange, Session } from '../protocol/types.ts';
import { isJsonObject } from '../json.ts';
import { NotificationInbox } from '../runner/notification-inbox.ts';
import { Trace } from '../runner/records.ts';
import type { StoredResults } from '../runner/render-step.ts';
import type { RunContext } from '../runner/run-context.ts';
import { runStep } from '../runner/run-step.ts';
import type { StepScope } from '../runner/run-step.ts';
import type { Call, CallOutcome } from './call.ts';
import type { Callable } from './sample.ts';

/**
 * A test on an open session, to be called again and again: its setup once before, its cleanup once after. Every answer
 * is held to the test's expectations; that work lies outside of what is timed.
 */
export class BenchCase implements Callable {
  readonly test: PlannedTest;
  readonly session: Session;
  readonly #context: RunContext;
  readonly #signal: AbortSignal;
  readonly #stored: StoredResults = {};
  readonly #inbox: NotificationInbox | undefined;
  readonly #used = new UsedFeatures();

  constructor(test: PlannedTest, session: Session, context: RunContext, signal: AbortSignal) {
    this.test = test;
    this.session = session;
    this.#context = context;
    this.#signal = signal;
    const steps = [...test.setup, ...test.steps, ...test.cleanup];
    const waits = steps.some(({ action }) => action.kind === 'wait');
    this.#inbox = waits ? new NotificationInbox(session) : undefined;
  }

  /**
   * Runs the setup steps.
   * @returns what went wrong, if anything did
   * @throws HarnessError as {@link call}
   */
  async setUp(): Promise<string | undefined> {
    return await this.#runAuxiliary(this.test.setup, 'setup');
  }

  /** Runs the cleanup steps and lets go of the session. Never rejects: what it spoils shows in the next benchmark. */
  async tearDown(): Promise<void> {
    try {
      if (this.session.alive) await this.#runAuxiliary(this.test.cleanup, 'cleanup');
    } catch (error) {
      this.#context.warn(`cleanup of ${this.test.id}: ${(error as Error).message}`);
    } finally {
      this.#inbox?.close();
    }
  }

  cpuTimeMs(): number | undefined {
    return this.session.cpuTimeMs();
  }

  /**
   * Executes the steps of the test once.
   * @throws HarnessError when no further call makes sense: the server has gone, we were cancelled, or the suite is wrong
   */
  async call(): Promise<Call> {
    const trace = new Trace();
    const scope = this.#scope(trace, true);
    const stored = { ...this.#stored };
    for (const step of this.test.steps) {
      let complaint: string | undefined;
      let outcome: CallOutcome | undefined;
      try {
        const found = await runStep(step, 'test', stored, scope);
        complaint = found.find(({ severity }) => severity === 'failure')?.message;
      } catch (error) {
        [outcome, complaint] = [outcomeOf(error), (error as Error).message];
      }
      if (complaint === undefined) continue;
      return {
        outcome: outcome ?? outcomeOfAnswer(trace.last),
        durationMs: sum(trace.durationsMs),
        complaint,
      };
    }
    return { outcome: 'ok', durationMs: sum(trace.durationsMs) };
  }

  async #runAuxiliary(
    steps: readonly PlannedStep[],
    phase: 'setup' | 'cleanup',
  ): Promise<string | undefined> {
    const scope = this.#scope(new Trace(), false);
    for (const step of steps) {
      try {
        const found = await runStep(step, phase, this.#stored, scope);
        const failure = found.find(({ severity }) => severity === 'failure');
        if (failure !== undefined) return `${step.configKey}: ${failure.message}`;
      } catch (error) {
        outcomeOf(error);
        return `${step.configKey}: ${(error as Error).message}`;
      }
    }
    return undefined;
  }

  #scope(trace: Trace, isTimed: boolean): StepScope {
    const { timeoutMs } = this.test;
    return {
      context: this.#context,
      test: this.test,
      session: this.session,
      trace,
      inbox: this.#inbox,
      signal: this.#signal,
      deadlineMs: isTimed && timeoutMs !== undefined ? this.#context.clock.nowMs() + timeoutMs : undefined,
      failingAction: undefined,
      used: this.#used,
    };
  }
}

/** Faults after which the next call may go well. */
const survivable: Readonly<Record<string, CallOutcome>> = {
  PROTOCOL_TIMEOUT: 'timeout',
  PROTOCOL_ERROR_ANSWER: 'protocol-error',
  PROTOCOL_MALFORMED_ANSWER: 'protocol-error',
  PROTOCOL_HTTP_STATUS: 'protocol-error',
  PROTOCOL_MESSAGE_TOO_LARGE: 'protocol-error',
};

function outcomeOf(error: unknown): CallOutcome {
  const outcome = isHarnessError(error) ? survivable[error.code] : undefined;
  if (outcome === undefined) throw error;
  return outcome;
}

/** What an answer is that is not as expected. */
function outcomeOfAnswer(exchange: Exchange | undefined): CallOutcome {
  if (exchange?.error !== undefined) return 'protocol-error';
  const { result } = exchange ?? {};
  return isJsonObject(result) && result['isError'] === true ? 'tool-error' : 'wrong-answer';
}

function sum(values: readonly number[]): number {
  // Nearly always one.
  return values.length === 1 ? (values[0] ?? 0) : values.reduce((total, value) => total + value, 0);
}

import { checkExpected } from '../assertions/check.ts';
import { buildNotificationSubject, buildRawSubject, buildSubject } from '../assertions/subject.ts';
import type { AssertionFailure, Subject } from '../assertions/types.ts';
import { HarnessError, isHarnessError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { PlannedAction, PlannedStep, PlannedTest } from '../plan/types.ts';
import type { Exchange, Frame, Session } from '../protocol/types.ts';
import type { NotificationInbox } from './notification-inbox.ts';
import type { Trace } from './records.ts';
import { renderStep } from './render-step.ts';
import type { StoredResults } from './render-step.ts';
import type { ExchangeRecord } from './result.ts';
import type { RunContext } from './run-context.ts';
import { expressionContext } from './conditions.ts';

/** What the steps of one attempt share. */
export interface StepScope {
  readonly context: RunContext;
  readonly test: PlannedTest;
  readonly session: Session;
  readonly trace: Trace;
  readonly inbox: NotificationInbox | undefined;
  readonly signal: AbortSignal;
  /** When the time of the whole test is up, on the run's clock. */
  readonly deadlineMs: number | undefined;
  /** The first action that did not bring what was wanted, for the reproduce line. */
  failingAction: PlannedAction | undefined;
}

/** An action with the document that its expectations see. */
interface Performed {
  readonly subject: Subject;
  readonly exchange: Exchange;
}

/**
 * Sends what the step says and compares what came.
 * @throws HarnessError for everything that makes a verdict impossible: timeout, crash, limit, malformed answer
 */
export async function runStep(
  step: PlannedStep,
  phase: ExchangeRecord['phase'],
  stored: StoredResults,
  scope: StepScope,
): Promise<readonly AssertionFailure[]> {
  const { context, test, trace } = scope;
  const pending = renderStep(step, stored, () => expressionContext(context, test.variables, scope.session));
  const rendered = pending instanceof Promise ? await pending : pending;
  const name = nameStep(step);
  let performed: Performed;
  try {
    performed = await perform(rendered.action, step, phase, scope);
  } catch (error) {
    scope.failingAction ??= rendered.action;
    const partial = isHarnessError(error) ? (error.details?.['exchange'] as Exchange | undefined) : undefined;
    if (partial !== undefined) {
      trace.add(name, phase, partial);
      trace.keepFailing(name, phase, partial);
    }
    throw explainTimeout(error, step, scope);
  }
  const { subject, exchange } = performed;
  trace.add(name, phase, exchange);
  if (exchange.malformed.length > 0 && context.plan.protocolChecks !== 'off') {
    trace.keepFailing(name, phase, exchange);
    scope.failingAction ??= rendered.action;
    throw malformedAnswer(exchange);
  }
  if (step.storeAs !== undefined) stored[step.storeAs] = subject as unknown as JsonValue;
  const assertionContext = {
    suite: test.suite,
    test: test.id.slice(test.suite.length + 1),
    step: name,
    baseDir: context.plan.baseDir,
    variables: test.variables,
    env: context.options.env,
    snapshots: context.options.snapshots,
    signal: rendered.expected?.custom_scripts === undefined ? scope.signal : untilDeadline(scope),
  };
  const checked = checkExpected(rendered.expected, subject, assertionContext, {
    expectError: step.expectError,
  });
  const failures = checked instanceof Promise ? await checked : checked;
  if (failures.some((failure) => failure.severity === 'failure')) {
    trace.keepFailing(name, phase, exchange);
    scope.failingAction ??= rendered.action;
  }
  return exchange.droppedNotifications ? [...failures, unseenNotifications(exchange)] : failures;
}

/** Expectations that were judged on a part of the notifications must say so. */
function unseenNotifications({ notifications, droppedNotifications = 0 }: Exchange): AssertionFailure {
  const all = notifications.length + droppedNotifications;
  return {
    severity: 'warning',
    key: 'notifications',
    type: 'limit',
    message: `${all} notifications came; expectations saw the last ${notifications.length} of them`,
    configKey: '',
  };
}

/** How a step is called in reports; undefined for a test that is its own only step. */
export function nameStep(step: PlannedStep): string | undefined {
  return step.name ?? (step.configKey === '' ? undefined : step.configKey);
}

async function perform(
  action: PlannedAction,
  step: PlannedStep,
  phase: ExchangeRecord['phase'],
  scope: StepScope,
): Promise<Performed> {
  const timeoutMs = timeLeft(step, scope);
  const { session, signal, trace } = scope;
  switch (action.kind) {
    case 'tool': {
      const params = { name: action.tool, arguments: action.args };
      return answered(await session.exchange('tools/call', params, { timeoutMs, signal }), phase, trace);
    }
    case 'request':
      return answered(
        await session.exchange(action.method, action.params, { timeoutMs, signal }),
        phase,
        trace,
      );
    case 'raw':
      return performRaw(action.text, timeoutMs, phase, scope);
    case 'wait':
      return performWait(action.notification, timeoutMs, scope);
  }
}

function answered(exchange: Exchange, phase: ExchangeRecord['phase'], trace: Trace): Performed {
  if (phase === 'test') trace.durationsMs.push(exchange.durationMs);
  return { exchange, subject: buildSubject(exchange) };
}

async function performRaw(
  text: string,
  timeoutMs: number | undefined,
  phase: ExchangeRecord['phase'],
  { context, session, signal, trace }: StepScope,
): Promise<Performed> {
  const startedAtMs = context.clock.nowMs();
  const frames = await unlessAborted(
    session.sendRaw(text, timeoutMs === undefined ? {} : { timeoutMs }),
    signal,
  );
  const durationMs = context.clock.nowMs() - startedAtMs;
  if (phase === 'test') trace.durationsMs.push(durationMs);
  const subject = buildRawSubject(frames, durationMs);
  const received = frames.filter((frame) => frame.direction !== 'sent');
  return {
    subject,
    exchange: {
      id: undefined,
      method: 'raw',
      params: undefined,
      result: subject.result,
      error: subject.error,
      malformed: [],
      startedAtMs: startOf(frames),
      durationMs,
      notifications: [],
      requestText: text,
      responseText: received.length === 0 ? undefined : received.map((frame) => frame.text).join('\n'),
    },
  };
}

function startOf(frames: readonly Frame[]): number {
  return frames[0]?.atMs ?? 0;
}

async function performWait(
  notification: string,
  timeoutMs: number | undefined,
  { context, signal, inbox }: StepScope,
): Promise<Performed> {
  if (inbox === undefined) {
    throw new HarnessError({ code: 'INTERNAL', message: 'a step waits, but the test has no inbox' });
  }
  const startedAtMs = context.clock.nowMs();
  const message = await inbox.take(
    notification,
    timeoutMs === undefined ? { signal } : { signal, timeoutMs },
  );
  const durationMs = context.clock.nowMs() - startedAtMs;
  return {
    subject: buildNotificationSubject(message, durationMs),
    exchange: {
      id: undefined,
      method: notification,
      params: undefined,
      malformed: [],
      startedAtMs: message.atMs - durationMs,
      durationMs,
      notifications: [message],
      requestText: '',
      responseText: JSON.stringify({ method: message.method, params: message.params } satisfies {
        method: string;
        params: JsonObject | undefined;
      }),
    },
  };
}

/**
 * The longest that the step may take: its own limit or what is left of the test's, whichever is shorter; undefined
 * leaves it to the session.
 * @throws HarnessError PROTOCOL_TIMEOUT when nothing is left
 */
function timeLeft(step: PlannedStep, { deadlineMs, context }: StepScope): number | undefined {
  if (deadlineMs === undefined) return step.timeoutMs;
  const leftMs = deadlineMs - context.clock.nowMs();
  if (leftMs <= 0) {
    throw new HarnessError({
      code: 'PROTOCOL_TIMEOUT',
      message: 'no time was left for this step',
      hint: 'Raise timeout_override_seconds of the test.',
    });
  }
  return step.timeoutMs === undefined ? leftMs : Math.min(step.timeoutMs, leftMs);
}

/** Names the limit that the user set: what was left of it for one request says little. */
function explainTimeout(error: unknown, step: PlannedStep, { test, deadlineMs }: StepScope): unknown {
  if (!isHarnessError(error) || error.code !== 'PROTOCOL_TIMEOUT') return error;
  if (deadlineMs === undefined || test.timeoutMs === undefined) return error;
  if (step.timeoutMs !== undefined && step.timeoutMs < test.timeoutMs) return error;
  return new HarnessError({
    code: error.code,
    message: `the test used up its ${test.timeoutMs / 1000} s: ${error.message}`,
    hint: error.hint,
    details: error.details,
    cause: error,
  });
}

/** For scripts, which know nothing of the test's deadline. */
function untilDeadline({ signal, deadlineMs, context }: StepScope): AbortSignal {
  if (deadlineMs === undefined) return signal;
  const leftMs = Math.max(1, Math.ceil(deadlineMs - context.clock.nowMs()));
  return AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
}

/** Gives up waiting when the signal is aborted; what was under way ends by itself or with its session. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new HarnessError({ code: 'CANCELLED', message: 'a raw message was cut off' }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function malformedAnswer(exchange: Exchange): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_MALFORMED_ANSWER',
    message: `the answer to ${exchange.method} is malformed: ${exchange.malformed.join('; ')}`,
    hint: 'The finding names the rule of the specification; protocol_checks: off judges the answer all the same.',
    details: { malformed: exchange.malformed },
  });
}

import { checkExpected } from '../assertions/check.ts';
import { buildNotificationSubject, buildRawSubject, buildSubject } from '../assertions/subject.ts';
import type { Expected } from '../assertions/expected.ts';
import { isPromise } from '../assertions/maybe-promise.ts';
import type { MaybePromise } from '../assertions/maybe-promise.ts';
import type { AssertionFailure, Subject } from '../assertions/types.ts';
import type { UsedFeatures } from '../coverage/index.ts';
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
import type { TimedSignal } from './stop.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What the steps of one attempt share. */
export interface StepScope {
  readonly context: RunContext;
  readonly test: PlannedTest;
  readonly session: Session;
  /** What the tests on this server have used. */
  readonly used: UsedFeatures;
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
  let limit: TimeLimit | undefined;
  let performed: Performed;
  try {
    limit = timeLimit(step, scope);
    performed = await perform(rendered.action, limit.ms, phase, scope);
  } catch (error) {
    scope.failingAction ??= rendered.action;
    const partial = isHarnessError(error) ? (error.details?.['exchange'] as Exchange | undefined) : undefined;
    if (partial !== undefined) {
      trace.add(name, phase, partial);
      trace.keepFailing(name, phase, partial);
    }
    throw limit?.ofTest === true ? explainTimeout(error, scope) : error;
  }
  const { subject, exchange } = performed;
  trace.add(name, phase, exchange);
  scope.used.note(exchange.method, exchange.params);
  if (exchange.malformed.length > 0 && context.plan.protocolChecks !== 'off') {
    trace.keepFailing(name, phase, exchange);
    scope.failingAction ??= rendered.action;
    throw malformedAnswer(exchange);
  }
  if (step.storeAs !== undefined) stored[step.storeAs] = subject as unknown as JsonValue;
  let failed = true;
  try {
    const judged = judge(step, rendered.expected, subject, scope);
    const failures = isPromise(judged) ? await judged : judged;
    failed = failures.some((failure) => failure.severity === 'failure');
    return exchange.droppedNotifications ? [...failures, unseenNotifications(exchange)] : failures;
  } finally {
    if (failed) {
      trace.keepFailing(name, phase, exchange);
      scope.failingAction ??= rendered.action;
    }
  }
}

/** Holds what came to what is expected of it. */
function judge(
  step: PlannedStep,
  expected: Expected | undefined,
  subject: Subject,
  scope: StepScope,
): MaybePromise<readonly AssertionFailure[]> {
  const { context, test, signal, deadlineMs } = scope;
  const check = (within: AbortSignal): MaybePromise<readonly AssertionFailure[]> =>
    checkExpected(
      expected,
      subject,
      {
        suite: test.suite,
        test: test.id.slice(test.suite.length + 1),
        step: nameStep(step),
        baseDir: context.plan.baseDir,
        variables: test.variables,
        env: context.options.env,
        snapshots: context.options.snapshots,
        signal: within,
      },
      { expectError: step.expectError },
    );
  // Scripts know nothing of the test's time.
  if (expected?.custom_scripts === undefined || deadlineMs === undefined) return check(signal);
  const deadline = signalAt(deadlineMs, scope);
  return (async () => check(deadline.signal))().finally(() => deadline.release());
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
  timeoutMs: number | undefined,
  phase: ExchangeRecord['phase'],
  scope: StepScope,
): Promise<Performed> {
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
    'a raw message',
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
  const message = await inbox.take(notification, {
    signal,
    nowMs: () => context.clock.nowMs(),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
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

/** The longest that a step may take. */
interface TimeLimit {
  /** Undefined leaves it to the session. */
  readonly ms: number | undefined;
  /** It is what is left of the test's time, and no limit of the step. */
  readonly ofTest: boolean;
}

/**
 * The step's own limit or what is left of the test's, whichever is shorter.
 * @throws HarnessError PROTOCOL_TIMEOUT when nothing is left
 */
function timeLimit(step: PlannedStep, { deadlineMs, context, test }: StepScope): TimeLimit {
  if (deadlineMs === undefined) return { ms: step.timeoutMs, ofTest: false };
  const leftMs = deadlineMs - context.clock.nowMs();
  if (leftMs <= 0) {
    throw new HarnessError({
      code: 'PROTOCOL_TIMEOUT',
      message: `${usedUp(test)}: no time was left for this step`,
      hint: 'Raise timeout_override_seconds of the test.',
    });
  }
  const ofTest = step.timeoutMs === undefined || leftMs < step.timeoutMs;
  return { ms: ofTest ? leftMs : step.timeoutMs, ofTest };
}

/** Names the limit that the user set: what was left of it for one request says little. */
function explainTimeout(error: unknown, { test }: StepScope): unknown {
  if (!isHarnessError(error) || error.code !== 'PROTOCOL_TIMEOUT') return error;
  return new HarnessError({
    code: error.code,
    message: `${usedUp(test)}: ${error.message}`,
    hint: error.hint,
    details: error.details,
    cause: error,
  });
}

function usedUp({ timeoutMs = 0 }: PlannedTest): string {
  return `the test used up its ${timeoutMs / 1000} s`;
}

/** Aborted with the test, and as out of time at the deadline. */
function signalAt(deadlineMs: number, { signal, context }: StepScope): TimedSignal {
  const controller = new AbortController();
  const release = context.clock.schedule(Math.max(0, deadlineMs - context.clock.nowMs()), () =>
    controller.abort(new DOMException('the time of the test was up', 'TimeoutError')),
  );
  return { signal: AbortSignal.any([signal, controller.signal]), release };
}

function malformedAnswer(exchange: Exchange): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_MALFORMED_ANSWER',
    message: `the answer to ${exchange.method} is malformed: ${exchange.malformed.join('; ')}`,
    hint: 'The finding names the rule of the specification; protocol_checks: off judges the answer all the same.',
    details: { malformed: exchange.malformed },
  });
}

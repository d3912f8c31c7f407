import { setTimeout as wait } from 'node:timers/promises';
import { HarnessError, isHarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { toErrorObject } from '../json-rpc/envelope.ts';
import type { Exchange, RequestOptions } from '../types.ts';
import { metaOf } from './meta.ts';
import { answerAll, joined, type RoundsPort } from './rounds.ts';

/** The extension by which a call may be answered by a task; its specification is that of 2026-07-28. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** How long a client waits between polls when the server suggests nothing. */
const defaultPollMs = 1000;
const shortestPollMs = 20;
const cancelTimeoutMs = 5000;

export interface TasksPort extends RoundsPort {
  /** Judges the result that a task has brought; returns why it is none of its method. */
  judge(method: string, result: JsonObject, text: string): readonly string[];
}

/** Whether these capabilities, of a server or a client, name the extension. */
export function declaresTasks(capabilities: unknown): boolean {
  const extensions = isJsonObject(capabilities) ? capabilities['extensions'] : undefined;
  return isJsonObject(extensions) && isJsonObject(extensions[tasksExtension]);
}

/** Whether an answer is a task, and its request had said that the client can follow one. */
export function isTask({ method, params, result }: Pick<Exchange, 'method' | 'params' | 'result'>): boolean {
  return (
    method === 'tools/call' &&
    isJsonObject(result) &&
    result['resultType'] === 'task' &&
    declaresTasks(metaOf(params, 'clientCapabilities'))
  );
}

/**
 * Follows a task until it has ended and gives what the request would have been answered with: polls as often as the
 * server suggests, answers what the task asks for, and cancels it when nobody waits any more. All is one exchange, as
 * with {@link answerRounds}.
 * @throws HarnessError PROTOCOL_TIMEOUT, CANCELLED, and what ends the session
 */
export async function followTask(
  created: Exchange,
  options: RequestOptions | undefined,
  port: TasksPort,
): Promise<Exchange> {
  const { method, result } = created;
  const taskId = isJsonObject(result) ? result['taskId'] : undefined;
  if (created.malformed.length > 0 || typeof taskId !== 'string') return created;
  const timeoutMs = options?.timeoutMs ?? port.defaultTimeoutMs;
  const deadlineMs = created.startedAtMs + timeoutMs;
  const answered = new Set<string>();
  const rounds = [created];
  const end = (last: Exchange, outcome: Partial<Exchange>): Exchange => ({
    ...joined(created, last, rounds),
    method,
    result: undefined,
    ...outcome,
  });
  const ask = async (about: string, more: JsonObject, leftMs: number): Promise<Exchange> => {
    // Progress belongs to the call; a task has none.
    const exchange = await port.send(
      about,
      { taskId, ...more },
      { ...options, progress: false, timeoutMs: leftMs },
    );
    rounds.push(exchange);
    return exchange;
  };
  let last = created;
  try {
    for (;;) {
      const task = isJsonObject(last.result) ? last.result : {};
      switch (task['status']) {
        case 'completed': {
          const given = isJsonObject(task['result']) ? task['result'] : {};
          const faults = port.judge(method, { resultType: 'complete', ...given }, last.responseText ?? '');
          return end(last, { result: given, malformed: [...last.malformed, ...faults] });
        }
        case 'failed':
          return end(last, { error: toErrorObject(task['error']) });
        case 'cancelled':
          return end(last, { malformed: ['the server cancelled the task that was to bring the result'] });
        case 'input_required': {
          const fresh = freshRequests(task['inputRequests'], answered);
          const answers = answerAll(fresh, last, port);
          if (typeof answers === 'string') return end(last, { malformed: [answers] });
          if (Object.keys(fresh).length > 0) {
            for (const name of Object.keys(fresh)) answered.add(name);
            const taken = await ask('tasks/update', { inputResponses: answers }, left(last, deadlineMs));
            if (taken.error !== undefined) return end(taken, {});
          }
          break;
        }
        case 'working':
          break;
        default:
          return end(last, {
            malformed: [...last.malformed, `the status of the task is ${JSON.stringify(task['status'])}`],
          });
      }
      const pauseMs = Math.min(pollMs(task), left(rounds.at(-1) ?? last, deadlineMs));
      await wait(pauseMs, undefined, { signal: options?.signal ?? undefined });
      const leftMs = left(rounds.at(-1) ?? last, deadlineMs) - pauseMs;
      if (leftMs <= 0) throw outOfTime(end(last, {}), timeoutMs);
      const polled = await ask('tasks/get', {}, leftMs);
      if (polled.error !== undefined || polled.malformed.length > 0) {
        if (last === created && polled.error !== undefined) {
          const fault = `tasks/get of a task that was just created is answered with the error ${polled.error.code}`;
          port.findings.report('task.not-found', fault, polled.responseText);
        }
        return end(polled, {});
      }
      last = polled;
    }
  } catch (error) {
    const isAborted = options?.signal?.aborted === true;
    const isGivenUp = isAborted || (isHarnessError(error) && error.code === 'PROTOCOL_TIMEOUT');
    if (!isGivenUp) throw error;
    // Whether it can be stopped is the server's affair, and nobody waits for the answer.
    port
      .send('tasks/cancel', { taskId }, { timeoutMs: cancelTimeoutMs, progress: false })
      .catch(() => undefined);
    if (isHarnessError(error)) throw error;
    throw new HarnessError({
      code: 'CANCELLED',
      message: `${method} was cancelled`,
      details: { exchange: end(last, {}) },
    });
  }
}

function freshRequests(requests: unknown, answered: ReadonlySet<string>): JsonObject {
  const entries = isJsonObject(requests) ? Object.entries(requests) : [];
  return Object.fromEntries(entries.filter(([name]) => !answered.has(name)));
}

function pollMs({ pollIntervalMs }: JsonObject): number {
  return typeof pollIntervalMs === 'number' ? Math.max(pollIntervalMs, shortestPollMs) : defaultPollMs;
}

function left({ startedAtMs, durationMs }: Exchange, deadlineMs: number): number {
  return Math.max(1, deadlineMs - startedAtMs - durationMs);
}

function outOfTime(exchange: Exchange, timeoutMs: number): HarnessError {
  const { method } = exchange;
  return new HarnessError({
    code: 'PROTOCOL_TIMEOUT',
    message: `${method} was answered by a task, which had not ended within ${Math.round(timeoutMs)} ms`,
    details: { exchange, meanwhile: 'the task was still at work' },
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { answerRequest, type Matcher } from '../client-behaviour.ts';
import type { FindingLog } from '../findings.ts';
import { asksBack } from '../revisions/validators.ts';
import type { ClientBehaviour, Exchange, RequestOptions } from '../types.ts';

/** Rounds in which a server may ask before it counts as one that never ends. */
const mostRounds = 10;
const firstPauseMs = 20;
const longestPauseMs = 1000;

export interface RoundsPort {
  readonly behaviour: ClientBehaviour;
  readonly matches: Matcher;
  readonly findings: FindingLog;
  readonly defaultTimeoutMs: number;
  /** Sends the request again, as a request of its own. */
  send(method: string, params: JsonObject, options: RequestOptions): Promise<Exchange>;
}

/**
 * Answers a server that asks back by sending the request again with the answers and the server's state, until the
 * result proper comes; 2026-07-28, basic/patterns/mrtr. All rounds are one exchange: its time runs from the first
 * request to the last answer, as it did when a server asked by requests of its own.
 */
export async function answerRounds(
  first: Exchange,
  params: JsonObject | undefined,
  options: RequestOptions | undefined,
  port: RoundsPort,
): Promise<Exchange> {
  const deadlineMs = first.startedAtMs + (options?.timeoutMs ?? port.defaultTimeoutMs);
  const rounds = [first];
  let last = first;
  let asked = 0;
  let pauseMs = firstPauseMs;
  while (last.malformed.length === 0 && asksBack(last.result)) {
    const { inputRequests, requestState } = last.result;
    if (inputRequests === undefined) {
      // Nothing to answer: the server is at work and wants to be asked again.
      await wait(pauseMs, undefined, options?.signal === undefined ? {} : { signal: options.signal }).catch(
        () => {},
      );
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    } else {
      asked += 1;
    }
    const left =
      deadlineMs - last.startedAtMs - last.durationMs - (inputRequests === undefined ? pauseMs : 0);
    const refusal = asked > mostRounds || left <= 0 ? endless(last, rounds.length, port) : undefined;
    const answers = refusal ?? answerAll(inputRequests, last, port);
    if (typeof answers === 'string') {
      last = { ...last, malformed: [answers] };
      break;
    }
    const again: JsonObject = {
      ...withoutRound(params),
      ...(inputRequests === undefined ? {} : { inputResponses: answers }),
      ...(requestState === undefined ? {} : { requestState }),
    };
    last = await port.send(first.method, again, { ...options, timeoutMs: left });
    rounds.push(last);
  }
  return rounds.length === 1 ? last : joined(first, last, rounds);
}

/** The answers by name, or why they cannot be given. */
export function answerAll(
  inputRequests: unknown,
  { responseText }: Exchange,
  port: Pick<RoundsPort, 'behaviour' | 'matches' | 'findings'>,
): JsonObject | string {
  const answers: Record<string, JsonObject> = {};
  for (const [name, request] of Object.entries(isJsonObject(inputRequests) ? inputRequests : {})) {
    const asked = isJsonObject(request) ? request : {};
    const method = typeof asked['method'] === 'string' ? asked['method'] : 'nothing that has a name';
    const params = isJsonObject(asked['params']) ? asked['params'] : undefined;
    const answer = answerRequest(port.behaviour, port.matches, method, params);
    if (answer === undefined) {
      const fault = `the server asks for ${method}, which the client does not declare`;
      port.findings.report('capability.client-undeclared', fault, responseText);
      return fault;
    }
    // There is no way to send an error: a client that refuses does not ask again.
    if ('error' in answer) {
      return `the server asks for ${method}, which the client refuses: ${answer.error.message} (error ${answer.error.code})`;
    }
    answers[name] = answer.result;
  }
  return answers;
}

function endless({ method, responseText }: Exchange, rounds: number, port: RoundsPort): string {
  const fault = `${method} still asks for input after ${rounds} rounds`;
  port.findings.report('mrtr.endless', fault, responseText);
  return fault;
}

/** Answers and state belong to one round. */
function withoutRound(params: JsonObject | undefined): JsonObject {
  const { inputResponses: _answers, requestState: _state, ...rest } = params ?? {};
  return rest;
}

/** All rounds as one exchange. */
export function joined(first: Exchange, last: Exchange, rounds: readonly Exchange[]): Exchange {
  const dropped = rounds.reduce((sum, { droppedNotifications = 0 }) => sum + droppedNotifications, 0);
  return {
    ...last,
    params: first.params,
    requestText: first.requestText,
    startedAtMs: first.startedAtMs,
    durationMs: last.startedAtMs + last.durationMs - first.startedAtMs,
    notifications: rounds.flatMap(({ notifications }) => notifications),
    droppedNotifications: dropped,
  };
}

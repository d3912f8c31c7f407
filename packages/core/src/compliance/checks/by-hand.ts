import { isJsonObject, type JsonObject } from '../../json.ts';
import { toErrorObject } from '../../protocol/json-rpc/envelope.ts';
import type { JsonRpcErrorObject } from '../../protocol/types.ts';
import { fail, pass } from '../define.ts';
import type { CheckContext, Evidence, Verdict } from '../types.ts';
import { rawRequest, type RawRequest } from './era.ts';
import { askRaw } from './raw.ts';

/** A request that a client which keeps the rules would not send. */
interface HandMade extends Omit<RawRequest, 'id'> {
  /** Headers that differ from what the era wants; undefined leaves one out. HTTP only. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What came of a request that was made by hand. */
export interface HandAnswer {
  /** HTTP only. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly result: JsonObject | undefined;
  readonly error: JsonRpcErrorObject | undefined;
  readonly evidence: Evidence;
}

let count = 0;

/** Sends one request of the stateless era past the session's client, which would put it right. */
export async function askByHand(
  context: CheckContext,
  { headers: changed, ...request }: HandMade,
): Promise<HandAnswer> {
  count += 1;
  const { text, headers } = rawRequest(context, { ...request, id: `compliance-by-hand-${count}` });
  if (context.http === undefined) {
    const { messages, evidence } = await askRaw(context.session, text);
    return { status: undefined, headers: {}, ...answerIn(messages), evidence };
  }
  const sent = Object.entries({ ...headers, ...changed }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const answer = await context.http.send({
    method: 'POST',
    headers: Object.fromEntries(sent),
    body: text,
  });
  return {
    status: answer.status,
    headers: answer.headers,
    ...answerIn(messagesIn(answer.body)),
    evidence: answer.evidence,
  };
}

/** Whether a request was refused by that error. */
export function judgeRefusal(
  { error, result, status, evidence }: HandAnswer,
  code: number,
  what: string,
): Verdict {
  if (error?.code === code) return pass();
  const came =
    error !== undefined
      ? `the error ${error.code} instead of ${code}`
      : result !== undefined
        ? 'a result'
        : status === undefined
          ? 'nothing'
          : `HTTP ${status} without a JSON-RPC error`;
  return fail(`${what} is answered with ${came}`, evidence);
}

/** Whether a request was refused with that HTTP status. */
export function judgeStatus({ status, evidence }: HandAnswer, wanted: number, what: string): Verdict {
  return status === wanted ? pass() : fail(`${what} is answered with HTTP ${status}`, evidence);
}

function answerIn(messages: readonly JsonObject[]): Pick<HandAnswer, 'result' | 'error'> {
  const answer = messages.find((message) => message['method'] === undefined);
  const { result, error } = answer ?? {};
  return {
    result: isJsonObject(result) ? result : undefined,
    error: error === undefined ? undefined : toErrorObject(error),
  };
}

/** The messages of a body that is JSON or an event stream. */
function messagesIn(body: string): readonly JsonObject[] {
  const events = body.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length))
      .join('\n'),
  );
  return [body, ...events].flatMap((text) => {
    try {
      const value: unknown = JSON.parse(text);
      return isJsonObject(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

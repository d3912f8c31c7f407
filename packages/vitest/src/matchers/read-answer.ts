import { exchangeOf, isHarnessError, isJsonObject, type Exchange } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Subject } from '@mcp-test-harness/core/assertions';
import { harmlessText } from '../harmless-text.ts';

/** An answer as matchers see it. */
export interface Answer {
  readonly subject: Subject;
  /** Undefined for a result that came from elsewhere. */
  readonly exchange: Exchange | undefined;
}

/**
 * Waits for what `expect` was given and reads it: the promise of a call or its value, an exchange, or any result.
 * @throws what the call threw when it had no answer at all; HarnessError USAGE for what is no answer
 */
async function readAnswer(received: unknown, matcher: string): Promise<Answer> {
  const { buildSubject } = await import('@mcp-test-harness/core/assertions');
  const value = await settle(received);
  const exchange = isExchange(value) ? value : exchangeOf(value);
  if (exchange !== undefined) return { subject: buildSubject(exchange), exchange };
  if (!isJsonObject(value)) throw noAnswer(value, matcher);
  return {
    subject: buildSubject({ ...emptyExchange, result: value }),
    exchange: undefined,
  };
}

/** As {@link readAnswer}, for matchers that look into a success: an error answer fails them with and without `not`. */
export async function readSuccess(
  received: unknown,
  matcher: string,
  { toolErrors = false } = {},
): Promise<Answer> {
  const answer = await readAnswer(received, matcher);
  if (answer.subject.error !== undefined || (answer.subject.is_error && !toolErrors)) {
    const { describeAnswer } = await import('@mcp-test-harness/core/assertions');
    throw new Error(harmlessText(`expected success, but ${describeAnswer(answer.subject)}`));
  }
  return answer;
}

/** A JSON-RPC error is an answer too, though the call throws it. */
async function settle(received: unknown): Promise<unknown> {
  try {
    return await received;
  } catch (error) {
    const exchange = isHarnessError(error) ? error.details?.['exchange'] : undefined;
    if (isHarnessError(error) && error.code === 'PROTOCOL_ERROR_ANSWER' && isExchange(exchange)) {
      return exchange;
    }
    throw error;
  }
}

/** Whether a value is what `exchange` of a session gives. */
export function isExchange(value: unknown): value is Exchange {
  return (
    isJsonObject(value) &&
    typeof value['method'] === 'string' &&
    typeof value['durationMs'] === 'number' &&
    typeof value['requestText'] === 'string' &&
    Array.isArray(value['malformed'])
  );
}

const emptyExchange: Exchange = {
  id: undefined,
  method: '',
  params: undefined,
  malformed: [],
  startedAtMs: 0,
  durationMs: 0,
  notifications: [],
  requestText: '',
  responseText: undefined,
};

function noAnswer(value: unknown, matcher: string): HarnessError {
  const hint =
    typeof value === 'function'
      ? `Pass the promise that it returns: await expect(call()).${matcher}(...).`
      : `Pass what a session gives: await expect(mcp.callTool('name', {})).${matcher}(...).`;
  const what = value === null || value === undefined ? String(value) : `a ${typeof value}`;
  return new HarnessError({
    code: 'USAGE',
    message: `${matcher} looks at the answer of a server, not at ${what}. ${hint}`,
    hint,
  });
}

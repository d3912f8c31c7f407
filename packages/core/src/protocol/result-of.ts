import { HarnessError } from '../errors.ts';
import { cut } from './findings.ts';
import type { Exchange } from './types.ts';

const exchanges = new WeakMap<object, Exchange>();

/**
 * The exchange that a result of `request`, `callTool` and their kind came with, for those who want its time or its text
 * too: undefined for any other value.
 */
export function exchangeOf(result: unknown): Exchange | undefined {
  return typeof result === 'object' && result !== null ? exchanges.get(result) : undefined;
}

/**
 * The result of an answer that is one.
 * @throws HarnessError PROTOCOL_MALFORMED_ANSWER, PROTOCOL_ERROR_ANSWER
 */
export function resultOf(exchange: Exchange): unknown {
  const { error, malformed, result, method } = exchange;
  if (malformed.length > 0) {
    throw new HarnessError({
      code: 'PROTOCOL_MALFORMED_ANSWER',
      message: `the answer to ${method} is malformed: ${malformed.join('; ')}`,
      details: { malformed, exchange },
    });
  }
  if (error !== undefined) {
    throw new HarnessError({
      code: 'PROTOCOL_ERROR_ANSWER',
      message: `${method} was answered with error ${error.code}: ${cut(error.message, 500)}`,
      details: { error, exchange },
    });
  }
  if (typeof result === 'object' && result !== null) exchanges.set(result, exchange);
  return result;
}

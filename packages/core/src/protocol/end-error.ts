import { HarnessError } from '../errors.ts';
import type { EndReason } from '../transports/types.ts';
import type { Exchange } from './types.ts';

/** The error for something that the end of the channel prevented. */
export function endError(reason: EndReason, before: string, exchange?: Exchange): HarnessError {
  const words = reason.lastWords === undefined ? '' : `; its last words: ${reason.lastWords}`;
  return new HarnessError({
    code: reason.code,
    message: `${reason.what} ${before}${words}`,
    hint: reason.hint,
    details: exchange === undefined ? reason.details : { ...reason.details, exchange },
    cause: reason.cause,
  });
}

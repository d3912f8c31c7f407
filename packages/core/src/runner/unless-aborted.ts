import { HarnessError } from '../errors.ts';

/**
 * Gives up waiting when the signal is aborted; what was under way ends by itself, or with its session.
 * @throws HarnessError CANCELLED, naming `what`
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new HarnessError({ code: 'CANCELLED', message: `${what} was cut off` }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

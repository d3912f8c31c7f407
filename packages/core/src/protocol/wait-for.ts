import { HarnessError } from '../errors.ts';
import type { EndReason } from '../transports/types.ts';
import { endError } from './end-error.ts';
import type { ServerMessage } from './types.ts';

interface Source {
  onNotification(listener: (message: ServerMessage) => void): () => void;
  onEnd(listener: (reason: EndReason) => void): () => void;
}

/** Waits for the next notification of a method. */
export function waitFor(
  method: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  source: Source,
): Promise<ServerMessage> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      stopNotifications();
      stopEnd();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const fail = (code: 'PROTOCOL_TIMEOUT' | 'CANCELLED', message: string): void =>
      finish(() => reject(new HarnessError({ code, message })));
    const onAbort = (): void => fail('CANCELLED', `waiting for ${method} was cancelled`);
    const timer = setTimeout(
      () => fail('PROTOCOL_TIMEOUT', `no ${method} came within ${timeoutMs} ms`),
      timeoutMs,
    );
    const stopNotifications = source.onNotification((message) => {
      if (message.method === method) finish(() => resolve(message));
    });
    const stopEnd = source.onEnd((reason) => finish(() => reject(endError(reason, `before ${method} came`))));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}

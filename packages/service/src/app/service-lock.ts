import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import type { Clock } from '../clock/index.ts';

/** How soon a lock is asked for again that another service holds. */
const askAgainMs = 1000;

/**
 * Holds the lock that keeps a restore from replacing what this service works on. Of two services that change over, the
 * later one gets it when the earlier has gone.
 * @param until let go when it is aborted
 * @returns resolves when it is let go
 */
export async function holdServiceLock(file: string, until: AbortSignal, clock: Clock): Promise<void> {
  const released = new Promise<void>((release) => {
    if (until.aborted) release();
    until.addEventListener('abort', () => release(), { once: true });
  });
  while (!until.aborted) {
    try {
      await withLock(file, fileOperations, () => released, { patienceMs: 0 });
    } catch {
      await clock.sleep(askAgainMs, until);
    }
  }
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import { killAllServers } from '@mcp-test-harness/core/process';

/** Why the work ends before its time. */
export type StopCause = 'cancelled' | 'timeout';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ends the work in order when the job is cancelled or the time is over. The runner sends SIGINT, after 7.5 s SIGTERM and
 * after 2.5 s more SIGKILL: at the second signal everything is ended at once, and the post step reports what is there.
 */
export class Stop {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onSignal = (): void => {
    if (this.#controller.signal.aborted) {
      killAllServers();
      process.exit(1);
    }
    this.#controller.abort('cancelled' satisfies StopCause);
  };

  constructor(timeoutMs: number | undefined) {
    for (const signal of signals) process.on(signal, this.#onSignal);
    if (timeoutMs !== undefined)
      this.#timer = setTimeout(() => this.#controller.abort('timeout' satisfies StopCause), timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cause(): StopCause | undefined {
    return this.signal.aborted ? (this.signal.reason as StopCause) : undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}

export function timeoutError(timeoutMs: number): HarnessError {
  return new HarnessError({
    code: 'CANCELLED',
    message: `timeout-minutes: ${timeoutMs / 60_000} are over, and the work was not done`,
    hint: 'Run less in this job (filter, shard), or give timeout-minutes more.',
  });
}

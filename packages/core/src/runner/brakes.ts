import type { RunContext } from './run-context.ts';

/** What can end a run early, once it is armed. */
export interface Brakes {
  /** The time of the run counts no longer. */
  cancelTimer(): void;
  /** Nor does an interruption. */
  release(): void;
}

/** The two things that end a whole run early: its time, and the user. */
export function armBrakes({ plan, options, stop, clock }: RunContext): Brakes {
  const cancelTimer = clock.schedule(plan.timeoutMs, () =>
    stop.pull({ kind: 'timeout', of: 'run', limitMs: plan.timeoutMs }),
  );
  const interrupt = (): void => stop.pull({ kind: 'interrupted' });
  const { signal } = options;
  if (signal?.aborted === true) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  return { cancelTimer, release: () => signal?.removeEventListener('abort', interrupt) };
}

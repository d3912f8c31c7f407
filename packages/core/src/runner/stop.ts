import type { RunClock } from './clock.ts';
import type { ErrorInfo, SkipCause } from './result.ts';

/** Why no further test begins. `fail-fast` lets what runs finish, the others cut it off. */
export type StopCause =
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'timeout'; readonly of: string; readonly limitMs: number }
  | { readonly kind: 'fail-fast'; readonly test: string };

/** The brake of a run or of one suite; a suite's is pulled with the run's. */
export class Stop {
  #cause: StopCause | undefined;
  readonly #controller = new AbortController();
  readonly #children = new Set<Stop>();
  readonly #parent: Stop | undefined;

  constructor(parent?: Stop) {
    this.#parent = parent;
    if (parent === undefined) return;
    parent.#children.add(this);
    if (parent.cause !== undefined) this.pull(parent.cause);
  }

  /** The first cause, or undefined while tests may begin. */
  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** Aborted when running tests are to be cut off. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** An interruption or timeout overrides an earlier `fail-fast`; otherwise the first cause stays. */
  pull(cause: StopCause): void {
    if (this.#controller.signal.aborted) return;
    if (this.#cause !== undefined && cause.kind === 'fail-fast') return;
    this.#cause = cause;
    for (const child of this.#children) child.pull(cause);
    if (cause.kind !== 'fail-fast') this.#controller.abort();
  }

  /** Ends the link to the run's brake. */
  release(): void {
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
  }
}

/** A signal with a timer behind it. */
export interface TimedSignal {
  readonly signal: AbortSignal;
  /** Takes the timer back. */
  release(): void;
}

/**
 * Aborted so much later than the brake: for cleanup and teardown, which run after an interruption too, and are
 * hurried by one that comes meanwhile.
 */
export function graceAfter({ signal }: Stop, graceMs: number, clock: RunClock): TimedSignal {
  const controller = new AbortController();
  let cancelTimer: (() => void) | undefined;
  const start = (): void => {
    cancelTimer = clock.schedule(graceMs, () => controller.abort());
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return {
    signal: controller.signal,
    release() {
      cancelTimer?.();
      signal.removeEventListener('abort', start);
    },
  };
}

/** How a test is reported that did not begin. */
export function skipFor(cause: StopCause): { readonly skipCause: SkipCause; readonly skipReason: string } {
  switch (cause.kind) {
    case 'interrupted':
      return { skipCause: 'interrupted', skipReason: 'the run was interrupted' };
    case 'timeout':
      return { skipCause: 'timeout', skipReason: describeTimeout(cause) };
    case 'fail-fast':
      return { skipCause: 'fail-fast', skipReason: `fail_fast: ${cause.test} did not pass` };
  }
}

/** How a test is reported that was cut off. */
export function errorFor(cause: StopCause): ErrorInfo {
  if (cause.kind === 'timeout') {
    return {
      code: 'PROTOCOL_TIMEOUT',
      kind: 'timeout',
      message: `cut off: ${describeTimeout(cause)}`,
      hint: 'Raise the budget, or give slow requests a timeout_override_seconds of their own.',
    };
  }
  return { code: 'CANCELLED', kind: 'cancelled', message: `cut off: ${skipFor(cause).skipReason}` };
}

export function describeTimeout(cause: { readonly of: string; readonly limitMs: number }): string {
  return `the ${cause.of} used up its ${cause.limitMs / 1000} s`;
}

/** How often something may be done: `burst` times at once, and once in `everyMs` in the long run. */
export interface TokenBucket {
  /** How long to wait; 0 when it may be done now. */
  waitMs(now: number): number;
  /** It is done now. */
  take(now: number): void;
}

/** Keeps one instant instead of a count: when all that was done would have been done at the steady pace. */
export function createTokenBucket({
  burst,
  everyMs,
}: {
  readonly burst: number;
  readonly everyMs: number;
}): TokenBucket {
  let doneUntil = 0;
  return {
    waitMs: (now) => {
      // A clock that was set back must not stop everything until it has caught up.
      doneUntil = Math.min(doneUntil, now + burst * everyMs);
      return Math.max(0, doneUntil - (burst - 1) * everyMs - now);
    },
    take: (now) => {
      doneUntil = Math.max(doneUntil, now) + everyMs;
    },
  };
}

/** Time as the runner sees it; replaced in tests so that waiting needs no waiting. */
export interface RunClock {
  /** Milliseconds from a monotonic clock. */
  nowMs(): number;
  /** Milliseconds since 1970. */
  epochMs(): number;
  /** Calls back once after that time; the returned function takes it back. Must not keep the process alive. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Longest delay of a Node timer; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: RunClock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, longestDelayMs));
    return () => clearTimeout(timer);
  },
};

/** Waits; ends early, without an error, when the signal is aborted. */
export function sleep(clock: RunClock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || delayMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.schedule(delayMs, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}

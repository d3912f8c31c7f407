import type { Clock } from '../clock.ts';

/** Shorter than every deadline, longer than every wait between two attempts. */
const shortestDeadlineMs = 8000;

/** For calls that do real work, with files: waits between attempts pass at once, deadlines when the test says so. */
export function patientClock(): Clock & { expire(): void } {
  const deadlines = new Set<() => void>();
  return {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true || ms < shortestDeadlineMs) return resolve();
        const wake = (): void => {
          deadlines.delete(wake);
          resolve();
        };
        deadlines.add(wake);
        signal?.addEventListener('abort', wake);
      }),
    expire: () => {
      for (const wake of deadlines) wake();
    },
  };
}

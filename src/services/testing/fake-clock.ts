import type { Clock } from '../clock.ts';

/** A clock that jumps to the next moment at which somebody wakes, as soon as nothing else is left to do. */
export function fakeClock(): Clock {
  let now = 0;
  let isTicking = false;
  const sleepers = new Map<() => void, number>();

  const tick = (): void => {
    isTicking = false;
    const next = [...sleepers].sort(([, one], [, other]) => one - other)[0];
    if (next === undefined) return;
    const [wake, at] = next;
    now = at;
    wake();
    schedule();
  };
  const schedule = (): void => {
    if (isTicking || sleepers.size === 0) return;
    isTicking = true;
    setImmediate(tick);
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const wake = (): void => {
          sleepers.delete(wake);
          resolve();
        };
        sleepers.set(wake, now + ms);
        signal?.addEventListener('abort', wake);
        schedule();
      }),
  };
}

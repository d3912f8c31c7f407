/** What {@link runScheduled} needs to know of its items. */
export interface Schedule<T> {
  readonly capacity: number;
  readonly idOf: (item: T) => string;
  /** Ids of items that must have ended first; those that are not among the items are ignored. */
  readonly waitsFor: (item: T) => readonly string[];
  readonly run: (item: T) => Promise<void>;
}

/**
 * Runs every item once those that it waits for have ended, at most `capacity` at once, otherwise in the given order.
 * Expects no cycles. Rejects with the first rejection, once nothing runs any more.
 */
export function runScheduled<T>(items: readonly T[], schedule: Schedule<T>): Promise<void> {
  const { idOf, waitsFor } = schedule;
  const ids = new Set(items.map(idOf));
  const missing = new Map<T, number>();
  const dependents = new Map<string, T[]>();
  const ready: T[] = [];
  for (const item of items) {
    const needed = new Set(waitsFor(item).filter((id) => ids.has(id)));
    for (const id of needed) {
      const known = dependents.get(id);
      if (known === undefined) dependents.set(id, [item]);
      else known.push(item);
    }
    if (needed.size === 0) ready.push(item);
    else missing.set(item, needed.size);
  }
  return new Promise((resolve, reject) => {
    let next = 0;
    let running = 0;
    const failures: unknown[] = [];
    const start = (): void => {
      while (failures.length === 0 && running < schedule.capacity && next < ready.length) {
        const item = ready[next] as T;
        next += 1;
        running += 1;
        schedule.run(item).then(
          () => end(item),
          (reason: unknown) => {
            failures.push(reason);
            end(item);
          },
        );
      }
      if (running > 0) return;
      if (failures.length === 0) resolve();
      else reject(failures[0]);
    };
    const end = (item: T): void => {
      running -= 1;
      for (const dependent of dependents.get(idOf(item)) ?? []) {
        const left = (missing.get(dependent) ?? 1) - 1;
        missing.set(dependent, left);
        if (left === 0) ready.push(dependent);
      }
      start();
    };
    start();
  });
}

import type { Clock } from '../clock.ts';

/** Longest delay that a Node timer takes. */
const longestMs = 2 ** 31 - 1;

/** Anything that must be over by some time. */
export interface Deadline {
  readonly deadlineMs: number;
}

/**
 * One timer for all requests under way: armed for the earliest deadline ever announced, and when it goes off, for
 * the earliest of those that are left. A request that is answered in time costs no timer at all.
 */
export class DeadlineTimer<T extends Deadline> {
  readonly #now: Clock;
  readonly #active: () => Iterable<T>;
  readonly #expire: (item: T) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Infinity;

  constructor(now: Clock, active: () => Iterable<T>, expire: (item: T) => void) {
    this.#now = now;
    this.#active = active;
    this.#expire = expire;
  }

  /** Announces a deadline. */
  watch(deadlineMs: number, nowMs: number): void {
    if (deadlineMs >= this.#dueMs) return;
    this.#dueMs = deadlineMs;
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(1, Math.ceil(deadlineMs - nowMs)), longestMs);
    this.#timer = setTimeout(() => this.#sweep(), delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Infinity;
  }

  #sweep(): void {
    this.#dueMs = Infinity;
    const nowMs = this.#now();
    let earliestMs = Infinity;
    for (const item of this.#active()) {
      if (item.deadlineMs <= nowMs) this.#expire(item);
      else if (item.deadlineMs < earliestMs) earliestMs = item.deadlineMs;
    }
    this.watch(earliestMs, nowMs);
  }
}

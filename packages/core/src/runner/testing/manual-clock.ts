import type { RunClock } from '../clock.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved: what a test waits for takes no time. */
export class ManualClock implements RunClock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return Date.UTC(2026, 0, 1) + this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are still set: none once a run has ended. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, calling each timer in its turn; ends at the moment that `until` holds. */
  advance(ms: number, until: () => boolean = () => false): void {
    const target = this.#nowMs + ms;
    while (!until()) {
      const next = [...this.#timers]
        .filter(({ atMs }) => atMs <= target)
        .reduce<Timer | undefined>(
          (first, timer) => (first && first.atMs <= timer.atMs ? first : timer),
          undefined,
        );
      this.#nowMs = Math.max(this.#nowMs, next?.atMs ?? target);
      if (next === undefined) return;
      this.#timers.delete(next);
      next.callback();
    }
  }
}

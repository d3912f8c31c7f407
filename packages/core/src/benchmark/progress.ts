import type { RunClock } from '../runner/clock.ts';

/** How far a benchmark run has come. */
export interface BenchmarkProgress {
  /** `process 2 of 5`, `stage 1, pair 3 of 8`. */
  readonly phase: string;
  /** Id of the benchmark that is being measured. */
  readonly benchmark: string | undefined;
  /** 0 to 1. */
  readonly done: number;
  readonly elapsedMs: number;
  /** Estimate by what the work took so far; undefined while nothing is done yet. */
  readonly leftMs: number | undefined;
}

export type ProgressListener = (progress: BenchmarkProgress) => void;

/** Turns finished units of work into an estimate of the time left. */
export class ProgressMeter {
  readonly #clock: RunClock;
  readonly #listener: ProgressListener | undefined;
  readonly #beganMs: number;
  #total: number;
  #done = 0;

  /** @param total units of work that are expected */
  constructor(clock: RunClock, total: number, listener: ProgressListener | undefined) {
    this.#clock = clock;
    this.#total = total;
    this.#listener = listener;
    this.#beganMs = clock.nowMs();
  }

  /** More work than was expected. */
  expect(more: number): void {
    this.#total += more;
  }

  /** Tells that a unit begins. */
  begin(phase: string, benchmark?: string): void {
    const elapsedMs = this.#clock.nowMs() - this.#beganMs;
    const done = this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1;
    this.#listener?.({
      phase,
      benchmark,
      done,
      elapsedMs,
      leftMs: done > 0 ? (elapsedMs / done) * (1 - done) : undefined,
    });
  }

  finish(units = 1): void {
    this.#done += units;
  }
}

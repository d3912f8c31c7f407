import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../index.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands until somebody moves it. */
export class ManualClock implements Clock {
  #time: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: string) {
    this.#time = Date.parse(start);
  }

  readonly now = (): number => this.#time;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((done) => {
      if (signal?.aborted === true) return done();
      const sleeper: Sleeper = {
        until: this.#time + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          done();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });

  /** Wakes everybody whose time comes, in order, and lets them do what they do. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#sleepers].sort((one, other) => one.until - other.until);
      if (next === undefined || next.until > end) break;
      this.#time = Math.max(this.#time, next.until);
      next.wake();
    }
    this.#time = end;
    await settle();
  }
}

/** Lets what is ready run: until no file has been worked on for enough turns to await a few answers of a store. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await nextTurn();
    if (process.getActiveResourcesInfo().includes('FSReqPromise')) turn = 0;
  }
}

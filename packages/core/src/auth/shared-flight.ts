import { HarnessError } from '../errors.ts';

/** One piece of work for all who wait for it; it is cut off when nobody waits any more. */
export class SharedFlight {
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#done = work(this.#abort.signal);
    // It may fail when nobody waits for it any more.
    this.#done.catch(() => {});
  }

  /** @throws what the work throws; HarnessError CANCELLED when this one's signal is aborted */
  async wait(signal: AbortSignal): Promise<void> {
    const leaving = Promise.withResolvers<never>();
    const leave = (): void =>
      leaving.reject(new HarnessError({ code: 'CANCELLED', message: 'waiting for a token was cancelled' }));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting += 1;
    try {
      await Promise.race([this.#done, leaving.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#abort.abort();
    }
  }
}

import type { Call } from '../call.ts';
import type { Callable } from '../sample.ts';

interface Wake {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that passes only when nothing else is left to do, so that seconds of load take milliseconds. */
export class SimulatedTime {
  #nowMs = 0;
  #wakes: Wake[] = [];

  readonly now = (): number => this.#nowMs;

  readonly until = (atMs: number): Promise<void> =>
    atMs <= this.#nowMs
      ? Promise.resolve()
      : new Promise((wake) => {
          this.#wakes.push({ atMs, wake });
        });

  /** Runs work to its end, moving on to the next moment whenever it waits. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const watched = work.finally(() => {
      isOver = true;
    });
    // Its failure is told where it is awaited below.
    watched.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return await watched;
      const next = this.#wakes.reduce<Wake | undefined>(
        (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
        undefined,
      );
      if (next === undefined) throw new Error('the work waits for nothing that could come');
      this.#wakes = this.#wakes.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      next.wake();
    }
  }
}

/** A server that answers one request after the other, and stands still for a while now and then. */
export class SimulatedServer implements Callable {
  readonly #time: SimulatedTime;
  readonly #serviceMs: (call: number) => number;
  readonly #stall: { readonly everyMs: number; readonly lastsMs: number } | undefined;
  #freeAtMs = 0;
  #calls = 0;
  #busyMs = 0;

  constructor(
    time: SimulatedTime,
    serviceMs: number | ((call: number) => number),
    stall?: { readonly everyMs: number; readonly lastsMs: number },
  ) {
    this.#time = time;
    this.#serviceMs = typeof serviceMs === 'number' ? () => serviceMs : serviceMs;
    this.#stall = stall;
  }

  cpuTimeMs(): number {
    return this.#busyMs;
  }

  async call(): Promise<Call> {
    const sentMs = this.#time.now();
    const serviceMs = this.#serviceMs(this.#calls);
    this.#calls += 1;
    const beginMs = this.#afterStall(Math.max(sentMs, this.#freeAtMs));
    this.#freeAtMs = beginMs + serviceMs;
    await this.#time.until(this.#freeAtMs);
    this.#busyMs += serviceMs;
    return { outcome: 'ok', durationMs: this.#freeAtMs < sentMs ? 0 : this.#time.now() - sentMs };
  }

  /** It stands still at the end of each period. */
  #afterStall(atMs: number): number {
    if (this.#stall === undefined) return atMs;
    const { everyMs, lastsMs } = this.#stall;
    const since = atMs % everyMs;
    return since < everyMs - lastsMs ? atMs : atMs - since + everyMs;
  }
}

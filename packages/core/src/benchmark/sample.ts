import { CallTally } from './call.ts';
import type { Call, CallCounts } from './call.ts';

/** How long one benchmark is called in one process. */
export interface SampleBudget {
  /** Warm-up goes on this long, and for two calls at least. */
  readonly warmupMs: number;
  /** Then calls are measured for so long, ... */
  readonly measureMs: number;
  /** ... but for so many calls at least ... */
  readonly minCalls: number;
  /** ... unless that takes longer than this; and never for more calls than `maxCalls`. */
  readonly longestMs: number;
  readonly maxCalls: number;
}

/** What was measured of one benchmark in one server process. */
export interface Sample {
  /** Of the calls that were `ok`, in order, in ms. */
  readonly latenciesMs: readonly number[];
  readonly calls: CallCounts;
  /** What was wrong with the first call that was not `ok`. */
  readonly complaint: string | undefined;
  /** From the first measured call to the end of the last, in ms. */
  readonly elapsedMs: number;
  /** CPU time of the server's process tree meanwhile, in ms; undefined when it cannot be measured. */
  readonly cpuMs: number | undefined;
  /** Open-loop load only: by how much the generator itself was late, for each call, in ms. */
  readonly lagsMs?: readonly number[] | undefined;
}

/** What is called and measured: a `BenchCase`. */
export interface Callable {
  call(): Promise<Call>;
  /** CPU time of what is called, in ms; undefined when it cannot be measured. */
  cpuTimeMs(): number | undefined;
}

/** Milliseconds from a monotonic clock. */
export type Now = () => number;

/** Calls until the warm-up's time is over, `fewest` times at least; returns how often. */
export async function warmUp(bench: Callable, warmupMs: number, now: Now, fewest = 2): Promise<number> {
  const untilMs = now() + warmupMs;
  let calls = 0;
  while (calls < fewest || now() < untilMs) {
    await bench.call();
    calls += 1;
  }
  return calls;
}

/**
 * One call after the other: what a caller sees who waits for each answer. Not by tinybench: it times a function as a
 * whole, with our parsing and checking in it, ends a task at its first error, knows nothing of fresh processes, of CPU
 * time elsewhere, or of two servers in turn; nothing of it would be left.
 * @throws HarnessError as `BenchCase.call`
 */
export async function sampleSequentially(bench: Callable, budget: SampleBudget, now: Now): Promise<Sample> {
  await warmUp(bench, budget.warmupMs, now);
  const recorder = new SampleRecorder(bench, now);
  for (let calls = 0; calls < budget.maxCalls; calls += 1) {
    const elapsedMs = recorder.elapsedMs();
    if (elapsedMs >= budget.longestMs) break;
    if (elapsedMs >= budget.measureMs && calls >= budget.minCalls) break;
    const call = await bench.call();
    recorder.add(call, call.durationMs);
  }
  return recorder.finish();
}

/** Collects the calls of a sample and what the server's CPU did meanwhile. */
export class SampleRecorder {
  readonly #bench: Callable;
  readonly #now: Now;
  readonly #tally = new CallTally();
  readonly #latenciesMs: number[] = [];
  readonly #cpuBeforeMs: number | undefined;
  readonly #beganMs: number;

  constructor(bench: Callable, now: Now) {
    this.#bench = bench;
    this.#now = now;
    this.#cpuBeforeMs = bench.cpuTimeMs();
    this.#beganMs = now();
  }

  elapsedMs(): number {
    return this.#now() - this.#beganMs;
  }

  /** @param latencyMs of the call, as the kind of load defines it */
  add(call: Call, latencyMs: number): void {
    this.#tally.add(call);
    if (call.outcome === 'ok') this.#latenciesMs.push(latencyMs);
  }

  finish(lagsMs?: readonly number[]): Sample {
    const elapsedMs = this.elapsedMs();
    const cpuAfterMs = this.#bench.cpuTimeMs();
    return {
      latenciesMs: this.#latenciesMs,
      calls: this.#tally.counts,
      complaint: this.#tally.complaint,
      elapsedMs,
      cpuMs:
        cpuAfterMs === undefined || this.#cpuBeforeMs === undefined
          ? undefined
          : Math.max(0, cpuAfterMs - this.#cpuBeforeMs),
      ...(lagsMs === undefined ? {} : { lagsMs }),
    };
  }
}

import { SampleRecorder, sampleSequentially, warmUp } from './sample.ts';
import type { Callable, Now, Sample, SampleBudget } from './sample.ts';

/**
 * How calls follow each other.
 * - `sequential`: the next call when the answer of the last has come;
 * - `closed`: so many callers at once, each of which waits for its answer: finds the saturation throughput, and hides
 *   stalls, since nobody calls while everybody waits (coordinated omission; Gil Tene, "How NOT to measure latency");
 * - `open`: calls arrive at a constant rate whether or not earlier ones were answered, and latency counts from when
 *   a call was due: what users feel under load.
 */
export type Load =
  | { readonly kind: 'sequential' }
  | { readonly kind: 'closed'; readonly concurrency: number }
  | { readonly kind: 'open'; readonly ratePerSecond: number };

/**
 * Measures a benchmark under a kind of load.
 * @throws HarnessError as `BenchCase.call`
 */
export function sampleUnder(load: Load, bench: Callable, budget: SampleBudget, now: Now): Promise<Sample> {
  switch (load.kind) {
    case 'sequential':
      return sampleSequentially(bench, budget, now);
    case 'closed':
      return sampleClosedLoop(bench, load.concurrency, budget, now);
    case 'open':
      return sampleOpenLoop(bench, load.ratePerSecond, budget, now);
  }
}

/** So many callers at once, each calling as soon as it was answered. */
export async function sampleClosedLoop(
  bench: Callable,
  concurrency: number,
  budget: SampleBudget,
  now: Now,
): Promise<Sample> {
  await warmUp(bench, budget.warmupMs, now);
  const recorder = new SampleRecorder(bench, now);
  let begun = 0;
  const isOver = (): boolean => {
    const elapsedMs = recorder.elapsedMs();
    if (begun >= budget.maxCalls || elapsedMs >= budget.longestMs) return true;
    return elapsedMs >= budget.measureMs && begun >= budget.minCalls;
  };
  const caller = async (): Promise<void> => {
    while (!isOver()) {
      begun += 1;
      const call = await bench.call();
      recorder.add(call, call.durationMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return recorder.finish();
}

/** A server that answers none of so many calls is overloaded; more would only fill our memory. */
const mostInFlight = 10_000;
/** A timer is late by about a millisecond: it wakes us this much before a call is due, and we turn until then. */
const spinMs = 2;

/**
 * Calls at a constant rate. Each call's latency runs from when it was due, so that a stall of the server counts for
 * every call that it delayed. How late the generator itself was is in `lagsMs`.
 * @param until waits for a moment of `now`
 */
export async function sampleOpenLoop(
  bench: Callable,
  ratePerSecond: number,
  budget: SampleBudget,
  now: Now,
  until: (dueMs: number) => Promise<void> = (dueMs) => waitUntil(dueMs, now),
): Promise<Sample> {
  await warmUp(bench, budget.warmupMs, now);
  const recorder = new SampleRecorder(bench, now);
  const gapMs = 1000 / ratePerSecond;
  const beganMs = now();
  const lagsMs: number[] = [];
  const inFlight = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for (let calls = 0; calls < budget.maxCalls && faults.length === 0; calls += 1) {
    const dueMs = beganMs + calls * gapMs;
    const spentMs = dueMs - beganMs;
    if (spentMs >= budget.longestMs || (spentMs >= budget.measureMs && calls >= budget.minCalls)) break;
    await until(dueMs);
    if (inFlight.size >= mostInFlight) break;
    const lagMs = now() - dueMs;
    lagsMs.push(lagMs);
    const pending = bench
      .call()
      .then((call) => recorder.add(call, lagMs + call.durationMs))
      .catch((error: unknown) => void faults.push(error))
      .finally(() => inFlight.delete(pending));
    inFlight.add(pending);
  }
  await Promise.all(inFlight);
  if (faults.length > 0) throw faults[0];
  return recorder.finish(lagsMs);
}

async function waitUntil(dueMs: number, now: Now): Promise<void> {
  const restMs = dueMs - now();
  if (restMs > spinMs) await new Promise((resolve) => setTimeout(resolve, restMs - spinMs));
  while (now() < dueMs) await new Promise((resolve) => setImmediate(resolve));
}

import type { PlannedServer, PlannedTest } from '../plan/types.ts';
import type { RunContext } from '../runner/run-context.ts';
import type { Random } from '../statistics/index.ts';
import { BenchCase } from './bench-case.ts';
import { BenchServer, isGone } from './bench-servers.ts';
import { measurePair } from './blocks.ts';
import type { PairBudget, PairedSample } from './blocks.ts';

/** Both sides of a comparison. */
export interface Sides<T> {
  readonly base: T;
  readonly head: T;
}

type Side = keyof Sides<unknown>;

/** Why a benchmark could not be measured in a pair. */
export interface PairFailure {
  readonly side: Side;
  readonly reason: string;
}

/** One fresh process of either side, and what its benchmarks took. The unit of replication. */
export interface PairResult {
  /** By id of the test. */
  readonly samples: ReadonlyMap<string, PairedSample | PairFailure>;
  readonly startupMs: Sides<number | undefined>;
  readonly peakMemoryBytes: Sides<number | undefined>;
}

/** A test with what it gets in this pair. */
export interface PairTest {
  readonly test: PlannedTest;
  readonly budget: PairBudget;
}

export function isPairFailure(sample: PairedSample | PairFailure): sample is PairFailure {
  return 'reason' in sample;
}

/**
 * Starts both sides in random order and measures the tests in random order.
 * @param onTest called before each
 * @throws HarnessError when a server cannot be started at all, or we were cancelled
 */
export async function runPair(
  servers: Sides<PlannedServer>,
  tests: readonly PairTest[],
  { context, signal, random }: { context: RunContext; signal: AbortSignal; random: Random },
  onTest: (test: PlannedTest) => void,
): Promise<PairResult> {
  const base = new BenchServer(servers.base, context, signal);
  const head = new BenchServer(servers.head, context, signal);
  const samples = new Map<string, PairedSample | PairFailure>();
  try {
    for (const server of random.shuffle([base, head])) await server.open();
    for (const { test, budget } of random.shuffle(tests)) {
      onTest(test);
      samples.set(test.id, await measure(test, budget));
    }
    return {
      samples,
      startupMs: { base: base.startupMs, head: head.startupMs },
      peakMemoryBytes: { base: base.peakMemoryBytes, head: head.peakMemoryBytes },
    };
  } finally {
    await Promise.all([base.close(), head.close()]);
  }

  async function measure(test: PlannedTest, budget: PairBudget): Promise<PairedSample | PairFailure> {
    const cases: Sides<BenchCase> = {
      base: new BenchCase(test, await base.open(), context, signal),
      head: new BenchCase(test, await head.open(), context, signal),
    };
    try {
      for (const side of ['base', 'head'] as const) {
        const fault = await cases[side].setUp();
        if (fault !== undefined) return { side, reason: fault };
      }
      return await measurePair(cases, budget, random.next() < 0.5, () => context.clock.nowMs());
    } catch (error) {
      if (!isGone(error)) throw error;
      const side = cases.base.session.alive ? 'head' : 'base';
      return { side, reason: (error as Error).message };
    } finally {
      await cases.base.tearDown();
      await cases.head.tearDown();
    }
  }
}

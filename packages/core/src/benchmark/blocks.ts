import { mean, median, percentile, quantile } from '../statistics/index.ts';
import { CallTally } from './call.ts';
import type { CallCounts } from './call.ts';
import { warmUp } from './sample.ts';
import type { Callable, Now } from './sample.ts';

/** What both sides of a comparison did in one pair of processes. */
export interface PairedSample {
  readonly base: SideSample;
  readonly head: SideSample;
  /** ln(head / base), in the middle of the pairs of blocks; members that could not be measured are missing. */
  readonly logRatios: LogRatios;
  /** What the ratios are of, in ms. */
  readonly typical: Readonly<Partial<Record<CallMetric, { readonly base: number; readonly head: number }>>>;
  readonly blocks: number;
}

export interface SideSample {
  /** Of the calls that were `ok`, in ms. */
  readonly latenciesMs: readonly number[];
  readonly calls: CallCounts;
  readonly complaint: string | undefined;
  /** CPU time of the server's tree for each call, in ms. */
  readonly cpuMsPerCall: number | undefined;
}

type LogRatios = Readonly<Partial<Record<CallMetric, number>>>;

/**
 * - latency: the blocks' 25th percentiles, which neighbours on the machine disturb least;
 * - latency_mean: sees a tail that the quarter does not;
 * - latency_p95: of all calls of the pair;
 * - cpu: CPU time of the server's tree.
 */
export type CallMetric = 'latency' | 'latency_mean' | 'latency_p95' | 'cpu';

const blockMs = 5;
const fewestCalls = 4;
const mostCalls = 50;
/** Blocks of slow calls hold fewer, so that one benchmark does not take minutes. */
const longestBlockMs = 100;

/** Calls in a block of about 5 ms. @param callMs what one takes in a row of calls, our own work between them included */
export function callsPerBlock(callMs: number): number {
  if (callMs * fewestCalls > longestBlockMs) return Math.max(1, Math.floor(longestBlockMs / callMs));
  return Math.min(mostCalls, Math.max(fewestCalls, Math.round(blockMs / callMs)));
}

/** What one benchmark gets in one pair of processes, both sides together. */
export interface PairBudget {
  readonly ms: number;
  /**
   * Rounds of four blocks, even where they take longer: the middle of two pairs of blocks is what either of them says,
   * and tools of 4 to 8 ms have no more in their time.
   */
  readonly fewestRounds: number;
}

/** Slow calls get no more than this many times their time, however few rounds that is. */
const patience = 4;

/**
 * Measures one benchmark on both sides: warm-up alternately for a quarter of the budget, then rounds of blocks in the
 * order A B B A, so that what drifts during the four falls on both alike, until the budget is spent.
 * @param baseFirst which side is A
 * @throws HarnessError as `BenchCase.call`
 */
export async function measurePair(
  sides: { readonly base: Callable; readonly head: Callable },
  budget: PairBudget,
  baseFirst: boolean,
  now: Now,
): Promise<PairedSample> {
  const [a, b] = baseFirst ? [sides.base, sides.head] : [sides.head, sides.base];
  const beganMs = now();
  const warmupMs = budget.ms / 16;
  await warmUp(a, warmupMs, now, 1);
  await warmUp(b, warmupMs, now, 1);
  // Our own work between the calls is part of what a block lasts.
  const warmAtMs = now();
  const warmCalls = (await warmUp(a, warmupMs, now, 1)) + (await warmUp(b, warmupMs, now, 1));
  const calls = callsPerBlock((now() - warmAtMs) / warmCalls);
  const recorders = new Map([a, b].map((bench) => [bench, new SideRecorder(bench)]));
  const of = (bench: Callable): SideRecorder => recorders.get(bench) as SideRecorder;
  const untilMs = beganMs + budget.ms;
  const latestMs = beganMs + budget.ms * patience;
  const pairs: (readonly [a: Block, b: Block])[] = [];
  for (let round = 1; ; round += 1) {
    const first = await of(a).block(calls);
    const second = await of(b).block(calls);
    const third = await of(b).block(calls);
    const fourth = await of(a).block(calls);
    pairs.push([first, second], [fourth, third]);
    if (now() >= (round < budget.fewestRounds ? latestMs : untilMs)) break;
  }
  const [base, head] = [of(sides.base).finish(), of(sides.head).finish()];
  const ordered = baseFirst ? pairs : pairs.map(([x, y]) => [y, x] as const);
  return {
    base,
    head,
    blocks: pairs.length * 2,
    ...compareBlocks(ordered, {
      base: percentile(base.latenciesMs, 95),
      head: percentile(head.latenciesMs, 95),
    }),
  };
}

type BlockPairs = readonly (readonly [base: Block, head: Block])[];

/** The middle of each metric over the pairs of blocks, and of what they are. */
function compareBlocks(
  pairs: BlockPairs,
  p95: { readonly base: number | undefined; readonly head: number | undefined },
): Pick<PairedSample, 'logRatios' | 'typical'> {
  const logRatios: Partial<Record<CallMetric, number>> = {};
  const typical: Partial<Record<CallMetric, { base: number; head: number }>> = {};
  // Most blocks of few calls have none of a rare slow tail, so that a median over blocks would not see it.
  const values: readonly (readonly [
    CallMetric,
    (block: Block) => number | undefined,
    (values: readonly number[]) => number,
  ])[] = [
    ['latency', ({ quarterMs }) => quarterMs, median],
    ['latency_mean', ({ meanMs }) => meanMs, mean],
    ['cpu', ({ cpuMs }) => cpuMs, median],
  ];
  for (const [metric, value, centre] of values) {
    const known = pairs
      .map(([base, head]) => ({ base: value(base), head: value(head) }))
      .filter(
        (pair): pair is { base: number; head: number } => isPositive(pair.base) && isPositive(pair.head),
      );
    if (known.length === 0) continue;
    logRatios[metric] = centre(known.map(({ base, head }) => Math.log(head / base)));
    typical[metric] = {
      base: centre(known.map(({ base }) => base)),
      head: centre(known.map(({ head }) => head)),
    };
  }
  if (isPositive(p95.base) && isPositive(p95.head)) {
    logRatios.latency_p95 = Math.log(p95.head / p95.base);
    typical.latency_p95 = { base: p95.base, head: p95.head };
  }
  return { logRatios, typical };
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}

interface Block {
  /** Undefined members: no call was ok, or CPU time is not told. */
  readonly quarterMs: number | undefined;
  readonly meanMs: number | undefined;
  /** For each call. */
  readonly cpuMs: number | undefined;
}

class SideRecorder {
  readonly #bench: Callable;
  readonly #tally = new CallTally();
  readonly #latenciesMs: number[] = [];
  #cpuMs = 0;
  #cpuCalls = 0;

  constructor(bench: Callable) {
    this.#bench = bench;
  }

  async block(calls: number): Promise<Block> {
    const cpuBeforeMs = this.#bench.cpuTimeMs();
    const durationsMs: number[] = [];
    for (let count = 0; count < calls; count += 1) {
      const call = await this.#bench.call();
      this.#tally.add(call);
      if (call.outcome === 'ok') durationsMs.push(call.durationMs);
    }
    const cpuAfterMs = this.#bench.cpuTimeMs();
    this.#latenciesMs.push(...durationsMs);
    const isWhole = durationsMs.length === calls;
    let cpuMs: number | undefined;
    if (cpuBeforeMs !== undefined && cpuAfterMs !== undefined && cpuAfterMs > cpuBeforeMs) {
      cpuMs = (cpuAfterMs - cpuBeforeMs) / calls;
      this.#cpuMs += cpuAfterMs - cpuBeforeMs;
      this.#cpuCalls += calls;
    }
    if (!isWhole) return { quarterMs: undefined, meanMs: undefined, cpuMs: undefined };
    return { quarterMs: quantile(durationsMs, 0.25), meanMs: mean(durationsMs), cpuMs };
  }

  finish(): SideSample {
    return {
      latenciesMs: this.#latenciesMs,
      calls: this.#tally.counts,
      complaint: this.#tally.complaint,
      cpuMsPerCall: this.#cpuCalls > 0 ? this.#cpuMs / this.#cpuCalls : undefined,
    };
  }
}

import type { BenchResult } from './define.ts';

/** Does some work once; the number of operations it did is `operations` of the comparison. */
export type Work = () => void | Promise<void>;

/** What a block of work took, in ms, and the median of the blocks' ratios (raw time by ours). */
export interface BlockTimes {
  readonly ratio: number;
  readonly oursMs: number;
  readonly rawMs: number;
}

/** As {@link compareBlocks}, told as rates. */
export async function compareRates(
  ours: Work,
  raw: Work,
  { operations }: { readonly operations: number },
): Promise<BenchResult> {
  const { ratio, oursMs, rawMs } = await compareBlocks(ours, raw);
  const rate = (milliseconds: number): string => `${Math.round((operations / milliseconds) * 1000)}/s`;
  return { ratio, note: `ours ${rate(oursMs)}, raw ${rate(rawMs)}` };
}

/** Compares two ways of doing the same in interleaved blocks, so that a machine that is busy for a while slows both. */
export async function compareBlocks(
  ours: Work,
  raw: Work,
  { blocks = 31, warmups = 4 }: { readonly blocks?: number; readonly warmups?: number } = {},
): Promise<BlockTimes> {
  for (let block = 0; block < warmups; block += 1) {
    await ours();
    await raw();
  }
  const ratios: number[] = [];
  const ourMs: number[] = [];
  const rawMs: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    // Who goes first alternates, so that neither always profits from the other's warmth.
    const order = block % 2 === 0 ? [ours, raw] : [raw, ours];
    const times = new Map<Work, number>();
    for (const work of order) times.set(work, await time(work));
    const our = times.get(ours) ?? NaN;
    const base = times.get(raw) ?? NaN;
    ourMs.push(our);
    rawMs.push(base);
    ratios.push(base / our);
  }
  return { ratio: median(ratios), oursMs: median(ourMs), rawMs: median(rawMs) };
}

async function time(work: Work): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

import type { BenchResult } from './define.ts';

/** Does some work once; the number of operations it did is `operations` of the comparison. */
export type Work = () => Promise<void>;

/**
 * Compares two ways of doing the same in interleaved blocks, so that a machine that is busy for a while slows both.
 * The ratio is the median of the blocks' ratios.
 */
export async function compareRates(
  ours: Work,
  raw: Work,
  options: { readonly operations: number; readonly blocks?: number; readonly warmups?: number },
): Promise<BenchResult> {
  const { operations, blocks = 31, warmups = 4 } = options;
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
  const rate = (milliseconds: number): string => `${Math.round((operations / milliseconds) * 1000)}/s`;
  return {
    ratio: median(ratios),
    note: `ours ${rate(median(ourMs))}, raw ${rate(median(rawMs))}`,
  };
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

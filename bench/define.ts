/** What a bench found: how fast we are compared with the simplest program that does the same. */
export interface BenchResult {
  /** Our rate divided by the raw one (or raw time by ours): 1 is as fast, below 1 slower. */
  readonly ratio: number;
  /** The numbers behind it, for people. */
  readonly note: string;
}

/** One comparison; each `bench/*.bench.ts` default-exports one or a list. */
export interface Bench {
  readonly name: string;
  /** Below it the bench fails. */
  readonly minRatio: number;
  /** What we want. */
  readonly aim: number;
  run(): Promise<BenchResult>;
}

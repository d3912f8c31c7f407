/**
 * What became of one call of a benchmark: `ok` when all expectations of its test held; else what went wrong first.
 * A server that fails fast must never look like a fast server.
 */
export type CallOutcome = 'ok' | 'wrong-answer' | 'tool-error' | 'protocol-error' | 'timeout';

/** One execution of a test's steps. */
export interface Call {
  readonly outcome: CallOutcome;
  /** Sum over the requests of the test proper, each from its write to the last byte of its answer, in ms. */
  readonly durationMs: number;
  /** What was wrong, for people. */
  readonly complaint?: string | undefined;
}

/** Calls by what became of them. */
export type CallCounts = Readonly<Record<CallOutcome, number>>;

export const noCalls: CallCounts = {
  ok: 0,
  'wrong-answer': 0,
  'tool-error': 0,
  'protocol-error': 0,
  timeout: 0,
};

/** Counts calls and remembers what was wrong first. */
export class CallTally {
  readonly #counts: Record<CallOutcome, number> = { ...noCalls };
  #complaint: string | undefined;

  add({ outcome, complaint }: Call): void {
    this.#counts[outcome] += 1;
    this.#complaint ??= complaint;
  }

  get counts(): CallCounts {
    return { ...this.#counts };
  }

  get failed(): number {
    return failedCalls(this.#counts);
  }

  get complaint(): string | undefined {
    return this.#complaint;
  }
}

/** How many calls were not `ok`. */
export function failedCalls(counts: CallCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.ok;
}

/** Sums of two sets of counts. */
export function addCounts(a: CallCounts, b: CallCounts): CallCounts {
  const sum = { ...a };
  for (const outcome of Object.keys(sum) as CallOutcome[]) sum[outcome] += b[outcome];
  return sum;
}

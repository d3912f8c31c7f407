import type { RunCoverage } from './types.ts';

/** What {@link missesCoverage} looks at. */
export interface CoverageVerdictInput {
  readonly coverage?: RunCoverage | undefined;
  /** Part of a sharded run: the percentage is of the whole, so it is judged when the shards are merged. */
  readonly shard?: { readonly count: number } | undefined;
}

/**
 * True when the required percentage was not reached, or could not be shown to be: a list that was asked for and not
 * read may hold anything. Without a requirement nothing is missed.
 */
export function missesCoverage({ coverage, shard }: CoverageVerdictInput): boolean {
  if (coverage?.minPercent === undefined || (shard !== undefined && shard.count > 1)) return false;
  const { listed, exercised, minPercent, servers } = coverage;
  if (exercised * 100 < minPercent * listed) return true;
  return minPercent > 0 && servers.some(isUnmeasured);
}

function isUnmeasured({ notMeasured, lists }: RunCoverage['servers'][number]): boolean {
  return notMeasured !== undefined || lists.some((list) => list.notMeasured !== undefined);
}

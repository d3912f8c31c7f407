import { totalCoverage, unionCoverage } from './measure-coverage.ts';
import type { RunCoverage } from './types.ts';

/** A result that is merged with others. */
export interface CoveredPart {
  readonly coverage?: RunCoverage | undefined;
  readonly shard?: object | undefined;
  readonly plannedTests: number;
}

/** The coverage of several parts of a run together; undefined when none of them has any. */
export function mergeCoverage(parts: readonly CoveredPart[]): RunCoverage | undefined {
  const covered = parts.flatMap(({ coverage }) => (coverage === undefined ? [] : [coverage]));
  if (covered.length === 0) return undefined;
  const required = covered.flatMap(({ minPercent }) => (minPercent === undefined ? [] : [minPercent]));
  return totalCoverage(unionCoverage(covered.flatMap(({ servers }) => servers)), {
    minPercent: required.length === 0 ? undefined : Math.max(...required),
    leftOutTests: countLeftOut(parts),
  });
}

/** Shards have the same filter; parts with filters of their own may together be the whole. */
function countLeftOut(parts: readonly CoveredPart[]): number {
  const leftOut = (part: CoveredPart): number => part.coverage?.leftOutTests ?? 0;
  if (parts.some(({ shard }) => shard !== undefined)) return Math.max(...parts.map(leftOut));
  const planned = parts.reduce((sum, { plannedTests }) => sum + plannedTests, 0);
  return Math.max(0, ...parts.map((part) => part.plannedTests + leftOut(part) - planned));
}

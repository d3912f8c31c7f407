import type { BenchmarkResult } from '../benchmark/types.ts';
import type { BaselineComparison } from './compare/types.ts';

/** A benchmark run with what its baselines say of it: the one place where they change its verdict. */
export function withBaselines(
  result: BenchmarkResult,
  baselines: readonly BaselineComparison[],
): BenchmarkResult {
  const concluded = { ...result, baselines };
  if (result.exitCode !== 0) return Object.freeze(concluded);
  if (baselines.some(({ failures }) => failures.length > 0))
    return Object.freeze({ ...concluded, verdict: 'regressed', exitCode: 1 });
  if (baselines.some(({ action }) => action?.kind === 'refused'))
    return Object.freeze({ ...concluded, verdict: 'failed', exitCode: 1 });
  return Object.freeze(concluded);
}

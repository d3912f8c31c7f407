import type { BenchmarkResult } from '../benchmark/types.ts';
import { objectionOfBaselines } from '../runner/verdict.ts';
import type { BaselineComparison } from './compare/types.ts';

/** A benchmark run with what its baselines say of it: the one place where they change its verdict. */
export function withBaselines(
  result: BenchmarkResult,
  baselines: readonly BaselineComparison[],
): BenchmarkResult {
  const objection = result.exitCode === 0 ? objectionOfBaselines(baselines) : undefined;
  if (objection === undefined) return Object.freeze({ ...result, baselines });
  const verdict = objection === 'worse' ? 'regressed' : 'failed';
  return Object.freeze({ ...result, baselines, verdict, exitCode: 1 });
}

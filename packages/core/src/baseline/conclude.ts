import type { BenchmarkResult } from '../benchmark/types.ts';
import type { RunResult } from '../runner/result.ts';
import type { BaselineComparison } from './compare/types.ts';

/** A benchmark run with what its baselines say of it: with {@link testsWithBaselines} the one place where they change a verdict. */
export function withBaselines(
  result: BenchmarkResult,
  baselines: readonly BaselineComparison[],
): BenchmarkResult {
  const objection = objectionOf(baselines);
  return Object.freeze({
    ...result,
    baselines,
    ...(result.exitCode === 0 && objection !== undefined ? { verdict: objection, exitCode: 1 } : {}),
  });
}

/** A run of the tests with what its baselines say of it. */
export function testsWithBaselines(result: RunResult, baselines: readonly BaselineComparison[]): RunResult {
  const isFailed = result.exitCode === 0 && objectionOf(baselines) !== undefined;
  return Object.freeze({
    ...result,
    baselines,
    ...(isFailed ? { verdict: 'failed' as const, exitCode: 1 as const } : {}),
  });
}

/** Why a run that was green is none by its baselines. */
function objectionOf(baselines: readonly BaselineComparison[]): 'regressed' | 'failed' | undefined {
  if (baselines.some(({ failures }) => failures.length > 0)) return 'regressed';
  return baselines.some(({ action }) => action?.kind === 'refused') ? 'failed' : undefined;
}

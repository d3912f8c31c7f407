import type { ErrorInfo, RunResult } from '../runner/result.ts';
import type { Comparison, Severity } from './comparison-types.ts';
import type { BenchmarkVerdict, Measurement } from './types.ts';

/** The least regression that makes a run fail: any, or one of that severity; `never` leaves it to the reader. */
export type FailOn = 'any' | 'warning' | 'error' | 'critical' | 'never';

export const failOnLevels: readonly FailOn[] = ['any', 'warning', 'error', 'critical', 'never'];

const rank: Readonly<Record<Severity, number>> = { minor: 0, warning: 1, error: 2, critical: 3 };
const least: Readonly<Record<FailOn, number>> = {
  any: 0,
  warning: 1,
  error: 2,
  critical: 3,
  never: Infinity,
};

/** Whether a regression of that severity is one too many. */
export function fails(severity: Severity, failOn: FailOn): boolean {
  return rank[severity] >= least[failOn];
}

/** Severities by rising weight. */
export function severityRank(severity: Severity): number {
  return rank[severity];
}

/** The server could not be started or reached. */
const noServer: ReadonlySet<ErrorInfo['code']> = new Set([
  'TARGET_NOT_STARTED',
  'TARGET_NOT_READY',
  'TARGET_UNREACHABLE',
  'TARGET_EXITED',
]);

/** Whether the load generator was late, so that the latencies must not be believed. */
function isInvalid(one: Measurement): boolean {
  return (one.state === 'measured' || one.state === 'short') && one.generator?.invalid !== undefined;
}

interface Facts {
  readonly interrupted: boolean;
  readonly complete: boolean;
  readonly error: ErrorInfo | undefined;
  readonly benchmarks: readonly Measurement[];
  readonly comparison: Comparison | undefined;
  readonly failOn: FailOn;
}

/** The verdict of a benchmark run and the exit code that goes with it. */
export function concludeBenchmarks(facts: Facts): {
  readonly verdict: BenchmarkVerdict;
  readonly exitCode: RunResult['exitCode'];
} {
  const { interrupted, complete, error, benchmarks, comparison, failOn } = facts;
  if (interrupted) return { verdict: 'interrupted', exitCode: 130 };
  if (error !== undefined) return { verdict: 'errored', exitCode: noServer.has(error.code) ? 3 : 1 };
  if (benchmarks.some(({ state }) => state === 'failed')) return { verdict: 'failed', exitCode: 1 };
  // A number that nobody may believe is no success, and what it is compared with says nothing.
  if (benchmarks.some(isInvalid)) return { verdict: 'invalid', exitCode: 1 };
  const regressed = comparison?.benchmarks.some(
    ({ severity }) => severity !== undefined && fails(severity, failOn),
  );
  if (regressed === true) return { verdict: 'regressed', exitCode: 1 };
  return complete ? { verdict: 'passed', exitCode: 0 } : { verdict: 'errored', exitCode: 1 };
}

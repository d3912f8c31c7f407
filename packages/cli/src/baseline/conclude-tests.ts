import type { Plan, RunResult } from '@mcp-test-harness/core';
import type { RunBaselines } from '@mcp-test-harness/core/baseline';
import type { Io } from '../io.ts';
import { readRevision } from './author.ts';

/** A run of the tests with what its baselines say of it; writes what is to be written. */
export async function concludeTests(
  baselines: RunBaselines,
  plan: Plan,
  result: RunResult,
  options: { readonly takesContracts: boolean; readonly signal: AbortSignal },
  io: Io,
): Promise<RunResult> {
  const { isCutOff, testsWithBaselines } = await import('@mcp-test-harness/core/baseline');
  if (isCutOff({ tests: result })) return result;
  const [revision, { contracts, warnings }] = await Promise.all([
    readRevision(plan.baseDir, io),
    takeContracts(plan, options, io),
  ]);
  const comparisons = await baselines.conclude({ tests: result, contracts }, revision);
  return testsWithBaselines({ ...result, warnings: [...result.warnings, ...warnings] }, comparisons);
}

async function takeContracts(
  plan: Plan,
  { takesContracts, signal }: { readonly takesContracts: boolean; readonly signal: AbortSignal },
  io: Io,
) {
  if (!takesContracts) return { contracts: undefined, warnings: [] };
  const { takeContracts: take } = await import('@mcp-test-harness/core/contract');
  return await take(plan.servers, { env: io.env, mask: io.mask, signal });
}

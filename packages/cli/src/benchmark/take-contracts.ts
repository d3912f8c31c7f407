import type { Plan } from '@mcp-test-harness/core';
import type { Contract } from '@mcp-test-harness/core/contract';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import type { Io } from '../io.ts';

/** What each server of a plan offers its callers, secrets masked. A server that does not tell is a warning. */
export async function takeContracts(
  plan: Plan,
  io: Io,
  signal: AbortSignal,
): Promise<{ readonly contracts: ReadonlyMap<string, Contract>; readonly warnings: readonly string[] }> {
  const [{ parseContract, snapshotContract, writeContract }, { connect }, { inheritEnvironment }] =
    await Promise.all([
      import('@mcp-test-harness/core/contract'),
      import('@mcp-test-harness/core/protocol'),
      import('@mcp-test-harness/core/runner'),
    ]);
  const contracts = new Map<string, Contract>();
  const warnings: string[] = [];
  for (const { name, session: options } of plan.servers) {
    if (signal.aborted) break;
    try {
      const session = await connect({ ...inheritEnvironment(options, io.env), signal });
      try {
        const contract = await snapshotContract(session, { signal });
        contracts.set(name, await parseContract(io.mask(writeContract(contract)), name));
      } finally {
        await session.close();
      }
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      warnings.push(`the contract of ${name} is not known: ${error.message}`);
    }
  }
  return { contracts, warnings };
}

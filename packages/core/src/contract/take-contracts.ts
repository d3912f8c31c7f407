import { isHarnessError } from '../errors.ts';
import type { SessionOptions } from '../protocol/types.ts';
import { parseContract, writeContract } from './contract-file.ts';
import type { Contract } from './contract-schema.ts';
import { snapshotContract } from './snapshot-contract.ts';

export interface TakeContractOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaces secrets. */
  readonly mask?: ((text: string) => string) | undefined;
}

/** Asks a server for what it offers its callers, secrets masked. @throws HarnessError as `connect`, and as {@link snapshotContract} */
export async function takeContract(
  server: SessionOptions,
  { signal, mask = (text) => text }: TakeContractOptions = {},
): Promise<{ readonly source: string; readonly contract: Contract }> {
  const { connect } = await import('../protocol/index.ts');
  const session = await connect({ ...server, signal });
  try {
    const contract = await snapshotContract(session, { signal });
    const source = mask(session.name);
    return { source, contract: await parseContract(mask(writeContract(contract)), source) };
  } finally {
    await session.close();
  }
}

/** What each of some servers offers its callers, by name. A server that does not tell is a warning. */
export async function takeContracts(
  servers: readonly { readonly name: string; readonly session: SessionOptions }[],
  {
    env,
    ...options
  }: TakeContractOptions & {
    /** What the servers inherit. */
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<{ readonly contracts: ReadonlyMap<string, Contract>; readonly warnings: readonly string[] }> {
  const { inheritEnvironment } = await import('../runner/server-target.ts');
  const contracts = new Map<string, Contract>();
  const warnings: string[] = [];
  for (const { name, session } of servers) {
    if (options.signal?.aborted === true) break;
    try {
      const { contract } = await takeContract(inheritEnvironment(session, env), options);
      contracts.set(name, contract);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      warnings.push(`the contract of ${name} is not known: ${error.message}`);
    }
  }
  return { contracts, warnings };
}

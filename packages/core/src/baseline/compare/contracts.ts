import { compareContextCost } from '../../contract/context-cost.ts';
import { diffContracts } from '../../contract/diff-contracts.ts';
import type { Baseline, BaselineRun } from '../document-schema.ts';
import type { ContractAgainstBaseline } from './types.ts';

/** What changed of the contract of each server that the approved run and this one both know. */
export function compareContracts(
  { approved }: Baseline,
  head: BaselineRun,
): readonly ContractAgainstBaseline[] {
  return (head.contracts ?? []).flatMap(({ server, contract }) => {
    const before = approved.run.contracts?.find((one) => one.server === server)?.contract;
    if (before === undefined) return [];
    const contextCost = compareContextCost(before, contract);
    return [
      {
        server,
        changes: diffContracts(before, contract),
        ...(contextCost === undefined ? {} : { contextCost }),
      },
    ];
  });
}

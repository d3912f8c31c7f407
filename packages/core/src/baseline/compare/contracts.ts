import { compareContextCost } from '../../contract/context-cost.ts';
import { diffContracts } from '../../contract/diff-contracts.ts';
import type { Baseline, BaselineRun } from '../document-schema.ts';
import type { ContractAgainstBaseline, ChangesSince } from './types.ts';

/** What changed of the contract of each server that both sides know. */
export function compareContracts(
  baseline: Baseline,
  head: BaselineRun,
  since: ChangesSince,
): readonly ContractAgainstBaseline[] {
  const before = contractsOf(baseline, head, since);
  return (head.contracts ?? []).flatMap(({ server, contract }) => {
    const old = before.find((one) => one.server === server)?.contract;
    if (old === undefined) return [];
    const contextCost = compareContextCost(old, contract);
    return [
      {
        server,
        changes: diffContracts(old, contract),
        ...(contextCost === undefined ? {} : { contextCost }),
      },
    ];
  });
}

/** Servers of a run of which there is no contract yet to compare with. */
export function newContracts(baseline: Baseline, head: BaselineRun, since: ChangesSince): readonly string[] {
  const known = new Set(contractsOf(baseline, head, since).map(({ server }) => server));
  return (head.contracts ?? []).map(({ server }) => server).filter((server) => !known.has(server));
}

function contractsOf(
  { approved, history }: Baseline,
  head: BaselineRun,
  since: ChangesSince,
): NonNullable<BaselineRun['contracts']> {
  const newest =
    since === 'newest'
      ? history.findLast(({ id, contracts }) => id !== head.id && contracts !== undefined)
      : undefined;
  return (newest ?? approved.run).contracts ?? [];
}

import type { Contract } from './contract-schema.ts';
import { annotationRules, executionRules } from './rules/annotations.ts';
import type { ChangeRules } from './rules/define.ts';
import { comparePrompts, promptRules } from './rules/prompts.ts';
import { compareResources, resourceRules } from './rules/resources.ts';
import { schemaRules } from './rules/schemas.ts';
import { compareServers, serverRules } from './rules/server.ts';
import { compareTools, toolRules } from './rules/tools.ts';
import type { ChangeKind, ContractChange } from './types.ts';

/** Every code with its kind; one file an area. */
export const changeRules: ChangeRules = {
  ...serverRules,
  ...toolRules,
  ...schemaRules,
  ...annotationRules,
  ...executionRules,
  ...resourceRules,
  ...promptRules,
};

const areas: readonly ((before: Contract, after: Contract) => readonly ContractChange[])[] = [
  compareServers,
  compareTools,
  compareResources,
  comparePrompts,
];

/** The worst first. */
export const changeKinds: readonly ChangeKind[] = ['breaking', 'risky', 'compatible'];

/**
 * What changed between two contracts for those who call the server, the worst first. The server's version and what it
 * costs a context are not among it: see `adviseVersion` and `compareContextCost`.
 */
export function diffContracts(before: Contract, after: Contract): readonly ContractChange[] {
  const changes = areas.flatMap((compare) => compare(before, after));
  return changeKinds.flatMap((kind) => changes.filter((change) => change.kind === kind));
}

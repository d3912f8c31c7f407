/** What a server offers its callers, as a document, and what changed of it. */
export { adviseVersion } from './advise-version.ts';
export type { VersionAdvice, VersionStep } from './advise-version.ts';
export { compareContextCost } from './context-cost.ts';
export type { ContextCostChange } from './context-cost.ts';
export { parseContract, writeContract } from './contract-file.ts';
export type * from './contract-schema.ts';
export { changeKinds, changeRules, diffContracts } from './diff-contracts.ts';
export type { ChangeRule, ChangeRules } from './rules/define.ts';
export { makeContract, snapshotContract } from './snapshot-contract.ts';
export { takeContract, takeContracts, type TakeContractOptions } from './take-contracts.ts';
export type * from './types.ts';

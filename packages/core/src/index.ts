/**
 * The public API of @mcp-test-harness/core: `connect` for a conversation with one server;
 * `loadConfig` → `createPlan` → `runPlan` for whole suites. More is in the subpaths
 * (`@mcp-test-harness/core/assertions`, `/json-schema`, `/expressions`, ...).
 */
export * from './errors.ts';
export * from './json.ts';
export { exportConfig, formatError, loadConfig } from './config/index.ts';
export type * from './config/types.ts';
export { createPlan } from './plan/index.ts';
export type * from './plan/types.ts';
export { diffContracts, snapshotContract } from './contract/index.ts';
export type {
  ChangeKind,
  Contract,
  ContractChange,
  ContractPrompt,
  ContractResource,
  ContractResourceTemplate,
  ContractTool,
} from './contract/index.ts';
export { connect, exchangeOf, supportedRevisions } from './protocol/index.ts';
export type * from './protocol/types.ts';
export { createAuthorizer } from './auth/index.ts';
export type * from './auth/types.ts';
export type * from './process/types.ts';
export type * from './assertions/types.ts';
export type * from './coverage/types.ts';
export * from './runner/index.ts';

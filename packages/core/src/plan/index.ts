/** Turns a configuration into everything a run will do. */
export { parseArgsStringToArgv as splitCommandLine } from 'string-argv';
export { createPlan } from './create-plan.ts';
export { expandRevisions } from './expand-revisions.ts';
export { filterPlan } from './filter-plan.ts';
export { planServers } from './plan-servers.ts';
export { isProtocolMethod } from './protocol-methods.ts';
export type * from './types.ts';

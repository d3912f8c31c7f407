export { harnessClientInfo } from './client-info.ts';
export { connect } from './connect.ts';
export { exchangeOf } from './result-of.ts';
export { newestRevision } from './revisions/index.ts';
export { rules as protocolRules, type RuleId } from './rules.ts';
export { supportedRevisions } from './types.ts';
export type * from './types.ts';

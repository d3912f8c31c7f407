/** Judges a server by the requirements of the specification. */
export { findCallableTools } from './callable-tools.ts';
export { defineCheck } from './define.ts';
export { parseExpectedFailures, readExpectedFailures } from './expected-failures.ts';
export { findProfile, hashOf, newestProfile, profiles, type Profile } from './profiles.ts';
export { checks } from './registry.ts';
export { runCompliance } from './run-compliance.ts';
export type { ComplianceOptions, ComplianceStart } from './run-compliance.ts';
export { specUrl, toRequirement } from './requirement.ts';
export { toRunResult, type RunResultOptions } from './to-run-result.ts';
export { areaOf, concludeCompliance, scoreOf, totalsOf, type ComplianceVerdict } from './totals.ts';
export type * from './types.ts';

/** Judges a server by the requirements of the specification. */
export { defineCheck } from './define.ts';
export { checks } from './registry.ts';
export { runCompliance } from './run-compliance.ts';
export type { ComplianceOptions } from './run-compliance.ts';
export { scoreOf, totalsOf } from './totals.ts';
export type * from './types.ts';

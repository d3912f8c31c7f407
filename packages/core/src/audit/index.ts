/** Judges what a server says about itself: for models that read it, and for the people who trust them. */
export { auditServer, isSound } from './audit-server.ts';
export type { AuditOptions, AuditResult } from './audit-server.ts';
export { measureContextCost } from './context-cost.ts';
export { defineRule } from './define.ts';
export { fuzzFaults, fuzzTools } from './fuzz/fuzz-tools.ts';
export type { FuzzFailure, FuzzFault, FuzzOptions, FuzzResult } from './fuzz/fuzz-tools.ts';
export { lintDefinitions } from './lint.ts';
export type { LintOptions } from './lint.ts';
export { readDefinitions } from './read-definitions.ts';
export type { ReadDefinitions } from './read-definitions.ts';
export { rules } from './registry.ts';
export type * from './types.ts';

import type { AuditRule } from './types.ts';

/** Declares a lint rule. */
export function defineRule(rule: AuditRule): AuditRule {
  return rule;
}

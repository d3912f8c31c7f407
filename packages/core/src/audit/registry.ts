import descriptions from './rules/descriptions.ts';
import hiddenText from './rules/hidden-text.ts';
import names from './rules/names.ts';
import schemas from './rules/schemas.ts';
import secrets from './rules/secrets.ts';
import type { AuditRule } from './types.ts';

/** All lint rules, what may do harm first. */
export const rules: readonly AuditRule[] = [...hiddenText, ...secrets, ...descriptions, ...names, ...schemas];

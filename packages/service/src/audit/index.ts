/** Who did what: a log in which every change is found. */
export { openAuditLog, type AuditLog, type AuditLogOptions } from './audit-log.ts';
export { audited } from './audited.ts';
export type { ChainPoint } from './chain.ts';
export type { AuditActor, AuditEvent } from './event.ts';
export { findParts, headOf, lockOf } from './files.ts';
export { createAuditKey, loadAuditKey } from './key.ts';
export { readAuditEntries, type AuditEntry } from './read-log.ts';
export { verifyAuditLog, type AuditVerdict, type VerifyOptions } from './verify.ts';
export { verifyWholeLog } from './verify-log.ts';

/** Who may do what: roles, users, API keys, client certificates. */
export { createApiKey, digestApiKey, hashApiKey, type NewApiKey } from './api-key.ts';
export { authenticate, authorise } from './authenticate.ts';
export type { Authentication, Credentials, Principal, RefusalReason } from './authenticate.ts';
export type { CertificateSubject } from './certificate-names.ts';
export { guard, type Decision } from './guard.ts';
export { loadPolicy, openPolicy, type PolicyHolder, type PolicyReload } from './load-policy.ts';
export { expandGrant, grants, permissions, permissionTable } from './permissions.ts';
export type { Permission, Resource } from './permissions.ts';
export type { Policy, StoredKey, User } from './policy.ts';

/** Who may do what: roles, users, API keys. */
export { expandGrant, grants, permissions, permissionTable } from './permissions.ts';
export type { Permission, Resource } from './permissions.ts';

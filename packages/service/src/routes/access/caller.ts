import type { AuditActor } from '../../audit/index.ts';
import type { Permission, Principal, User } from '../../auth/index.ts';

/** One whose request goes on, and what they may do. */
export interface Caller {
  /** For the audit log, and for who asked for a run. */
  readonly actor: AuditActor;
  readonly may: (permission: Permission) => boolean;
  /** Who shares a rate limit. */
  readonly limitKey: string;
}

/** Without RBAC everybody may do everything; such a listener is there for its own machine only. */
export function anybody(address: string): Caller {
  return { actor: { via: 'no-rbac', address }, may: () => true, limitKey: `address ${address}` };
}

export function callerOf(principal: Principal, address: string): Caller {
  const { username, role, via, keyId, certificate, permissions } = principal;
  return {
    actor: { username, role, via, keyId, certificate, address },
    may: (permission) => permissions.has(permission),
    limitKey: `user ${username}`,
  };
}

/** One who signed in to the dashboard. */
export function visitorOf(
  { username, role, permissions }: User,
  keyId: string | undefined,
  address: string,
): Caller {
  return {
    actor: { username, role, via: 'dashboard', keyId, address },
    may: (permission) => permissions.has(permission),
    limitKey: `user ${username}`,
  };
}

import type { FastifyRequest } from 'fastify';
import type { TLSSocket } from 'node:tls';
import type { AuditActor } from '../../audit/index.ts';
import { guard, type CertificateSubject, type Permission, type PolicyHolder } from '../../auth/index.ts';
import { HttpError } from '../listener/problem.ts';
import type { AuditTrail } from './audit-trail.ts';
import { anybody, callerOf, type Caller } from './caller.ts';
import { isCrossSite } from './cross-site.ts';
import type { Limits } from './limits.ts';
import { isLocalRequest } from './local.ts';

export interface GateSettings {
  /** Undefined: RBAC is off. */
  readonly policy: PolicyHolder | undefined;
  readonly trail: AuditTrail;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Decides whether a request goes on. Every refusal but those of the rate limit is in the audit log. */
export interface Gate {
  /**
   * Who sends this, by key or client certificate, and that they may do it.
   * @throws HttpError 401, 403, 429; IO_WRITE when the refusal cannot be logged
   */
  readonly admit: (request: FastifyRequest, permission: Permission) => Promise<Caller>;
  /** The second half of that, for one who was recognised in another way. */
  readonly requirePermission: (
    request: FastifyRequest,
    caller: Caller,
    permission: Permission,
  ) => Promise<void>;
  /** What everybody may ask for. */
  readonly admitAnybody: (request: FastifyRequest) => Promise<void>;
  /** Without RBAC only this machine is served, and no page of another site changes anything. */
  readonly refuseForeign: (request: FastifyRequest) => Promise<void>;
  readonly refuse: (request: FastifyRequest, refusal: Refusal) => Promise<never>;
}

interface Refusal {
  readonly status: 401 | 403;
  /** What was wanted. */
  readonly action: string;
  /** For the log. */
  readonly reason: string;
  /** For the client. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly actor?: Partial<AuditActor> | undefined;
}

const foreignMessages = {
  'not-local': 'without RBAC only this machine is served',
  'cross-site': 'a page of another site cannot change anything here',
} as const;

export function createGate({ policy, trail, limits, now }: GateSettings): Gate {
  const refuse: Gate['refuse'] = async (request, refusal) => {
    const { status, action, reason, message, hint, headers, actor } = refusal;
    // First: who is beyond the limit fills no log either.
    await limits.countRefusal(request);
    await trail.denied({
      action,
      actor: { via: 'api', address: request.ip, ...actor },
      target: nameRoute(request),
      detail: { reason },
    });
    throw new HttpError(status, message, { hint, headers });
  };

  const refuseForeign: Gate['refuseForeign'] = async (request) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    const isLocal = isLocalRequest({
      remoteAddress: request.socket.remoteAddress,
      headers: request.headers,
    });
    const reason =
      policy === undefined && !isLocal
        ? 'not-local'
        : changes && isCrossSite(request.headers)
          ? 'cross-site'
          : undefined;
    if (reason === undefined) return;
    await refuse(request, {
      status: 403,
      action: 'request:foreign',
      reason,
      message: foreignMessages[reason],
    });
  };

  const requirePermission: Gate['requirePermission'] = async (request, caller, permission) => {
    await limits.count(request, caller.limitKey);
    if (caller.may(permission)) return;
    const { actor } = caller;
    await trail.denied({ action: permission, actor, target: nameRoute(request) });
    throw new HttpError(403, `the role ${actor.role ?? ''} lacks the permission ${permission}`);
  };

  const admit: Gate['admit'] = async (request, permission) => {
    await refuseForeign(request);
    if (policy === undefined) {
      const caller = anybody(request.ip);
      await limits.count(request, caller.limitKey);
      return caller;
    }
    const credentials = { headers: request.headers, certificate: certificateOf(request) };
    const decision = guard(policy.current, credentials, permission, now());
    if (decision.status === 401) {
      const { status, reason, keyId, certificate, message, headers } = decision;
      return await refuse(request, {
        status,
        action: permission,
        reason,
        message,
        hint: 'Send Authorization: Bearer KEY; `mcp-test-harness rbac create-key` makes one.',
        headers,
        actor: { keyId, certificate },
      });
    }
    const caller = callerOf(decision.principal, request.ip);
    await requirePermission(request, caller, permission);
    return caller;
  };

  return {
    admit,
    requirePermission,
    admitAnybody: (request) => limits.count(request, `address ${request.ip}`),
    refuseForeign,
    refuse,
  };
}

/** The client's certificate, when the handshake has found it to be of the authority for clients. */
export function certificateOf(request: FastifyRequest): CertificateSubject | undefined {
  const socket = request.socket as TLSSocket;
  return socket.authorized ? socket.getPeerCertificate() : undefined;
}

/** The pattern of the path: what a client writes into a path is not for the log. */
function nameRoute(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? ''}`;
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import type { FastifyInstance } from 'fastify';
import { createAuditTrail } from './access/audit-trail.ts';
import { createGate } from './access/gate.ts';
import { createLimits } from './access/limits.ts';
import { isLoopback } from './access/local.ts';
import { registerApi } from './api/register-routes.ts';
import { registerDashboard } from './dashboard/register-dashboard.ts';
import type { ServiceContext } from './define.ts';
import { createListener, type ListenerTls } from './listener/create-listener.ts';

export interface ApiListenerOptions {
  readonly tls?: ListenerTls | undefined;
  /** How many requests of an address may be refused in a minute before they are no longer judged. */
  readonly refusalsPerMinute?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/**
 * The API below `/api/v1`, and the dashboard.
 * @throws HarnessError CONFIG_INVALID for one without RBAC that others than this machine could reach
 */
export async function createApiListener(
  context: ServiceContext,
  { tls, refusalsPerMinute = 30, now = Date.now }: ApiListenerOptions = {},
): Promise<FastifyInstance> {
  const { api } = context.settings().security;
  const host = api?.host ?? '127.0.0.1';
  if (context.policy === undefined && !isLoopback(host)) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `security.api.host: without RBAC everybody who reaches ${host} could do everything`,
      hint: 'Set security.rbac.enabled: true, or security.api.host: 127.0.0.1.',
    });
  }
  const app = createListener({
    name: 'api',
    log: context.log,
    tls,
    trustedProxies: api?.trustedProxies,
  });
  const limits = await createLimits(app, {
    requestsPerMinute: () => context.settings().security.api?.requestsPerMinute ?? 600,
    refusalsPerMinute,
  });
  const trail = createAuditTrail(context.audit);
  const gate = createGate({ policy: context.policy, trail, limits, now });
  registerApi(app, { context, gate, trail, now });
  if (api?.dashboard === true) await registerDashboard(app, { context, gate, trail, limits, now });
  return app;
}

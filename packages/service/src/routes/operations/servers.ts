/** Servers under test, and whether they are up. */
import type { ServerHealth } from '../../store/index.ts';
import type { ServiceContext } from '../define.ts';
import { configuredName } from './suites.ts';

export interface ServerStanding {
  readonly server: string;
  /** `unwatched`: its health check is switched off. */
  readonly state: ServerHealth['state'] | 'unwatched';
  readonly suites: readonly string[];
  /** Undefined before its first probe. */
  readonly health: ServerHealth | undefined;
}

/** The servers of the configuration, in its order. */
export async function listServers({ store, settings }: ServiceContext): Promise<readonly ServerStanding[]> {
  const { plan, healthChecks } = settings();
  const known = new Map((await store.serverHealth.list()).map((health) => [health.server, health]));
  const names = new Set([...plan.servers.map(({ configuredName: name }) => name), ...healthChecks.keys()]);
  return [...names].map((server) => {
    const health = healthChecks.has(server) ? known.get(server) : undefined;
    return {
      server,
      state: healthChecks.has(server) ? (health?.state ?? 'unknown') : 'unwatched',
      suites: plan.suites
        .filter((suite) => configuredName(plan, suite.server) === server)
        .map(({ name }) => name),
      health,
    };
  });
}

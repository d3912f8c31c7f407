import type { ServiceSettings } from '../settings/define.ts';
import { failed, passed, skipped, type Check, type Finding } from './define.ts';
import { get } from './http.ts';

/** Where a listener of the service is asked from the same machine. */
function localUrl(settings: ServiceSettings, port: number): string {
  const { host } = settings.service;
  const reachable = host === '0.0.0.0' || host === '' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * The service is alive and ready.
 * @param isExpected a service that does not run is a failure
 */
export function checkService(settings: ServiceSettings, isExpected: boolean, timeoutMs: number): Check {
  const { enabled, healthPort } = settings.monitoring;
  return {
    name: 'service',
    timeoutMs,
    run: async (signal) => {
      if (!enabled) return skipped('monitoring.enabled is false: the service has no health listener');
      const url = localUrl(settings, healthPort);
      const where = new URL(url).host;
      let alive: number;
      try {
        alive = (await get(`${url}/health`, signal)).status;
      } catch (error) {
        if (!isRefused(error)) throw error;
        const said = `nothing listens on ${where}`;
        return isExpected ? failed(said, 'Start it: systemctl start mcp-test-harness.') : skipped(said);
      }
      return judge(where, alive, (await get(`${url}/ready`, signal)).status);
    },
  };
}

function judge(where: string, alive: number, ready: number): Finding {
  const said = `${where} answers /health with ${alive}, /ready with ${ready}`;
  return alive === 200 && ready === 200
    ? passed(said)
    : failed(said, 'It starts, ends, or cannot reach its store: look at its log.');
}

function isRefused(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ECONNREFUSED';
}

/** A service that answers on its health port, in words; undefined when none does. For who must not work beside it. */
export async function findRunningService(settings: ServiceSettings): Promise<string | undefined> {
  if (!settings.monitoring.enabled || settings.monitoring.healthPort === 0) return undefined;
  const url = localUrl(settings, settings.monitoring.healthPort);
  try {
    await get(`${url}/health`, AbortSignal.timeout(2000));
    return `something answers on ${new URL(url).host}/health`;
  } catch (error) {
    return isRefused(error) ? undefined : `something listens on ${new URL(url).host}`;
  }
}

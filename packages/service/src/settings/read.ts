import type { LoadedConfig, Plan } from '@mcp-test-harness/core';
import { readBaselineSettings } from '@mcp-test-harness/core/baseline';
import { passwordsIn } from '@mcp-test-harness/core/config';
import { HarnessErrorList, type HarnessError } from '@mcp-test-harness/core/errors';
import { planServers } from '@mcp-test-harness/core/plan';
import { dirname, join } from 'node:path';
import { dayMs, secondMs } from './units.ts';
import type { HealthCheckSettings, ServiceSettings } from './define.ts';
import { readDistribution } from './read-distribution.ts';
import { readAlerts, readMonitoring } from './read-monitoring.ts';
import { readSchedules } from './read-schedules.ts';
import { readSecurity, secretVariables } from './read-security.ts';

const defaultDataDir = '/var/lib/mcp-test-harness';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a configuration says of the service. Nothing is looked at but the values themselves: whether directories can be
 * written, and files are in order, `prepareDirectories` and `checkServiceFiles` tell.
 * @param env `DATABASE_URL` wins over `service.database_url`
 * @throws HarnessErrorList with every fault
 */
export function readServiceSettings(loaded: LoadedConfig, plan: Plan, env: Env = {}): ServiceSettings {
  const { config } = loaded;
  const errors: HarnessError[] = [];
  const schedules = readSchedules(loaded, errors);
  throwAll(errors);
  const { service, performance, reporting } = config;
  const dataDir = service.data_dir ?? defaultDataDir;
  const databaseUrl = env['DATABASE_URL'] === '' ? undefined : env['DATABASE_URL'];
  return {
    file: loaded.file,
    environment: loaded.environment,
    logLevel: config.global.log_level,
    service: {
      host: service.host,
      dataDir,
      concurrency: service.max_concurrent_runs,
      drainMs: service.drain_seconds * secondMs,
      databaseUrl: databaseUrl ?? service.database_url,
      runRetentionMs: service.run_retention_days * dayMs,
      publicUrl: service.public_url?.replace(/\/+$/, ''),
    },
    schedules,
    monitoring: readMonitoring(config.monitoring),
    alerts: readAlerts(config.monitoring.alerts),
    distribution: readDistribution(reporting.distribution, service.timezone),
    security: readSecurity(config.security, service.host),
    reporting: {
      outputDir: reporting.output_dir ?? join(dataDir, 'reports'),
      formats: reporting.formats.length === 0 ? ['html', 'json'] : reporting.formats,
      retentionMs: reporting.retention_days === undefined ? undefined : reporting.retention_days * dayMs,
    },
    healthChecks: readHealthChecks(loaded),
    baselineDir: performance.baseline_storage_path ?? join(dataDir, 'baselines'),
    failOn: readBaselineSettings(performance, dirname(loaded.file)).policy,
    plan: withWatchedServers(plan, loaded),
    secrets: collectSecrets(loaded, env),
  };
}

function readHealthChecks(loaded: LoadedConfig): ReadonlyMap<string, HealthCheckSettings> {
  const checks = new Map<string, HealthCheckSettings>();
  for (const [name, server] of serversOf(loaded)) {
    const { health_check: check } = server;
    if (check?.enabled !== true || !canBeReached(server)) continue;
    checks.set(name, {
      intervalMs: check.interval_seconds * secondMs,
      failureThreshold: check.failure_threshold,
      timeoutMs: check.timeout_seconds * secondMs,
      recoveryTimeoutMs: check.recovery_timeout_seconds * secondMs,
    });
  }
  return checks;
}

/** A server may be watched although no suite runs on it. */
function withWatchedServers(plan: Plan, loaded: LoadedConfig): Plan {
  const planned = new Set(plan.servers.map(({ configuredName }) => configuredName));
  const missing = [...readHealthChecks(loaded).keys()].filter((name) => !planned.has(name));
  if (missing.length === 0) return plan;
  const { config } = loaded;
  const reachable = Object.entries(config.servers ?? {}).filter(([, server]) => canBeReached(server));
  const more = planServers({
    ...loaded,
    config: {
      ...config,
      ...(config.servers === undefined ? {} : { servers: Object.fromEntries(reachable) }),
    },
  }).filter(({ configuredName }) => missing.includes(configuredName));
  return { ...plan, servers: [...plan.servers, ...more] };
}

type Server = NonNullable<LoadedConfig['config']['server']>;

function serversOf({ config }: LoadedConfig): readonly (readonly [name: string, server: Server])[] {
  return [
    ...(config.server === undefined ? [] : [['server', config.server] as const]),
    ...Object.entries(config.servers ?? {}),
  ];
}

/** A file of settings only may have a server that nothing is said of. */
function canBeReached({ command, url }: Server): boolean {
  return command !== undefined || url !== undefined;
}

/** Those of the configuration, and of variables that the service reads itself. */
function collectSecrets(loaded: LoadedConfig, env: Env): readonly string[] {
  const secrets = new Set(loaded.secrets);
  for (const name of ['DATABASE_URL', ...secretVariables(loaded.config.security)]) {
    const value = env[name];
    if (value === undefined || value.length < 4) continue;
    for (const secret of [value, ...passwordsIn(value)]) secrets.add(secret);
  }
  return [...secrets].toSorted((a, b) => b.length - a.length);
}

function throwAll(errors: readonly HarnessError[]): void {
  const [first, ...rest] = errors;
  if (first !== undefined) throw new HarnessErrorList([first, ...rest]);
}

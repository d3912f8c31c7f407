import type { ServiceSettings } from '../settings/define.ts';

/** Keys that a running service cannot change, with how to see that they were. */
const fixed: readonly (readonly [key: string, (settings: ServiceSettings) => unknown])[] = [
  ['service.host', ({ service }) => service.host],
  ['service.data_dir', ({ service }) => service.dataDir],
  ['service.database_url', ({ service }) => service.databaseUrl],
  ['service.max_concurrent_runs', ({ service }) => service.concurrency],
  ['monitoring.enabled', ({ monitoring }) => monitoring.enabled],
  ['monitoring.metrics_port', ({ monitoring }) => monitoring.metricsPort],
  ['monitoring.health_check_port', ({ monitoring }) => monitoring.healthPort],
  ['monitoring.compat_names', ({ monitoring }) => monitoring.compatNames],
  ['security.api', ({ security }) => security.api],
  ['security.rbac', ({ security }) => security.rbacFile],
  ['security.audit_log_path', ({ security }) => security.audit],
  ['security.data_protection', ({ security }) => security.encryption],
];

/** The keys that differ and hold only after a restart. */
export function needsRestart(before: ServiceSettings, after: ServiceSettings): readonly string[] {
  return fixed
    .filter(([, read]) => JSON.stringify(read(before)) !== JSON.stringify(read(after)))
    .map(([key]) => key);
}

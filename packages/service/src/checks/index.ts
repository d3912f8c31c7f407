/** Whether everything that a service needs is there and well, and what to do where it is not. */
import type { ServiceSettings } from '../settings/define.ts';
import type { Environment } from '../backup/index.ts';
import type { Check } from './define.ts';
import type { DiskSpace } from './disk.ts';
import { checkRemote } from './remote.ts';
import { checkServer } from './servers.ts';
import { checkService } from './service.ts';
import { checkStored } from './stored.ts';

export { checklist, type ChecklistOptions } from './checklist.ts';
export type { Check, CheckResult } from './define.ts';
export { endpointsOf, type Endpoint } from './endpoints.ts';
export { probe, type ProbeResult, type ProbeVerdict } from './probe.ts';
export { runChecks } from './run-checks.ts';
export { findRunningService } from './service.ts';
export { fetchStats, type ServiceStats, type StatsRequest } from './stats.ts';
export { readStamp, writeStamp, type Stamp, type StampName } from './stamps.ts';

export interface ChecksOptions {
  readonly settings: ServiceSettings;
  readonly env: Environment;
  readonly backupDirectory: string;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Is told every token that is got on the way. */
  readonly onSecret: (secret: string) => void;
  readonly diskSpace?: ((directory: string) => Promise<DiskSpace>) | undefined;
}

/** The service, when it runs, and every server under test. */
export function quickChecks(options: ChecksOptions): readonly Check[] {
  return [checkService(options.settings, false, options.timeoutMs), ...serverChecks(options)];
}

/** Everything. A service that should run and does not is a failure here. */
export function comprehensiveChecks(options: ChecksOptions): readonly Check[] {
  return [
    checkService(options.settings, true, options.timeoutMs),
    ...serverChecks(options),
    ...checkStored(options),
    ...checkRemote(options.settings, options),
  ];
}

/** A server with limits of its own in some suite is started once. */
function serverChecks(options: ChecksOptions): readonly Check[] {
  const servers = new Map(options.settings.plan.servers.map((server) => [server.configuredName, server]));
  return [...servers.values()].map((server) =>
    checkServer({ ...server, name: server.configuredName }, options),
  );
}

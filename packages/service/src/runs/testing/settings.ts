import type { Plan } from '@mcp-test-harness/core';
import { defaultPolicy } from '@mcp-test-harness/core/baseline';
import { loadConfig } from '@mcp-test-harness/core/config';
import { createPlan } from '@mcp-test-harness/core/plan';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceSettings } from '../../settings/define.ts';

/** The plan of a configuration, written into a folder as JSON, which is YAML. */
export async function planOf(
  folder: string,
  config: object,
  env: Readonly<Record<string, string>> = {},
): Promise<Plan> {
  const file = join(folder, 'mcp-test-harness.yaml');
  writeFileSync(file, JSON.stringify(config));
  return createPlan(await loadConfig({ file, env }));
}

/** Settings of a service that keeps everything in one folder. */
export function settingsIn(folder: string, plan: Plan, more: Partial<ServiceSettings> = {}): ServiceSettings {
  const day = 86_400_000;
  const email = undefined;
  return {
    file: join(folder, 'mcp-test-harness.yaml'),
    environment: undefined,
    logLevel: 'info',
    service: {
      host: '127.0.0.1',
      dataDir: join(folder, 'data'),
      concurrency: 2,
      drainMs: 1000,
      databaseUrl: undefined,
      runRetentionMs: 365 * day,
      publicUrl: undefined,
    },
    schedules: [],
    monitoring: {
      enabled: false,
      metricsPort: 0,
      healthPort: 0,
      windowMs: 300_000,
      compatNames: true,
      prometheus: {
        enabled: false,
        endpoint: undefined,
        pushGateway: undefined,
        jobName: 'mcp-test-harness',
      },
    },
    alerts: {
      performanceRegressionPercent: 30,
      errorRatePercent: 5,
      successRatePercent: 95,
      responseTimeMs: 10_000,
    },
    distribution: { email, slack: undefined, webhooks: [], summaryAtMinutes: 480, timezone: 'UTC' },
    security: { api: undefined, rbacFile: undefined, audit: undefined, encryption: undefined },
    reporting: { outputDir: join(folder, 'reports'), formats: ['json'], retentionMs: 90 * day },
    healthChecks: new Map(),
    baselineDir: join(folder, 'baselines'),
    failOn: defaultPolicy,
    plan,
    secrets: [],
    ...more,
  };
}

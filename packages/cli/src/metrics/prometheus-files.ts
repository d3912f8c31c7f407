import type { LoadedConfig } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { RuleSettings } from '@mcp-test-harness/service/metrics';

type Config = LoadedConfig['config'];

/** What a configuration does not say of where things are. */
interface Places {
  readonly host?: string | undefined;
  readonly alertmanager?: string | undefined;
  readonly 'rules-file'?: string | undefined;
}

const usualHost = 'mcp-test-harness';

/** A `prometheus.yml` for the service of this configuration. */
export async function renderPrometheus({ monitoring }: Config, places: Places): Promise<string> {
  for (const key of ['metrics_port', 'health_check_port'] as const) {
    if (monitoring[key] !== 0) continue;
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `monitoring.${key} is 0, any free port: Prometheus cannot know which one`,
      hint: 'Name a port.',
    });
  }
  const { renderScrapeConfig } = await import('@mcp-test-harness/service/metrics');
  const { host = usualHost, alertmanager = 'alertmanager:9093' } = places;
  return await renderScrapeConfig({
    jobName: monitoring.prometheus.job_name,
    metricsTarget: `${host}:${monitoring.metrics_port}`,
    healthTarget: `${host}:${monitoring.health_check_port}`,
    alertmanager,
    rulesFile: places['rules-file'] ?? 'mcp-test-harness-rules.yml',
  });
}

/** Prometheus and the service have the same port by default, which on one host only one of them can have. */
export function warnOfSharedPort({ monitoring }: Config, { host = usualHost }: Places): string | undefined {
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
  if (monitoring.metrics_port !== 9090 || !isHere) return undefined;
  return `${host}:9090 is where Prometheus itself listens, and it would scrape itself: set monitoring.metrics_port, e.g. to 9464`;
}

/** Rules by the thresholds of this configuration, and by how often its suites run. */
export async function renderPrometheusRules(config: Config): Promise<string> {
  const { renderRules } = await import('@mcp-test-harness/service/metrics');
  const { monitoring, performance } = config;
  const settings: RuleSettings = {
    jobName: monitoring.prometheus.job_name,
    errorRatePercent: monitoring.alerts.error_rate_threshold,
    successRatePercent: monitoring.alerts.success_rate_threshold,
    responseTimeMs: monitoring.alerts.response_time_threshold_ms,
    regressionPercent: performance.thresholds.error_threshold_percent,
    windowMs: monitoring.window_seconds * 1000,
    runIntervalMs: await runIntervalOf(config),
  };
  return await renderRules(settings);
}

async function runIntervalOf(config: Config): Promise<number | undefined> {
  const [{ parseSchedule }, { longestRunInterval, readPromDuration }] = await Promise.all([
    import('@mcp-test-harness/service/scheduler'),
    import('@mcp-test-harness/service/metrics'),
  ]);
  const schedules = config.schedules
    .filter(({ enabled, kind }) => enabled && kind !== 'compliance')
    .map(({ name: id, cron, every, timezone, suites }) => ({
      suites,
      nextDue: parseSchedule({
        id,
        ...(every === undefined
          ? { cron, timezone: timezone ?? config.service.timezone }
          : { everyMs: readPromDuration(every) }),
      }).nextDue,
    }));
  // Gaps of a calendar differ by an hour at most between one start and another.
  return longestRunInterval(
    schedules,
    config.test_suites.map(({ name }) => name),
    Date.now(),
  );
}

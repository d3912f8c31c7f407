import { promDuration } from './promql.ts';
import { renderYaml } from './render-yaml.ts';

/** Where Prometheus finds what. */
export interface ScrapeSettings {
  readonly jobName: string;
  /** Host and port of `/metrics`. */
  readonly metricsTarget: string;
  /** Host and port of `/health/metrics`. */
  readonly healthTarget: string;
  /** Host and port. */
  readonly alertmanager: string;
  /** Relative to the file. */
  readonly rulesFile: string;
  /** In place of every interval. */
  readonly intervalMs?: number | undefined;
}

/** A whole `prometheus.yml`, as the deployment guide has it. */
export function createScrapeConfig(settings: ScrapeSettings): object {
  const every = (usualMs: number): string => promDuration(settings.intervalMs ?? usualMs);
  const { jobName, metricsTarget, healthTarget, alertmanager, rulesFile } = settings;
  return {
    global: { scrape_interval: every(15_000), evaluation_interval: every(15_000) },
    rule_files: [rulesFile],
    scrape_configs: [
      {
        job_name: jobName,
        static_configs: [{ targets: [metricsTarget] }],
        scrape_interval: every(10_000),
        metrics_path: '/metrics',
      },
      {
        job_name: `${jobName}-health`,
        static_configs: [{ targets: [healthTarget] }],
        scrape_interval: every(30_000),
        metrics_path: '/health/metrics',
      },
    ],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
  };
}

/** The file as YAML. */
export async function renderScrapeConfig(settings: ScrapeSettings): Promise<string> {
  return await renderYaml(
    'Prometheus for MCP Test Harness: what it scrapes, and whom it tells.',
    'mcp-test-harness config prometheus',
    createScrapeConfig(settings),
  );
}

import { z } from 'zod';
import { httpUrl, listenPort, name } from './values.ts';

const percent = (fallback: number) => z.number().min(0).max(100).default(fallback);

const prometheusSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: `/metrics` answers 404, and nothing is pushed.'),
    endpoint: httpUrl()
      .optional()
      .describe('Where Prometheus answers queries, e.g. http://prometheus:9090. `kpi` reads it.'),
    push_gateway: httpUrl()
      .optional()
      .describe(
        'A Pushgateway for runs of the command line. The service never pushes: it is scraped, and series would be there twice.',
      ),
    job_name: name()
      .default('mcp-test-harness')
      .describe('The label `job` of pushed series and of generated rules. Give the scrape job the same name.'),
  })
  .describe('How Prometheus and the service find each other.');

const alertsSchema = z
  .strictObject({
    performance_regression_threshold: z
      .number()
      .positive()
      .max(10_000)
      .default(30)
      .describe('A 95th percentile that is slower than its baseline by more than this, in percent.'),
    error_rate_threshold: percent(5).describe('A share of errored tests above this, in percent.'),
    success_rate_threshold: percent(95).describe('A share of passed tests below this, in percent.'),
    response_time_threshold_ms: z
      .number()
      .positive()
      .default(10_000)
      .describe('A 95th percentile of response times above this, in ms.'),
  })
  .describe('What people are told of through `reporting.distribution`.');

export const monitoringSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: neither of the two ports is listened on.'),
    metrics_port: listenPort()
      .default(9090)
      .describe(
        'Port of `/metrics`; 0: any free one. Prometheus itself listens on 9090 as well: take another one where both share a host, e.g. 9464.',
      ),
    health_check_port: listenPort()
      .default(8080)
      .describe('Port of `/health`, `/ready` and `/health/metrics`; 0: any free one.'),
    window_seconds: z
      .number()
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe('The time that error rate, success rate and 95th percentile are taken over.'),
    compat_names: z
      .boolean()
      .default(true)
      .describe(
        'Give the histogram of response times also under its old name without a unit, mcp_test_response_time.',
      ),
    prometheus: prometheusSchema.prefault({}),
    alerts: alertsSchema.prefault({}),
  })
  .describe('Of `serve`: the ports for probes and for Prometheus, and the thresholds of alerts.');

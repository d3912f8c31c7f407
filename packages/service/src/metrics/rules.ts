import { kpis, kpiWindow } from './kpis.ts';
import { promDuration, promString, toRatio } from './promql.ts';
import { renderYaml } from './render-yaml.ts';

/** What the rules are made from. Percent, as the configuration has it. */
export interface RuleSettings {
  /** `monitoring.prometheus.job_name`: what Prometheus calls the job that scrapes `/metrics`. */
  readonly jobName: string;
  readonly errorRatePercent: number;
  readonly successRatePercent: number;
  readonly responseTimeMs: number;
  /** Slower than the baseline by this: `performance.thresholds.error_threshold_percent`. */
  readonly regressionPercent: number;
  /** `monitoring.window_seconds`. */
  readonly windowMs: number;
  /**
   * The longest time between two runs of a suite. When it is longer than the window, rates are absent in between, and an
   * alert that waits would begin its waiting anew with each run: then the last value holds until the next run.
   */
  readonly runIntervalMs?: number | undefined;
  /** In place of how long each alert waits. */
  readonly forMs?: number | undefined;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'info' | 'warning' | 'critical' };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** A rules file of Prometheus. */
export interface RulesFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval?: string;
    readonly rules: readonly (AlertRule | RecordingRule)[];
  }[];
}

const minute = 60_000;

/** The alerts of the deployment guide, by the thresholds of the configuration, and what they lack. */
export function createRules(settings: RuleSettings): RulesFile {
  return {
    groups: [
      { name: 'mcp-test-harness', rules: alertsOf(settings) },
      {
        name: 'mcp-test-harness-kpi',
        // A month of samples is much to read.
        interval: '5m',
        rules: kpis.map(({ record, expression }) => ({
          record,
          expr: expression(settings.jobName, kpiWindow),
        })),
      },
    ],
  };
}

function alertsOf(settings: RuleSettings): readonly AlertRule[] {
  const { jobName, windowMs, runIntervalMs, regressionPercent } = settings;
  const job = `{job=${promString(jobName)}}`;
  const lookBack =
    runIntervalMs === undefined || runIntervalMs <= windowMs
      ? undefined
      : promDuration(runIntervalMs + windowMs);
  const latest = (metric: string): string =>
    lookBack === undefined ? metric : `last_over_time(${metric}[${lookBack}])`;
  const waiting = (usualMs: number): string => promDuration(settings.forMs ?? usualMs);
  return [
    {
      alert: 'MCPTestHarnessDown',
      expr: `up${job} == 0`,
      for: waiting(minute),
      labels: { severity: 'critical' },
      annotations: {
        summary: 'MCP Test Harness is down',
        description: 'MCP Test Harness has been down for more than 1 minute',
      },
    },
    {
      // Where targets are discovered, one that is gone has no series that could be 0.
      alert: 'MCPTestHarnessAbsent',
      expr: `absent(up${job})`,
      for: waiting(5 * minute),
      labels: { severity: 'critical' },
      annotations: {
        summary: 'Prometheus knows no MCP Test Harness',
        description: 'No target of the job {{ $labels.job }} has been scraped for 5 minutes',
      },
    },
    {
      alert: 'HighErrorRate',
      expr: `${latest('mcp_test_error_rate')} > ${toRatio(settings.errorRatePercent)}`,
      for: waiting(5 * minute),
      labels: { severity: 'warning' },
      annotations: {
        summary: 'High error rate detected',
        description: 'Error rate is {{ $value | humanizePercentage }} for 5 minutes',
      },
    },
    {
      alert: 'PerformanceRegression',
      expr: `${latest('mcp_test_response_time_p95')} > ${latest('mcp_test_baseline_p95')} * ${toRatio(100 + regressionPercent)}`,
      for: waiting(10 * minute),
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Performance regression detected',
        description: `95th percentile response time is ${regressionPercent}% higher than baseline`,
      },
    },
    {
      alert: 'LowSuccessRate',
      expr: `${latest('mcp_test_success_rate')} < ${toRatio(settings.successRatePercent)}`,
      for: waiting(5 * minute),
      labels: { severity: 'critical' },
      annotations: {
        summary: 'Low success rate',
        description: 'Success rate is {{ $value | humanizePercentage }}',
      },
    },
    {
      alert: 'SlowResponses',
      expr: `${latest('mcp_test_response_time_p95')} > ${settings.responseTimeMs / 1000}`,
      for: waiting(5 * minute),
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Responses are slow',
        description: '95th percentile response time is {{ $value | humanizeDuration }}',
      },
    },
    {
      // Without a baseline PerformanceRegression compares with nothing, and never fires.
      alert: 'MCPTestBaselineMissing',
      expr: `${latest('mcp_test_response_time_p95')} unless ${latest('mcp_test_baseline_p95')}`,
      for: waiting(60 * minute),
      labels: { severity: 'info' },
      annotations: {
        summary: 'No baseline to compare with',
        description: 'Suite {{ $labels.suite }} on {{ $labels.server }} has no approved baseline',
      },
    },
    {
      alert: 'MCPServerDown',
      expr: 'mcp_test_server_up == 0',
      for: waiting(minute),
      labels: { severity: 'critical' },
      annotations: {
        summary: 'A server under test is down',
        description: 'Server {{ $labels.server }} does not answer',
      },
    },
    ...(runIntervalMs === undefined ? [] : [notRunning(runIntervalMs, waiting(minute))]),
  ];
}

/** A suite that no longer runs has no rates that could be bad. */
function notRunning(runIntervalMs: number, waiting: string): AlertRule {
  const overdueMs = 2 * runIntervalMs;
  return {
    alert: 'MCPTestNotRunning',
    expr: `time() - max by (job, server, suite) (mcp_test_last_run_timestamp_seconds) > ${overdueMs / 1000}`,
    for: waiting,
    labels: { severity: 'warning' },
    annotations: {
      summary: 'A suite has stopped running',
      description:
        'Suite {{ $labels.suite }} on {{ $labels.server }} has not run for {{ $value | humanizeDuration }}',
    },
  };
}

/** The file as YAML. */
export async function renderRules(settings: RuleSettings): Promise<string> {
  return await renderYaml(
    'Rules of Prometheus for MCP Test Harness, by the thresholds of its configuration.',
    'mcp-test-harness config prometheus-rules',
    createRules(settings),
  );
}

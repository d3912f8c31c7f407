import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createRules, renderRules, type AlertRule, type RuleSettings } from './rules.ts';
import { createScrapeConfig } from './scrape-config.ts';
import { aService, anExecutedRun, namesOf } from './testing/metrics.ts';
import { missingPrograms, promtool } from './testing/programs.ts';
import { defaultRules } from './testing/rules.ts';

const alertsOf = (settings: RuleSettings = defaultRules) =>
  createRules(settings).groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
const alert = (name: string, settings?: RuleSettings): AlertRule | undefined =>
  alertsOf(settings).find((rule) => rule.alert === name);

describe('rules of the default thresholds', () => {
  it('are those of the deployment guide, word for word', () => {
    const guide = ['MCPTestHarnessDown', 'HighErrorRate', 'PerformanceRegression', 'LowSuccessRate'];
    expect(guide.map((name) => alert(name))).toEqual([
      {
        alert: 'MCPTestHarnessDown',
        expr: 'up{job="mcp-test-harness"} == 0',
        for: '1m',
        labels: { severity: 'critical' },
        annotations: {
          summary: 'MCP Test Harness is down',
          description: 'MCP Test Harness has been down for more than 1 minute',
        },
      },
      {
        alert: 'HighErrorRate',
        expr: 'mcp_test_error_rate > 0.05',
        for: '5m',
        labels: { severity: 'warning' },
        annotations: {
          summary: 'High error rate detected',
          description: 'Error rate is {{ $value | humanizePercentage }} for 5 minutes',
        },
      },
      {
        alert: 'PerformanceRegression',
        expr: 'mcp_test_response_time_p95 > mcp_test_baseline_p95 * 1.5',
        for: '10m',
        labels: { severity: 'warning' },
        annotations: {
          summary: 'Performance regression detected',
          description: '95th percentile response time is 50% higher than baseline',
        },
      },
      {
        alert: 'LowSuccessRate',
        expr: 'mcp_test_success_rate < 0.95',
        for: '5m',
        labels: { severity: 'critical' },
        annotations: {
          summary: 'Low success rate',
          description: 'Success rate is {{ $value | humanizePercentage }}',
        },
      },
    ]);
  });

  it('are read back from the YAML as they are', async () => {
    const text = await renderRules(defaultRules);
    expect(text).toMatch(/^# Rules of Prometheus/);
    expect(parse(text)).toEqual(createRules(defaultRules));
  });

  it('speak of no metric that the service does not have', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [1], baselineP95Ms: 1 }));
    metrics.serverHealth('main', true);
    const known = namesOf(scrape());
    const rules = createRules({ ...defaultRules, runIntervalMs: 3_600_000 }).groups.flatMap(
      (group) => group.rules,
    );
    const used = rules.flatMap(({ expr }) => expr.match(/\b(?:mcp_test|process)_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(10);
    // A job may be called what no metric is.
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('rules by the configuration', () => {
  it.each([
    ['HighErrorRate', { errorRatePercent: 7 }, 'mcp_test_error_rate > 0.07'],
    ['HighErrorRate', { errorRatePercent: 1.1 }, 'mcp_test_error_rate > 0.011'],
    ['LowSuccessRate', { successRatePercent: 99.5 }, 'mcp_test_success_rate < 0.995'],
    [
      'PerformanceRegression',
      { regressionPercent: 12.5 },
      'mcp_test_response_time_p95 > mcp_test_baseline_p95 * 1.125',
    ],
    ['SlowResponses', { responseTimeMs: 2500 }, 'mcp_test_response_time_p95 > 2.5'],
    ['MCPTestHarnessDown', { jobName: 'a "b"\\' }, 'up{job="a \\"b\\"\\\\"} == 0'],
  ])('%s of %j', (name, settings, expr) => {
    expect(alert(name, { ...defaultRules, ...settings })?.expr).toBe(expr);
  });

  it('tells how much slower it is in words too', () => {
    expect(
      alert('PerformanceRegression', { ...defaultRules, regressionPercent: 30 })?.annotations.description,
    ).toBe('95th percentile response time is 30% higher than baseline');
  });

  it('lets the last value hold where suites run less often than the window is long', () => {
    const hourly = { ...defaultRules, runIntervalMs: 3_600_000 };
    expect(alert('HighErrorRate', hourly)?.expr).toBe('last_over_time(mcp_test_error_rate[65m]) > 0.05');
    expect(alert('MCPTestNotRunning', hourly)?.expr).toContain('> 7200');
    const often = { ...defaultRules, runIntervalMs: 60_000 };
    expect(alert('HighErrorRate', often)?.expr).toBe('mcp_test_error_rate > 0.05');
    expect(alert('MCPTestNotRunning')).toBeUndefined();
  });
});

const missing = missingPrograms('promtool');

interface AlertCase {
  readonly alert: string;
  readonly fires: boolean;
  readonly when: string;
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  readonly settings?: Partial<RuleSettings>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description?: string;
}

const place = { job: 'mcp-test-harness', instance: 'a:9090', server: 'main', suite: 'core' };
const selector = (labels: Readonly<Record<string, string>>) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
const of = (name: string, labels: Readonly<Record<string, string>> = place) => `${name}${selector(labels)}`;
const target = { job: 'mcp-test-harness', instance: 'a:9090' };

const cases: readonly AlertCase[] = [
  {
    alert: 'MCPTestHarnessDown',
    fires: true,
    when: 'the target has been down for a minute',
    series: { [of('up', target)]: '1 0x10' },
    at: '3m',
    labels: target,
    description: 'MCP Test Harness has been down for more than 1 minute',
  },
  {
    alert: 'MCPTestHarnessDown',
    fires: false,
    when: 'it was down for one scrape',
    series: { [of('up', target)]: '1 0 1x10' },
    at: '3m',
  },
  {
    alert: 'MCPTestHarnessDown',
    fires: false,
    when: 'the target of another job is down',
    series: { [of('up', { ...target, job: 'other' })]: '0x10' },
    at: '3m',
  },
  {
    alert: 'MCPTestHarnessAbsent',
    fires: true,
    when: 'the series has vanished',
    series: { [of('up', target)]: '1 1 stale' },
    at: '12m',
    labels: { job: 'mcp-test-harness' },
    description: 'No target of the job mcp-test-harness has been scraped for 5 minutes',
  },
  {
    alert: 'HighErrorRate',
    fires: true,
    when: 'at 8 %',
    series: { [of('mcp_test_error_rate')]: '0.08x10' },
    at: '6m',
    labels: place,
    description: 'Error rate is 8% for 5 minutes',
  },
  {
    alert: 'HighErrorRate',
    fires: false,
    when: 'at 5 %',
    series: { [of('mcp_test_error_rate')]: '0.05x10' },
    at: '6m',
  },
  {
    alert: 'HighErrorRate',
    fires: false,
    when: 'at 8 % when the configuration allows 10 %',
    series: { [of('mcp_test_error_rate')]: '0.08x10' },
    at: '6m',
    settings: { errorRatePercent: 10 },
  },
  {
    alert: 'HighErrorRate',
    fires: false,
    when: 'a suite runs hourly and its rate is absent in between',
    series: { [of('mcp_test_error_rate')]: '0.08 0.08 0.08 0.08 stale _x55' },
    at: '30m',
  },
  {
    alert: 'HighErrorRate',
    fires: true,
    when: 'a suite runs hourly and the rules know it',
    series: { [of('mcp_test_error_rate')]: '0.08 0.08 0.08 0.08 stale _x55' },
    at: '30m',
    settings: { runIntervalMs: 3_600_000 },
    labels: place,
    description: 'Error rate is 8% for 5 minutes',
  },
  {
    alert: 'PerformanceRegression',
    fires: true,
    when: '51 % slower than the baseline',
    series: { [of('mcp_test_response_time_p95')]: '1.51x20', [of('mcp_test_baseline_p95')]: '1x20' },
    at: '11m',
    labels: place,
    description: '95th percentile response time is 50% higher than baseline',
  },
  {
    alert: 'PerformanceRegression',
    fires: false,
    when: '49 % slower than the baseline',
    series: { [of('mcp_test_response_time_p95')]: '1.49x20', [of('mcp_test_baseline_p95')]: '1x20' },
    at: '11m',
  },
  {
    alert: 'PerformanceRegression',
    fires: false,
    when: 'the baseline has other labels, which is why ours has the same',
    series: {
      [of('mcp_test_response_time_p95')]: '9x20',
      [of('mcp_test_baseline_p95', { ...target, suite: 'core' })]: '1x20',
    },
    at: '11m',
  },
  {
    alert: 'LowSuccessRate',
    fires: true,
    when: 'at 92 %',
    series: { [of('mcp_test_success_rate')]: '0.92x10' },
    at: '6m',
    labels: place,
    description: 'Success rate is 92%',
  },
  {
    alert: 'LowSuccessRate',
    fires: false,
    when: 'at 95 %',
    series: { [of('mcp_test_success_rate')]: '0.95x10' },
    at: '6m',
  },
  {
    alert: 'SlowResponses',
    fires: true,
    when: 'at 10.1 s',
    series: { [of('mcp_test_response_time_p95')]: '10.1x10' },
    at: '6m',
    labels: place,
    description: '95th percentile response time is 10.1s',
  },
  {
    alert: 'MCPTestBaselineMissing',
    fires: true,
    when: 'there is no baseline for an hour',
    series: { [of('mcp_test_response_time_p95')]: '1x70' },
    at: '61m',
    labels: place,
    description: 'Suite core on main has no approved baseline',
  },
  {
    alert: 'MCPTestBaselineMissing',
    fires: false,
    when: 'there is one',
    series: { [of('mcp_test_response_time_p95')]: '1x70', [of('mcp_test_baseline_p95')]: '1x70' },
    at: '61m',
  },
  {
    alert: 'MCPServerDown',
    fires: true,
    when: 'a server does not answer',
    series: { [of('mcp_test_server_up', { ...target, server: 'main' })]: '0x10' },
    at: '2m',
    labels: { ...target, server: 'main' },
    description: 'Server main does not answer',
  },
  {
    alert: 'MCPTestNotRunning',
    fires: true,
    when: 'an hourly suite has not run for more than two hours',
    series: { [of('mcp_test_last_run_timestamp_seconds')]: '0x200' },
    at: '122m',
    settings: { runIntervalMs: 3_600_000 },
    labels: { job: 'mcp-test-harness', server: 'main', suite: 'core' },
    description: 'Suite core on main has not run for 2h 2m 0s',
  },
];

/** What promtool is to find: a case of an alert, beside the rules that it is of. */
async function filesOf(one: AlertCase, index: number): Promise<Readonly<Record<string, string | object>>> {
  const settings = { ...defaultRules, ...one.settings };
  const rule = alert(one.alert, settings);
  const found = {
    exp_labels: { ...one.labels, ...rule?.labels },
    exp_annotations: { ...rule?.annotations, description: one.description },
  };
  return {
    [`rules-${index}.yml`]: await renderRules(settings),
    [`test-${index}.yml`]: {
      rule_files: [`rules-${index}.yml`],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
          alert_rule_test: [
            { eval_time: one.at, alertname: one.alert, exp_alerts: one.fires ? [found] : [] },
          ],
        },
      ],
    },
  };
}

/** All cases in one call, since each takes a second to start. */
async function judgeCases(): Promise<readonly string[]> {
  const files = await Promise.all(cases.map(filesOf));
  const names = cases.map((_, index) => `test-${index}.yml`);
  const { output } = await promtool(['test', 'rules', ...names], {
    files: Object.assign({}, ...files) as Readonly<Record<string, string | object>>,
  });
  const verdicts = output.split(/^Unit Testing: +/m);
  return names.map((name) => verdicts.find((verdict) => verdict.startsWith(`${name}\n`)) ?? output);
}

const verdicts = missing.isMissing ? [] : await judgeCases();

describe.skipIf(missing.isMissing)(`promtool${missing.reason}`, () => {
  it('accepts the rules and the scrape configuration', async () => {
    const config = createScrapeConfig({
      jobName: 'mcp-test-harness',
      metricsTarget: 'mcp-test-harness:9090',
      healthTarget: 'mcp-test-harness:8080',
      alertmanager: 'alertmanager:9093',
      rulesFile: 'rules.yml',
    });
    const rules = await renderRules({ ...defaultRules, jobName: 'a "b"\\', runIntervalMs: 3_600_000 });
    const { exitCode, output } = await promtool(['check', 'config', '--lint-fatal', 'prometheus.yml'], {
      files: { 'prometheus.yml': config, 'rules.yml': rules },
    });
    expect(output).toContain('SUCCESS');
    expect(exitCode).toBe(0);
  });

  it.each(cases.map((one, index) => ({ ...one, verdict: verdicts[index] })))(
    '$alert fires: $fires, when $when',
    ({ verdict }) => {
      expect(verdict?.split('\n', 2)[1]?.trim() === 'SUCCESS' ? '' : verdict).toBe('');
    },
  );

  it('evaluates the recording rules of the objectives', async () => {
    const suite = (status: string) => of('mcp_test_total', { ...place, status });
    const bucket = (le: string) => of('mcp_test_response_time_seconds_bucket', { ...place, le });
    const samples = (record: string, value: number) => ({
      expr: record,
      eval_time: '20m',
      exp_samples: [{ labels: record, value }],
    });
    const { exitCode, output } = await promtool(['test', 'rules', 'test.yml'], {
      files: {
        'rules.yml': await renderRules(defaultRules),
        'test.yml': {
          rule_files: ['rules.yml'],
          evaluation_interval: '1m',
          tests: [
            {
              interval: '1m',
              input_series: [
                // Of 20 samples 16 are 1.
                { series: of('up', target), values: '1x10 0x3 1x4 stale' },
                { series: suite('passed'), values: '0+75x20' },
                { series: suite('failed'), values: '0+20x20' },
                { series: suite('errored'), values: '0+5x20' },
                { series: suite('skipped'), values: '0+900x20' },
                { series: bucket('2.5'), values: '0+90x20' },
                { series: bucket('5.0'), values: '0+100x20' },
                { series: bucket('+Inf'), values: '0+100x20' },
                { series: of('process_cpu_seconds_total', target), values: '0+30x20' },
                { series: of('mcp_test_harness_cpu_limit_cores', target), values: '2x20' },
                { series: of('process_resident_memory_bytes', target), values: '100 300 200x18' },
                { series: of('mcp_test_harness_memory_limit_bytes', target), values: '400x20' },
              ],
              promql_expr_test: [
                samples('mcp_test_harness:success:ratio30d', 0.75),
                samples('mcp_test_harness:errors:ratio30d', 0.05),
                samples('mcp_test_harness:response_time_seconds:p95_30d', 3.75),
                samples('mcp_test_harness:memory:ratio30d', 0.75),
                samples('mcp_test_harness:availability:ratio30d', 0.8),
              ],
            },
          ],
        },
      },
    });
    expect(output).toContain('SUCCESS');
    expect(exitCode).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile } from '@mcp-test-harness/core/statistics';
import { aService, anExecutedRun, namesOf, readSeries } from './testing/metrics.ts';
import { missingPrograms, promtool } from './testing/programs.ts';

const labels = '{server="main",suite="core"}';
const withStatus = (status: string) => `mcp_test_total{server="main",suite="core",status="${status}"}`;

describe('metrics of suites', () => {
  it('are absent until the first test', () => {
    const { scrape } = aService();
    const names = namesOf(scrape());
    expect([...names].filter((name) => name.startsWith('mcp_test_') && !name.includes('harness'))).toEqual(
      [],
    );
  });

  it.each([
    { passed: 94, failed: 6, errored: 0, skipped: 0, errorRate: 0, successRate: 0.94 },
    { passed: 90, failed: 4, errored: 6, skipped: 0, errorRate: 0.06, successRate: 0.9 },
    { passed: 9, failed: 0, errored: 1, skipped: 90, errorRate: 0.1, successRate: 0.9 },
  ])(
    'tell rates of executed tests: $passed passed, $failed failed, $errored errored, $skipped skipped',
    ({ errorRate, successRate, ...counts }) => {
      const { metrics, scrape } = aService();
      metrics.runEnded(anExecutedRun(counts));
      const series = scrape();
      expect(series.get(`mcp_test_error_rate${labels}`)).toBeCloseTo(errorRate, 12);
      expect(series.get(`mcp_test_success_rate${labels}`)).toBeCloseTo(successRate, 12);
    },
  );

  it('have no rate when everything was skipped', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ skipped: 3 }));
    const series = scrape();
    expect(series.get(`mcp_test_error_rate${labels}`)).toBeUndefined();
    expect(series.get(withStatus('skipped'))).toBe(3);
  });

  it('take rates over the window, and forget what is older', async () => {
    const { metrics, scrape, clock } = aService({ windowMs: 60_000 });
    metrics.runEnded(anExecutedRun({ passed: 1, errored: 1 }));
    await clock.advance(40_000);
    metrics.runEnded(anExecutedRun({ passed: 2 }));
    expect(scrape().get(`mcp_test_error_rate${labels}`)).toBe(0.25);
    await clock.advance(20_000);
    expect(scrape().get(`mcp_test_error_rate${labels}`)).toBe(0);
    await clock.advance(40_000);
    const series = scrape();
    for (const name of ['error_rate', 'success_rate', 'response_time_p95', 'baseline_p95'])
      expect(series.get(`mcp_test_${name}${labels}`)).toBeUndefined();
    // What was counted stays counted.
    expect(series.get(withStatus('passed'))).toBe(3);
    expect(series.get(`mcp_test_last_run_timestamp_seconds${labels}`)).toBe(
      Date.parse('2026-11-26T12:00:02Z') / 1000,
    );
  });

  it('tell the 95th percentile of the raw response times of the window, in seconds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
          { minLength: 1, maxLength: 4 },
        ),
        (runs) => {
          const { metrics, scrape } = aService();
          for (const timesMs of runs) metrics.runEnded(anExecutedRun({ passed: 1, timesMs }));
          const exact = quantile(runs.flat(), 0.95) / 1000;
          const told = scrape().get(`mcp_test_response_time_p95${labels}`) ?? Number.NaN;
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(0.01 * exact);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('have a histogram whose 95th percentile is in the bucket of the gauge, or the one beside it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 9000, noNaN: true }), { minLength: 20, maxLength: 400 }),
        (timesMs) => {
          const { metrics, scrape } = aService();
          metrics.runEnded(anExecutedRun({ passed: 1, timesMs }));
          const series = scrape();
          const buckets = [...series].filter(([key]) =>
            key.startsWith('mcp_test_response_time_seconds_bucket'),
          );
          const bounds = buckets.map(([key]) =>
            Number(/le="\+?([^"]+)"/.exec(key)?.[1]?.replace('Inf', 'Infinity')),
          );
          const rank = buckets.findIndex(([, count]) => count >= 0.95 * timesMs.length);
          const gauge = series.get(`mcp_test_response_time_p95${labels}`) ?? Number.NaN;
          const own = bounds.findIndex((bound) => gauge <= bound);
          expect(Math.abs(own - rank)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('have edges at the objective and the threshold of the guide, 5 and 10 s, under both names', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [4999, 5001, 10_001] }));
    const series = scrape();
    for (const name of ['mcp_test_response_time_seconds', 'mcp_test_response_time']) {
      const at = (le: string) => series.get(`${name}_bucket{server="main",suite="core",le="${le}"}`);
      expect([at('5.0'), at('10.0'), at('+Inf')]).toEqual([1, 2, 3]);
      expect(series.get(`${name}_count${labels}`)).toBe(3);
      expect(series.get(`${name}_sum${labels}`)).toBeCloseTo(20.001, 9);
    }
  });

  it('leave out the name without a unit when it is not wanted', () => {
    const { metrics, scrape } = aService({ compatNames: false });
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [1] }));
    const names = namesOf(scrape());
    expect(names).toContain('mcp_test_response_time_seconds_bucket');
    expect(names).not.toContain('mcp_test_response_time_bucket');
  });

  it('tell the baseline with the labels of the percentile, and only beside it', async () => {
    const { metrics, scrape, clock } = aService();
    metrics.runEnded(
      anExecutedRun(
        { passed: 1, timesMs: [12], baselineP95Ms: 8 },
        { suite: 'bare', passed: 1, timesMs: [5] },
        { suite: 'silent', passed: 1, baselineP95Ms: 8 },
      ),
    );
    const labelsOf = (series: ReadonlyMap<string, number>, name: string) =>
      [...series.keys()].filter((key) => key.startsWith(`${name}{`)).map((key) => key.slice(name.length));
    const series = scrape();
    expect(series.get(`mcp_test_baseline_p95${labels}`)).toBe(0.008);
    expect(labelsOf(series, 'mcp_test_baseline_p95')).toEqual([labels]);
    expect(labelsOf(series, 'mcp_test_response_time_p95')).toEqual([labels, '{server="main",suite="bare"}']);
    // A run that compares with nothing does not take the baseline of the one before away.
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [12] }));
    expect(scrape().get(`mcp_test_baseline_p95${labels}`)).toBe(0.008);
    await clock.advance(300_000);
    expect(labelsOf(scrape(), 'mcp_test_baseline_p95')).toEqual([]);
  });

  it('count executions, retries, flaky tests and broken limits, and never less than before', () => {
    const { metrics, scrape } = aService();
    const run = { passed: 2, failed: 1, flaky: 1, retries: 4, violations: { memory: 2 } };
    metrics.runEnded(anExecutedRun(run));
    metrics.runEnded(anExecutedRun(run));
    const series = scrape();
    expect(['passed', 'failed', 'errored', 'skipped'].map((one) => series.get(withStatus(one)))).toEqual([
      4, 2, 0, 0,
    ]);
    expect(series.get(`mcp_test_retries_total${labels}`)).toBe(8);
    expect(series.get(`mcp_test_flaky_total${labels}`)).toBe(2);
    expect(series.get('mcp_test_resource_violations_total{server="main",suite="core",limit="memory"}')).toBe(
      4,
    );
  });

  it('keep suites and servers apart whose names run into each other', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(
      anExecutedRun(
        { server: 'a,suite:b', suite: 'c', passed: 1 },
        { server: 'a', suite: 'b,suite:c', passed: 2 },
      ),
    );
    const series = scrape();
    expect(series.get('mcp_test_total{server="a,suite:b",suite="c",status="passed"}')).toBe(1);
    expect(series.get('mcp_test_total{server="a",suite="b,suite:c",status="passed"}')).toBe(2);
  });

  it('forget what the configuration no longer has', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1 }, { suite: 'old', passed: 1 }, { server: 'old', passed: 1 }));
    metrics.serverHealth('main', true);
    metrics.serverHealth('old', false);
    metrics.retain({ servers: ['main'], suites: ['core'] });
    const series = scrape();
    expect([...series.keys()].filter((key) => key.includes('"old"'))).toEqual([]);
    expect(series.get('mcp_test_server_up{server="main"}')).toBe(1);
    expect(series.get(withStatus('passed'))).toBe(1);
  });
});

describe('metrics of the service', () => {
  it('tell what happens to runs, servers, schedules, notifications and the configuration', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1 }));
    metrics.runLost('benchmark', 'failed');
    metrics.serverHealth('main', true);
    metrics.serverHealth('main', false);
    metrics.scheduleLag(700);
    metrics.queueDepth({ queued: 3, running: 2 });
    metrics.notifications({ pending: 1, sent: 5, dead: 0 });
    metrics.configReloaded(true, 5000);
    metrics.configReloaded(false, 9000);
    const series = Object.fromEntries(scrape());
    expect(series).toMatchObject({
      'mcp_test_harness_runs_total{kind="test",verdict="passed"}': 1,
      'mcp_test_harness_runs_lost_total{kind="benchmark",reason="failed"}': 1,
      'mcp_test_server_up{server="main"}': 0,
      'mcp_test_harness_schedule_lag_seconds_bucket{le="0.5"}': 0,
      'mcp_test_harness_schedule_lag_seconds_bucket{le="1.0"}': 1,
      mcp_test_queue_depth: 3,
      mcp_test_harness_runs_running: 2,
      'mcp_test_harness_notifications{state="sent"}': 5,
      mcp_test_harness_config_last_reload_successful: 0,
      mcp_test_harness_config_last_reload_success_timestamp_seconds: 5,
      [`mcp_test_harness_build_info{version="1.2.3",node="${process.versions.node}"}`]: 1,
    });
  });

  it('tell of the process what utilisation is made of', () => {
    const series = aService().scrape();
    expect(series.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(series.get('mcp_test_harness_cpu_limit_cores')).toBeGreaterThan(0);
    expect(series.get('mcp_test_harness_memory_limit_bytes')).toBeGreaterThan(1e8);
    expect(series.get('process_start_time_seconds')).toBeLessThan(Date.now() / 1000);
  });

  it('share no name between the two listeners', () => {
    const { metrics, scrape } = aService();
    metrics.runEnded(anExecutedRun({ passed: 1, timesMs: [1] }));
    const health = namesOf(readSeries(metrics.renderHealth(undefined).body));
    expect(health).toContain('mcp_test_harness_uptime_seconds');
    expect([...scrape().keys()].filter((key) => health.has(key.replace(/\{.*$/s, '')))).toEqual([]);
  });

  it('are below 2,000 series for 50 suites', () => {
    const { series } = scrapeOfFifty();
    expect(series.size).toBeGreaterThan(1500);
    expect(series.size).toBeLessThan(2000);
  });
});

function scrapeOfFifty() {
  const { metrics, scrape } = aService();
  const suites = Array.from({ length: 50 }, (_, index) => ({
    suite: `suite ${index}`,
    passed: 9,
    errored: 1,
    violations: { memory: 1, cpu: 1 },
    baselineP95Ms: 9,
    timesMs: [index, 2 * index],
  }));
  metrics.runEnded(anExecutedRun(...suites));
  for (let index = 0; index < 10; index += 1) metrics.serverHealth(`server ${index}`, true);
  metrics.scheduleLag(1);
  metrics.runLost('test', 'cancelled');
  metrics.queueDepth({ queued: 0, running: 0 });
  metrics.notifications({ pending: 0, sent: 0, dead: 0 });
  return { metrics, series: scrape() };
}

const missing = missingPrograms('promtool');
describe.skipIf(missing.isMissing)(`promtool check metrics${missing.reason}`, () => {
  it('has nothing to say about either listener', async () => {
    const { metrics } = scrapeOfFifty();
    for (const { body } of [metrics.render('text/plain'), metrics.renderHealth('text/plain')])
      expect(await promtool(['check', 'metrics'], { stdin: body })).toEqual({ exitCode: 0, output: '' });
  });

  it('reads names of suites that hold what the format is made of', async () => {
    const { metrics } = aService();
    const suite = 'a"b\\c\nd{e}=f,\u{1F600}\uD800';
    metrics.runEnded(anExecutedRun({ suite, passed: 1, timesMs: [1] }));
    const { body } = metrics.render(undefined);
    expect(await promtool(['check', 'metrics'], { stdin: body })).toEqual({ exitCode: 0, output: '' });
  });
});

import { createServiceMetrics } from '@mcp-test-harness/service/metrics';
import { anExecutedRun } from '../packages/service/src/metrics/testing/metrics.ts';
import type { Bench } from './define.ts';

/** What a scrape may take at the 99th percentile, in ms. */
const limitMs = 50;
const suites = 50;
const scrapes = 300;

/** 50 suites make nearly 2,000 series. Between two scrapes ten of them run, with 1,000 calls each. */
function measureScrapes(): { readonly p99Ms: number; readonly series: number } {
  let now = 0;
  const metrics = createServiceMetrics({
    settings: () => ({ windowMs: 300_000, compatNames: true }),
    version: '0.0.0',
    clock: { now: () => now },
  });
  const timesMs = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 997);
  const runs = Array.from({ length: suites }, (_, index) =>
    anExecutedRun({
      suite: `suite ${index}`,
      passed: 99,
      errored: 1,
      violations: { memory: 1 },
      baselineP95Ms: 900,
      timesMs,
    }),
  );
  const tookMs: number[] = [];
  let body = '';
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    for (let index = 0; index < 10; index += 1) {
      const run = runs[(scrape * 10 + index) % suites];
      if (run !== undefined) metrics.runEnded(run);
    }
    now += 10_000;
    const began = performance.now();
    ({ body } = metrics.render('application/openmetrics-text'));
    tookMs.push(performance.now() - began);
  }
  tookMs.sort((one, other) => one - other);
  const series = body.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { p99Ms: tookMs[Math.ceil(0.99 * scrapes) - 1] ?? Number.NaN, series };
}

const bench: Bench = {
  name: 'metrics: 50 ms for a scrape of 2,000 series, 99th percentile',
  minRatio: 1,
  aim: 5,
  run: async () => {
    const { p99Ms, series } = measureScrapes();
    return { ratio: limitMs / p99Ms, note: `${p99Ms.toFixed(1)} ms for ${series} series` };
  },
};
export default bench;

import type { ComparedMetric, Load } from '@mcp-test-harness/core/benchmark';

const metricNames: Readonly<Record<ComparedMetric, string>> = {
  latency: 'latency (25th percentile)',
  latency_mean: 'mean latency',
  latency_p95: 'latency (95th percentile)',
  cpu: 'CPU time per call',
  memory: 'peak memory',
  start_up: 'start-up',
};

/** How a metric is called in tables. */
export function nameMetric(metric: ComparedMetric): string {
  return metricNames[metric];
}

/** `one call after the other`, `32 callers at once`, `200 calls per second`. */
export function describeLoad(load: Load): string {
  switch (load.kind) {
    case 'sequential':
      return 'one call after the other';
    case 'closed':
      return `${load.concurrency} callers at once`;
    case 'open':
      return `${load.ratePerSecond} calls per second, latency from when each was due`;
  }
}

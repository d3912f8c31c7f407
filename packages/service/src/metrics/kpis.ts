import { promString } from './promql.ts';

/** A key performance indicator of the deployment guide, and what it is to be. */
export interface Kpi {
  readonly id: 'availability' | 'success-rate' | 'response-time' | 'error-rate' | 'cpu' | 'memory';
  readonly name: string;
  readonly unit: 'ratio' | 'seconds';
  readonly objective: { readonly is: 'at-least' | 'below'; readonly value: number };
  /** Its name as a recording rule, over {@link kpiWindow}. */
  readonly record: string;
  /** PromQL that gives one number, or nothing where nothing was measured. @param window e.g. `30d` */
  readonly expression: (job: string, window: string) => string;
}

/** What recording rules and `kpi` look back on. */
export const kpiWindow = '30d';

const executed = 'status=~"passed|failed|errored"';

export const kpis: readonly Kpi[] = [
  {
    id: 'availability',
    name: 'Availability',
    unit: 'ratio',
    objective: { is: 'at-least', value: 0.999 },
    record: 'mcp_test_harness:availability:ratio30d',
    // avg_over_time of one target; of several, each counts by how long it was there.
    expression: (job, window) =>
      `sum(sum_over_time(up{job=${promString(job)}}[${window}])) / sum(count_over_time(up{job=${promString(job)}}[${window}]))`,
  },
  {
    id: 'success-rate',
    name: 'Success rate',
    unit: 'ratio',
    objective: { is: 'at-least', value: 0.99 },
    record: 'mcp_test_harness:success:ratio30d',
    expression: (job, window) => shareOf('status="passed"', job, window),
  },
  {
    id: 'response-time',
    name: 'Response time, 95th percentile',
    unit: 'seconds',
    objective: { is: 'below', value: 5 },
    record: 'mcp_test_harness:response_time_seconds:p95_30d',
    expression: (job, window) =>
      `histogram_quantile(0.95, sum by (le) (increase(mcp_test_response_time_seconds_bucket{job=${promString(job)}}[${window}])))`,
  },
  {
    id: 'error-rate',
    name: 'Error rate',
    unit: 'ratio',
    objective: { is: 'below', value: 0.01 },
    record: 'mcp_test_harness:errors:ratio30d',
    expression: (job, window) => shareOf('status="errored"', job, window),
  },
  {
    id: 'cpu',
    name: 'CPU, on average',
    unit: 'ratio',
    objective: { is: 'below', value: 0.8 },
    record: 'mcp_test_harness:cpu:ratio30d',
    expression: (job, window) =>
      `max(rate(process_cpu_seconds_total{job=${promString(job)}}[${window}]) / last_over_time(mcp_test_harness_cpu_limit_cores{job=${promString(job)}}[${window}]))`,
  },
  {
    id: 'memory',
    name: 'Memory, at most',
    unit: 'ratio',
    objective: { is: 'below', value: 0.8 },
    record: 'mcp_test_harness:memory:ratio30d',
    expression: (job, window) =>
      `max(max_over_time(process_resident_memory_bytes{job=${promString(job)}}[${window}]) / last_over_time(mcp_test_harness_memory_limit_bytes{job=${promString(job)}}[${window}]))`,
  },
];

/** Skipped tests are not executed. Without any that are there is no share, rather than 0 by 0. */
function shareOf(selector: string, job: string, window: string): string {
  const increase = (which: string): string =>
    `sum(increase(mcp_test_total{job=${promString(job)},${which}}[${window}]))`;
  return `${increase(selector)} / (${increase(executed)} > 0)`;
}

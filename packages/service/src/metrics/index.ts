/** What the service counts, and what Prometheus makes of it: rules, what it scrapes, objectives. */
export type { RenderedMetrics, ServiceMetrics } from './define.ts';
export { createServiceMetrics, type ServiceMetricsOptions } from './service-metrics.ts';
export { openEndpoint, type Endpoint, type EndpointOptions } from './endpoint.ts';
export { kpis, type Kpi } from './kpis.ts';
export { measureKpis, type KpiReport, type MeasuredKpi } from './measure-kpis.ts';
export { lastBenchmarkOf, lastRunOf, type LastRun } from './last-run.ts';
export { readPromDuration } from './promql.ts';
export { deletePushed, pushLastRun, type PushGroup } from './pushgateway.ts';
export { createRules, renderRules, type RuleSettings, type RulesFile } from './rules.ts';
export { createScrapeConfig, renderScrapeConfig, type ScrapeSettings } from './scrape-config.ts';
export { longestRunInterval, type RunSchedule } from './run-interval.ts';

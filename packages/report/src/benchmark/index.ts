/** Reports of benchmark runs. */
export { describeTrend } from './baseline-words.ts';
export { renderBaselineTerminal } from './render-baselines.ts';
export type { BaselineSection } from './render-baselines.ts';
export { benchmarkReporters, createBenchmarkReporter } from './reporters.ts';
export type { BenchmarkReporter } from './reporters.ts';
export { isBenchmarkDocument, parseBenchmarkResult } from './read-benchmark-result.ts';
export { renderTrend } from './html/trend.ts';
export type { TrendPoint, TrendSeries } from './html/trend.ts';

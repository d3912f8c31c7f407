/** Reports of benchmark runs. */
export { describeTrend, renderBaselineTerminal } from './render-baselines.ts';
export type { BaselineSection } from './render-baselines.ts';
export { renderBenchmarkTerminal } from './render-terminal.ts';
export type { BenchmarkTerminal } from './render-terminal.ts';

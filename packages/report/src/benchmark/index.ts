/** Reports of benchmark runs. */
export { renderBenchmarkTerminal } from './render-terminal.ts';
export type { BenchmarkTerminal } from './render-terminal.ts';

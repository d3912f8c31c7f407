/** Measures tests as benchmarks and compares two servers so that the verdict can be believed. */
export { fails, failOnLevels, severityRank } from './verdict.ts';
export type { FailOn } from './verdict.ts';
export type { CallCounts, CallOutcome } from './call.ts';
export type * from './comparison-types.ts';
export { defaultInterleavedSettings } from './interleaved.ts';
export type { InterleavedSettings } from './interleaved.ts';
export type { Load } from './load.ts';
export type { Machine, MachineLoad } from './machine.ts';
export type { BenchmarkProgress, ProgressListener } from './progress.ts';
export { runBenchmarks } from './run-benchmarks.ts';
export type { BenchmarkOptions, CompareOptions } from './run-benchmarks.ts';
export { plainServer, planTools } from './tool-plan.ts';
export type { BenchmarkTool } from './tool-plan.ts';
export type * from './types.ts';
export { benchmarkSchemaVersion } from './types.ts';

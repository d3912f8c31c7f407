/** Executes a plan and says what came of it. */
export { systemClock } from './clock.ts';
export type { RunClock } from './clock.ts';
export type * from './events.ts';
export { checkPerformance, samplesNeeded } from './performance-limits.ts';
export type { Measurement } from './performance-limits.ts';
export { createMasker, secretMask } from './masking.ts';
export type { Masker } from './masking.ts';
export { reproduceLine } from './reproduce.ts';
export type { ReproduceTarget } from './reproduce.ts';
export type * from './result.ts';
export { resultSchemaVersion } from './result.ts';
export type { Connect, RunOptions } from './run-options.ts';
export { runPlan } from './run-plan.ts';
export { readProxyEnvironment } from './proxy-environment.ts';
export { describeTarget, inheritEnvironment } from './server-target.ts';
export { concludeRun, successRateOf, suiteOutcome, totalsOf } from './verdict.ts';
export type { Conclusion, ConclusionInput, SuiteOutcomeInput } from './verdict.ts';

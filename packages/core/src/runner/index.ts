/** Executes a plan and says what came of it. */
export { concludeRun, successRateOf, suiteOutcome, totalsOf } from './verdict.ts';
export type { Conclusion, ConclusionInput, SuiteOutcomeInput } from './verdict.ts';
export type * from './events.ts';
export type * from './result.ts';
export { resultSchemaVersion } from './result.ts';

/** Runs: carrying them out, keeping their reports for a time, and summing them up. */
export type * from './define.ts';
export {
  createRunExecutor,
  type ActiveRun,
  type Execution,
  type RunExecutor,
  type RunExecutorSettings,
} from './execute-run.ts';
export { listReports, readReport } from './read-report.ts';
export { readRequest } from './request.ts';
export { removeOldReports, startHousekeeping, type HousekeepingSettings } from './retention.ts';
export { serverEnvironment } from './server-environment.ts';
export * from './summaries/index.ts';

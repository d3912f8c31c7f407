/** What runs are compared with: documents, where they are kept, how a run is held against them, and when they change. */
export { defaultRetention, fewestRuns, type Retention } from './apply-event.ts';
export { compareWithBaseline, type CompareSettings } from './compare/compare-with-baseline.ts';
export { defaultPolicy, findFailures, readPolicy, sideBySideLevel } from './compare/policy.ts';
export { defaultThresholds, type Thresholds } from './compare/thresholds.ts';
export type * from './compare/types.ts';
export { withBaselines } from './conclude.ts';
export { testsWithBaselines } from '../runner/verdict.ts';
export type { Approval, Baseline, BaselineEvent, BaselineRun } from './document-schema.ts';
export { approveRun, establishBaseline, recordRun, rollBack, type Author } from './decide.ts';
export { makeBaselineRun } from './make-run.ts';
export { parseBaseline, readResponseTimes, writeBaseline } from './parse-baseline.ts';
export {
  defaultUpdateRules,
  judgeCandidate,
  proposeUpdate,
  type ProposedChange,
  type UpdateProposal,
  type UpdateRules,
} from './propose-update.ts';
export {
  isCutOff,
  RunBaselines,
  type BaselineMode,
  type FoundParts,
  type RunBaselinesOptions,
} from './run-baselines.ts';
export { complianceSuite, whyNotWhole, type RunContext, type RunParts } from './run-parts.ts';
export {
  defaultBaselineSettings,
  readBaselineSettings,
  type BaselineConfig,
  type BaselineSettings,
} from './settings.ts';
export type {
  BaselineStore,
  BaselineVersion,
  FoundBaseline,
  NewEvent,
  Rebuilt,
  StoreContext,
} from './stores/define.ts';
export { openBaselineStore, type BaselineStoreName } from './stores/open.ts';
export { findHistoryTrends } from './trend/find-trends.ts';
export type { MetricSeries, RunMark, SeriesChange, SeriesPoint, TrendChange } from './trend/types.ts';
export { defaultValidity, judgeResponseTimes, type Validity, type ValidityRules } from './validity.ts';

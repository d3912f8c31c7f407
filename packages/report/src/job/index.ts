/** What one job of a workflow, or all jobs of a matrix, have to say: built, read back, and told. */
export { annotationsOf, type Annotation } from './annotations.ts';
export { buildJobReport } from './build/build-job-report.ts';
export type { AuditedServer, JobReportParts } from './build/parts.ts';
export { jobReportLimits } from './limits.ts';
export { jobOutputs, type JobOutputs } from './outputs.ts';
export { parseJobReport } from './parse-job-report.ts';
export { lacksBaseline, latestReports, outcomeOf } from './reports.ts';
export { renderComment, type CommentOptions } from './tell/render-comment.ts';
export { renderJobSummary, type SummaryOptions } from './tell/render-job-summary.ts';
export { jobReportSchemaVersion } from './types.ts';
export type * from './types.ts';

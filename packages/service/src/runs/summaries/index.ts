/** What happened in a day or a week. */
export { collectSummary, type CollectSettings } from './collect.ts';
export type * from './define.ts';
export { periodOf, summaryCalendar, type Period, type PeriodKind, type SummaryCalendar } from './period.ts';
export { renderSummary, summaryFiles, type SummaryFormat } from './render.ts';
export { startSummaries, type SummariesSettings } from './start-summaries.ts';

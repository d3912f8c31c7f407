/** What our pages are made of, for those of other packages. */
export { benchmarkStyle } from '../benchmark/html/assets.ts';
export { cutText } from '../text/cut.ts';
export { count, formatBytes, formatCount, formatDuration } from '../text/format.ts';
export { reportStyle } from './assets.ts';
export { definitionList } from './blocks.ts';
export { escapeHtml, escapeProse } from './escape.ts';
export { readableTime } from './page-header.ts';
export { renderPage } from './page.ts';
export type { Page, PageSection } from './page.ts';

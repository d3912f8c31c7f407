/** Parts of HTML pages, for who renders pages that look like the reports. */
export { benchmarkStyle } from '../benchmark/html/assets.ts';
export { count, formatBytes, formatCount, formatDuration } from '../text/format.ts';
export { cutText } from '../text/cut.ts';
export { reportStyle } from './assets.ts';
export { escapeHtml } from './escape.ts';
export { readableTime } from './page-header.ts';

/** How texts of ours write amounts. */
export { cutText } from './cut.ts';
export { count, formatBytes, formatCount, formatDuration } from './format.ts';

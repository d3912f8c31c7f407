/** How texts of ours write amounts. */
export { count, formatBytes, formatCount, formatDuration } from './format.ts';

/** RFC 5424, from the least to the most severe; all revisions have these. */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;

/** How severe, 0 to 7; -1 for what is no level. */
export function severityOfLog(level: unknown): number {
  return (logLevels as readonly unknown[]).indexOf(level);
}

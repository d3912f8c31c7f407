interface BackoffSettings {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/**
 * How long to leave a channel alone after so many failures in a row: twice as long each time, up to a limit, and
 * shortened by up to a half by chance so that replicas do not come back together.
 * @param random 0 to 1
 */
export function backoffMs(
  failures: number,
  { firstRetryMs, longestRetryMs }: BackoffSettings,
  random: number,
): number {
  const full = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - random / 2));
}

/** `4 ms`, `1.24 s`, `2 min 5 s`: three significant digits at most, no false precision. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0.95) return durationMs <= 0 ? '0 ms' : `${durationMs.toPrecision(1)} ms`;
  if (durationMs < 9.95) return `${trimZeros(durationMs.toFixed(1))} ms`;
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 9.995) return `${trimZeros(seconds.toFixed(2))} s`;
  if (seconds < 59.95) return `${trimZeros(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min`;
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** `512 B`, `1.5 KiB`, `98 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? trimZeros(value.toFixed(1)) : Math.round(value)} ${units[unit] ?? 'GiB'}`;
}

/** `1 test`, `2 tests`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(amount)} ${amount === 1 ? noun : plural}`;
}

/** `12,345`. */
export function formatCount(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}

function trimZeros(digits: string): string {
  return digits.replace(/\.?0+$/, '');
}

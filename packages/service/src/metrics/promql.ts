/** Pieces of PromQL. */

/** A text as PromQL writes it: its escapes are those of Go, which JSON's are a part of. */
export function promString(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `5m`, `90s`: the largest unit that makes a whole number. */
export function promDuration(ms: number): string {
  if (ms < 1000 || ms % 1000 !== 0) return `${Math.max(0, Math.round(ms))}ms`;
  const [unit, size] = units.find(([, one]) => ms % one === 0) ?? ['s', 1000];
  return `${ms / size}${unit}`;
}

const duration =
  /^(?:(\d{1,2})y)?(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?$/;

/** Milliseconds of `30d` or `1h30m`, as Prometheus reads it; undefined for what it would refuse, and for nothing at all. */
export function readPromDuration(text: string): number | undefined {
  const match = duration.exec(text);
  if (match === null) return undefined;
  const [years = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const allDays = 365 * years + 7 * weeks + days;
  const ms = ((allDays * 24 + hours) * 3600 + minutes * 60 + seconds) * 1000;
  return ms > 0 ? ms : undefined;
}

/** A percentage as the ratio that metrics have, without the noise of binary fractions. */
export function toRatio(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

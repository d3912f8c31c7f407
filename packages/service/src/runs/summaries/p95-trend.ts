import { median, testMannKendall, theilSen } from '@mcp-test-harness/core/statistics';

/** A value of a run, and when. */
export interface TimedValue {
  /** ms since 1970. */
  readonly at: number;
  readonly value: number;
}

const fewestRuns = 12;
/** More than this are drawn evenly: the slopes of all pairs are looked at. */
const mostRuns = 500;
/** Many suites are looked at, and nobody wants to hear of chance. */
const surely = 0.001;
const worthAWord = 10;
const dayMs = 86_400_000;

/**
 * By how many per cent values rose or fell over their time, where that is more than chance and worth a word: the
 * Mann-Kendall test, and the slope of Theil and Sen. Undefined: neither.
 */
export function trendPercent(values: readonly TimedValue[]): number | undefined {
  if (values.length < fewestRuns) return undefined;
  const step = Math.max(1, values.length / mostRuns);
  const drawn = Array.from(
    { length: Math.min(values.length, mostRuns) },
    (_, index) => values[Math.floor(index * step)] ?? { at: 0, value: 0 },
  ).toSorted((one, other) => one.at - other.at);
  const [first, last] = [drawn[0]?.at ?? 0, drawn.at(-1)?.at ?? 0];
  const times = drawn.map(({ at }) => (at - first) / dayMs);
  const heights = drawn.map(({ value }) => value);
  if (last === first || testMannKendall(heights).p > surely) return undefined;
  const { slope, intercept } = theilSen(heights, times);
  const base = intercept > 0 ? intercept : median(heights);
  const percent = (100 * slope * ((last - first) / dayMs)) / base;
  return Number.isFinite(percent) && Math.abs(percent) >= worthAWord ? percent : undefined;
}

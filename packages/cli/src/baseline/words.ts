import type { BaselineRun, TrendChange } from '@mcp-test-harness/core/baseline';

/** `2026-11-26 14:05`. */
export function sayDate(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** The commit of a run, short; `-` where it is not known. */
export function sayCommit(run: Pick<BaselineRun, 'commit'>): string {
  const { commit } = run;
  if (commit === undefined) return '-';
  return `${commit.slice(0, 10)}${commit.endsWith('-dirty') ? '*' : ''}`;
}

export function sayMs(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

export function sayPercent(value: number | undefined): string {
  if (value === undefined) return 'n/a';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)} %`;
}

/** How a history moves, in a word for a table. */
export function sayTrend(trend: readonly TrendChange[]): string {
  const worse = trend.filter(({ direction }) => direction === 'up');
  if (worse.some(({ kind }) => kind === 'drift')) return 'drifts up';
  if (worse.length > 0) return 'stepped up';
  return trend.length > 0 ? 'got better' : '-';
}

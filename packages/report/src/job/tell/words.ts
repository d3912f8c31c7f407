import type { ComparedMetric } from '@mcp-test-harness/core/benchmark';
import { formatValue } from '../../benchmark/values.ts';
import { nameMetric } from '../../benchmark/words.ts';
import type { JobOutcome, ReportedChange } from '../types.ts';

/** A sign for each outcome, always beside a word. */
export const outcomeIcons: Readonly<Record<JobOutcome, string>> = {
  passed: '✅',
  failed: '❌',
  errored: '💥',
  cancelled: '⚠️',
};

/** How a metric that grew is said in plain words, and one that shrank. */
const plainWords: Readonly<Record<ComparedMetric, readonly [more: string, less: string]>> = {
  latency: ['slower', 'faster'],
  latency_mean: ['slower on average', 'faster on average'],
  latency_p95: ['slower at the 95th percentile', 'faster at the 95th percentile'],
  cpu: ['more CPU time', 'less CPU time'],
  memory: ['more memory', 'less memory'],
  start_up: ['slower to start', 'faster to start'],
};

/** `34 % slower`; of several jobs, `31 to 36 % slower`. Undefined where the size is not known. */
export function sayChange(items: readonly ReportedChange[]): string | undefined {
  const metric = items[0]?.metric;
  const sizes = items.flatMap(({ changePercent }) => (changePercent === undefined ? [] : [changePercent]));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (metric === undefined || sizes.length === 0) return undefined;
  const [more, less] = plainWords[metric];
  const range = [...new Set([least, most].map(size))].toSorted((a, b) => Number(a) - Number(b)).join(' to ');
  return `${range} % ${least + most < 0 ? less : more}`;
}

/** Digits that mean something, without a sign. */
function size(percent: number): string {
  return Math.abs(percent)
    .toFixed(Math.abs(percent) < 9.95 ? 1 : 0)
    .replace(/\.0$/, '');
}

/** Keeps a number and its unit, or the words of a cell, on one line. */
export function keepTogether(text: string): string {
  return text.replaceAll(' ', '\u00A0');
}

/** `latency (25th percentile) 1.62 → 2.17 ms`. */
export function sayValues({ metric, base, head }: ReportedChange): string | undefined {
  if (metric === undefined) return undefined;
  const values = `${formatValue(metric, base)} → ${formatValue(metric, head)}`;
  return `${nameMetric(metric)} ${keepTogether(values)}`;
}

/** `26 Nov 2026, 17:40 UTC`, of ISO 8601. */
export function sayTime(iso: string): string {
  return `${sayDate(iso)}, ${iso.slice(11, 16)} UTC`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `26 Nov 2026`. */
export function sayDate(iso: string): string {
  const month = months[Number(iso.slice(5, 7)) - 1] ?? '?';
  return `${Number(iso.slice(8, 10))} ${month} ${iso.slice(0, 4)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

import type { ComparedMetric, MetricComparison } from '@mcp-test-harness/core/benchmark';
import { formatBytes, formatDuration } from '../text/format.ts';

/** `0.21 ms`, `12.4 ms`, `1.2 s`; `n/a` for what was not measured or has too few calls. */
export function formatMs(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return 'n/a';
  if (value >= 100) return formatDuration(value);
  if (value >= 10) return `${value.toFixed(1)} ms`;
  if (value >= 0.1 || value <= 0) return `${value.toFixed(2)} ms`;
  return `${Number(value.toPrecision(2))} ms`;
}

/** A typical value of a side, in the unit of its metric. */
export function formatValue(metric: ComparedMetric, value: number | undefined): string {
  if (value === undefined) return 'n/a';
  return metric === 'memory' ? formatBytes(value) : formatMs(value);
}

/** `+11`, `−3.2`, `+0`: two digits that mean something, and a minus sign that is one. */
function formatSigned(value: number): string {
  const digits = Math.abs(value)
    .toFixed(Math.abs(value) < 9.95 ? 1 : 0)
    .replace(/\.0$/, '');
  return `${value < 0 && Number(digits) !== 0 ? '−' : '+'}${digits}`;
}

/** `+11 %`; `n/a` when it could not be measured. */
export function formatChange(changePercent: number | undefined): string {
  return changePercent === undefined ? 'n/a' : `${formatSigned(changePercent)} %`;
}

/** In per cent; beyond it a limit says no more than that the values are of no use. */
const highestLimit = 900;

/** The smallest change that would have shown: `16 %`, `over 900 %`. */
export function formatLimit(percent: number): string {
  if (percent > highestLimit) return `over ${highestLimit} %`;
  return formatChange(percent).replace('+', '');
}

/** `+9.2 to +13 %`; `n/a` when too few pairs were measured. */
export function formatInterval({ intervalPercent }: Pick<MetricComparison, 'intervalPercent'>): string {
  if (intervalPercent === undefined) return 'n/a';
  return `${formatSigned(intervalPercent[0])} to ${formatSigned(intervalPercent[1])} %`;
}

/** `1,240/s`, `12.4/s`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return 'n/a';
  return `${perSecond < 100 ? Number(perSecond.toPrecision(3)) : Math.round(perSecond).toLocaleString('en')}/s`;
}

import type { ComparedMetric } from './benchmark/comparison-types.ts';

/** How metrics are called in sentences. */
export const metricNames: Readonly<Record<ComparedMetric, string>> = {
  latency: 'latency',
  latency_mean: 'mean latency',
  latency_p95: '95th percentile of latency',
  cpu: 'CPU time per call',
  memory: 'peak memory',
  start_up: 'start-up time',
};

/** `+9 to +13 %`; `unknown` without an interval. */
export function describeInterval(intervalPercent: readonly [low: number, high: number] | undefined): string {
  if (intervalPercent === undefined) return 'unknown';
  return `${signedPercent(intervalPercent[0])} to ${signedPercent(intervalPercent[1])} %`;
}

/** A change in per cent with its sign, without the unit. */
export function signedPercent(value: number): string {
  const rounded = roundPercent(value);
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
}

/** Two digits that mean something, no false precision. */
export function roundPercent(value: number): string {
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return value.toFixed(digits).replace(/\.0$/, '').replace(/^-0$/, '0');
}

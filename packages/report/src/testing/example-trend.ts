import { findChangePoints, Random } from '@mcp-test-harness/core/statistics';
import type { TrendSeries } from '../benchmark/html/trend.ts';
import { formatMs } from '../benchmark/values.ts';

/** Forty commits, of which the twentieth made it slower by 12 %. */
export function exampleTrend(): TrendSeries {
  const random = new Random(3);
  const points = Array.from({ length: 40 }, (_, index) => {
    const value = 0.21 * (index < 19 ? 1 : 1.12) * (1 + (random.next() - 0.5) * 0.05);
    return {
      label: `c${String(index).padStart(3, '0')}`,
      value,
      interval: [value * 0.975, value * 1.03] as const,
      note: `Change ${index}`,
    };
  });
  return {
    title: 'core-tools/search: latency (25th percentile)',
    points,
    changePoints: findChangePoints(points.map(({ value }) => value)),
    format: formatMs,
  };
}

import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import type { ChangePoint } from '../../statistics/index.ts';

/** A run as a place in time. */
export interface RunMark {
  readonly at: string;
  readonly commit?: string | undefined;
}

/** A metric that moved over the history. */
export interface TrendChange {
  /** Of the benchmark, or `server:<name>`. */
  readonly id: string;
  readonly metric: ComparedMetric;
  /**
   * - step: to another level between the runs `from` and `to`: a commit after the one and up to the other;
   * - drift: slowly, over all runs from `from` to `to`.
   */
  readonly kind: 'step' | 'drift';
  /** Up is for the worse. */
  readonly direction: 'up' | 'down';
  readonly from: RunMark;
  readonly to: RunMark;
  /** Over the whole, in per cent. */
  readonly changePercent: number;
  /** Of a drift, with its 95 % interval. */
  readonly perDayPercent?: number | undefined;
  readonly perDayIntervalPercent?: readonly [low: number, high: number] | undefined;
  /** Runs that the metric was known of. */
  readonly runs: number;
}

/** A run's value of a metric. */
export interface SeriesPoint extends RunMark {
  /** In the unit of its series. */
  readonly value: number;
}

/** A change as a chart shows it. */
export interface SeriesChange extends Omit<TrendChange, 'id' | 'metric'> {
  /** Of a step: the place of the first point at the new level, and the medians of both levels in the unit of the series. */
  readonly step?: ChangePoint | undefined;
}

/** What a metric was in the runs that are comparable with the latest: what a chart draws. */
export interface MetricSeries {
  /** Of the benchmark, or `server:<name>`. */
  readonly id: string;
  readonly metric: ComparedMetric;
  /** Of the values; a ratio is what is normalised. */
  readonly unit: 'ms' | 'bytes' | 'ratio';
  /** Divided by the same metric of the computing reference server of the same run. */
  readonly normalised: boolean;
  /** Oldest first, the last 50; the run that was compared is among them. */
  readonly points: readonly SeriesPoint[];
  /** Steps between these points, and drifts. */
  readonly changes: readonly SeriesChange[];
}

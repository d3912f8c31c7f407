import type { ComparedMetric } from '../../benchmark/comparison-types.ts';

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

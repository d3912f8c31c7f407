import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import { comparableRuns } from '../compare/comparable-runs.ts';
import { subjectsOf, valueOf } from '../compare/run-values.ts';
import type { BaselineRun } from '../document-schema.ts';
import { describeSeries, fewestForTrend, type TrendPoint } from './describe-series.ts';
import type { TrendChange } from './types.ts';

/** What is followed over time: not the 95th percentile, of which processes know too little. */
const followed: ReadonlySet<ComparedMetric> = new Set<ComparedMetric>([
  'cpu',
  'latency',
  'latency_mean',
  'start_up',
  'memory',
]);

/** A metric of the latest run over the runs that are comparable with it, and what it did. */
export interface FollowedMetric {
  readonly id: string;
  readonly metric: ComparedMetric;
  readonly normalised: boolean;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  readonly changes: readonly Omit<TrendChange, 'id' | 'metric'>[];
}

/**
 * Steps and slow drifts of everything that the latest run measured, over the runs that are comparable with it. A drift
 * of 1 % a day shows here after two weeks, although no run differs from the one before by anything worth a word.
 * @param runs oldest first
 */
export function followMetrics(runs: readonly BaselineRun[], latest: BaselineRun): readonly FollowedMetric[] {
  const series = subjectsOf(latest).flatMap(({ id, metrics }) =>
    metrics
      .filter((metric) => followed.has(metric))
      .map((metric) => ({ id, metric, ...seriesOf(runs, latest, id, metric) })),
  );
  const family = series.filter(({ points }) => points.length >= fewestForTrend).length;
  return series.map((one) => ({ ...one, changes: describeSeries(one.points, family) }));
}

/** What moved, of all that was followed. */
export function trendsOf(series: readonly FollowedMetric[]): readonly TrendChange[] {
  return series.flatMap(({ id, metric, changes }) => changes.map((change) => ({ id, metric, ...change })));
}

function seriesOf(
  runs: readonly BaselineRun[],
  latest: BaselineRun,
  id: string,
  metric: ComparedMetric,
): Pick<FollowedMetric, 'normalised' | 'points'> {
  const { normalised, runs: comparable } = comparableRuns(runs, latest, id, metric, fewestForTrend);
  const own = valueOf(latest, id, metric, normalised);
  const points = comparable.map(({ run, value }) => ({ run, logValue: value.logValue }));
  if (own !== undefined) points.push({ run: latest, logValue: own.logValue });
  return {
    normalised,
    points: points
      .toSorted((a, b) => Date.parse(a.run.at) - Date.parse(b.run.at))
      .map(({ run, logValue }) => ({
        mark: { at: run.at, ...(run.commit === undefined ? {} : { commit: run.commit }) },
        logValue,
      })),
  };
}

/** The latest run of a history, and what moved until then. */
export function findHistoryTrends(history: readonly BaselineRun[]): readonly TrendChange[] {
  const latest = history.at(-1);
  return latest === undefined ? [] : trendsOf(followMetrics(history, latest));
}

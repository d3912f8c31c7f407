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

/**
 * Steps and slow drifts of everything that the latest run measured, over the runs that are comparable with it. A drift
 * of 1 % a day shows here after two weeks, although no run differs from the one before by anything worth a word.
 * @param runs oldest first
 */
export function findTrends(runs: readonly BaselineRun[], latest: BaselineRun): readonly TrendChange[] {
  const series = subjectsOf(latest).flatMap(({ id, metrics }) =>
    metrics.flatMap((metric) => {
      const points = followed.has(metric) ? pointsOf(runs, latest, id, metric) : [];
      return points.length < fewestForTrend ? [] : [{ id, metric, points }];
    }),
  );
  return series.flatMap(({ id, metric, points }) =>
    describeSeries(points, series.length).map((change) => ({ id, metric, ...change })),
  );
}

function pointsOf(
  runs: readonly BaselineRun[],
  latest: BaselineRun,
  id: string,
  metric: ComparedMetric,
): readonly TrendPoint[] {
  const { normalised, runs: comparable } = comparableRuns(runs, latest, id, metric, fewestForTrend);
  const own = valueOf(latest, id, metric, normalised);
  const points = comparable.map(({ run, value }) => ({ run, logValue: value.logValue }));
  if (own !== undefined) points.push({ run: latest, logValue: own.logValue });
  return points
    .toSorted((a, b) => Date.parse(a.run.at) - Date.parse(b.run.at))
    .map(({ run, logValue }) => ({
      mark: { at: run.at, ...(run.commit === undefined ? {} : { commit: run.commit }) },
      logValue,
    }));
}

/** The latest run of a history, and what moved until then. */
export function findHistoryTrends(history: readonly BaselineRun[]): readonly TrendChange[] {
  const latest = history.at(-1);
  return latest === undefined ? [] : findTrends(history, latest);
}

import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import { median, type ChangePoint } from '../../statistics/index.ts';
import type { BenchmarkAgainstBaseline, MetricAgainstBaseline } from '../compare/types.ts';
import type { FollowedMetric } from './find-trends.ts';
import type { MetricSeries, SeriesChange } from './types.ts';

/** More charts nobody looks at; more points are no more to be told apart. */
const mostSeries = 30;
const mostPoints = 50;
/** One point is no series. */
const fewestPoints = 2;
/** Digits of a value: what noise leaves of it is less. */
const digits = 6;

/** What is drawn; the mean latency follows the latency, and its steps are told all the same. */
const units: Readonly<Partial<Record<ComparedMetric, 'ms' | 'bytes'>>> = {
  cpu: 'ms',
  latency: 'ms',
  start_up: 'ms',
  memory: 'bytes',
};

/**
 * The series that are worth a chart, in bounded space: what became worse first, then what else changed or could not be
 * told, then the rest in its order.
 */
export function chooseSeries(
  followed: readonly FollowedMetric[],
  benchmarks: readonly BenchmarkAgainstBaseline[],
): readonly MetricSeries[] {
  const verdictOf = (id: string, metric: ComparedMetric): MetricAgainstBaseline['verdict'] | undefined =>
    benchmarks.find((one) => one.id === id)?.metrics.find((one) => one.metric === metric)?.verdict;
  const rankOf = ({ id, metric, changes }: FollowedMetric): number => {
    const verdict = verdictOf(id, metric);
    if (verdict === 'regressed' || changes.some(({ direction }) => direction === 'up')) return 0;
    return changes.length > 0 || (verdict !== undefined && verdict !== 'unchanged') ? 1 : 2;
  };
  return followed
    .filter(({ metric, points }) => metric in units && points.length >= fewestPoints)
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, mostSeries)
    .map(toSeries);
}

function toSeries({ id, metric, normalised, points, changes }: FollowedMetric): MetricSeries {
  const skipped = Math.max(0, points.length - mostPoints);
  const steps = findLevels(points, changes);
  return {
    id,
    metric,
    unit: normalised ? 'ratio' : (units[metric] ?? 'ms'),
    normalised,
    points: points.slice(skipped).map(({ mark, logValue }) => ({ ...mark, value: toValue(logValue) })),
    changes: changes.flatMap((change): readonly SeriesChange[] => {
      const step = steps.get(change);
      if (step === undefined) return [change];
      return step.index > skipped ? [{ ...change, step: { ...step, index: step.index - skipped } }] : [];
    }),
  };
}

/** Between which levels each step lies; the marks of a step are those of its points. */
function findLevels(
  points: FollowedMetric['points'],
  changes: FollowedMetric['changes'],
): ReadonlyMap<FollowedMetric['changes'][number], ChangePoint> {
  const steps = changes.filter(({ kind }) => kind === 'step');
  const starts = steps.map(({ to }) => points.findIndex(({ mark }) => mark === to));
  const bounds = [0, ...starts, points.length];
  const levels = bounds
    .slice(0, -1)
    .map((from, place) =>
      toValue(median(points.slice(from, bounds[place + 1]).map(({ logValue }) => logValue))),
    );
  return new Map(
    steps.map((step, place) => [
      step,
      { index: starts[place] ?? 0, before: levels[place] ?? NaN, after: levels[place + 1] ?? NaN },
    ]),
  );
}

function toValue(logValue: number): number {
  return Number(Math.exp(logValue).toPrecision(digits));
}

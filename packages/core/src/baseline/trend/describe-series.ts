import {
  findChangePoints,
  median,
  testMannKendall,
  theilSen,
  type ChangePoint,
} from '../../statistics/index.ts';
import { smallestStep } from '../compare/comparable-runs.ts';
import type { RunMark, TrendChange } from './types.ts';

/** One run's value of a metric, in its place in time. */
export interface TrendPoint {
  readonly mark: RunMark;
  readonly logValue: number;
}

/** Fewer runs show no trend. */
export const fewestForTrend = 10;
/** The chance of a drift where there is none, over all series together. */
const alpha = 0.01;
/** A smaller drift over the whole history is none, as a ratio. */
const smallestDrift = 0.05;
const dayMs = 86_400_000;

/**
 * What a series of runs did: stepped, drifted or neither. A ramp looks like a stair to a search for steps, and a step
 * like a ramp to a test for trends: what describes the runs better, levels or a line, has the word.
 * @param points oldest first
 * @param family how many series are looked at together
 */
export function describeSeries(
  points: readonly TrendPoint[],
  family: number,
): readonly Omit<TrendChange, 'id' | 'metric'>[] {
  if (points.length < fewestForTrend) return [];
  const values = points.map(({ logValue }) => logValue);
  const steps = findChangePoints(values, { minimumShift: Math.log1p(smallestStep) });
  const drift = findDrift(points, family);
  if (drift !== undefined && (steps.length === 0 || lineFitsBetter(points, steps))) return [drift];
  const lastLevel = points.slice(steps.at(-1)?.index ?? 0);
  const since = steps.length === 0 ? undefined : findDrift(lastLevel, family);
  return [...steps.map((step) => toStep(points, step)), ...(since === undefined ? [] : [since])];
}

function findDrift(
  points: readonly TrendPoint[],
  family: number,
): Omit<TrendChange, 'id' | 'metric'> | undefined {
  const [first, last] = [points.at(0), points.at(-1)];
  if (points.length < fewestForTrend || first === undefined || last === undefined) return undefined;
  if (testMannKendall(points.map(({ logValue }) => logValue)).p > alpha / family) return undefined;
  const days = daysOf(points);
  const { slope, interval } = theilSen(
    points.map(({ logValue }) => logValue),
    days,
  );
  const total = slope * ((days.at(-1) ?? 0) - (days[0] ?? 0));
  // NaN: all at the same moment.
  if (!(Math.abs(total) >= Math.log1p(smallestDrift))) return undefined;
  return {
    kind: 'drift',
    direction: total > 0 ? 'up' : 'down',
    from: first.mark,
    to: last.mark,
    changePercent: Math.expm1(total) * 100,
    perDayPercent: Math.expm1(slope) * 100,
    perDayIntervalPercent: [Math.expm1(interval.low) * 100, Math.expm1(interval.high) * 100],
    runs: points.length,
  };
}

function toStep(
  points: readonly TrendPoint[],
  { index, before, after }: ChangePoint,
): Omit<TrendChange, 'id' | 'metric'> {
  const mark = (place: number): RunMark => points[place]?.mark ?? { at: '' };
  return {
    kind: 'step',
    direction: after > before ? 'up' : 'down',
    from: mark(index - 1),
    to: mark(index),
    changePercent: Math.expm1(after - before) * 100,
    runs: points.length,
  };
}

/** By the Bayesian information criterion of Laplace errors, which outliers do not decide. */
function lineFitsBetter(points: readonly TrendPoint[], steps: readonly ChangePoint[]): boolean {
  const values = points.map(({ logValue }) => logValue);
  const days = daysOf(points);
  const { slope, intercept } = theilSen(values, days);
  const fromLine = values.map((value, index) => value - intercept - slope * (days[index] ?? 0));
  const bounds = [0, ...steps.map(({ index }) => index), values.length];
  const fromLevels = bounds.slice(1).flatMap((end, place) => {
    const level = values.slice(bounds[place], end);
    const centre = median(level);
    return level.map((value) => value - centre);
  });
  return cost(fromLine, 2) < cost(fromLevels, 2 * steps.length + 1);
}

function cost(residuals: readonly number[], parameters: number): number {
  const deviation = residuals.reduce((sum, one) => sum + Math.abs(one), 0) / residuals.length;
  return residuals.length * Math.log(deviation + Number.EPSILON) + parameters * Math.log(residuals.length);
}

function daysOf(points: readonly TrendPoint[]): readonly number[] {
  const start = Date.parse(points[0]?.mark.at ?? '');
  return points.map(({ mark }) => (Date.parse(mark.at) - start) / dayMs);
}

import { describe, expect, it } from 'vitest';
import { compareWithBaseline } from '../compare/compare-with-baseline.ts';
import type { BenchmarkAgainstBaseline } from '../compare/types.ts';
import { makeBaseline, makeRun, type RunTraits } from '../testing/make-runs.ts';
import { chooseSeries } from './choose-series.ts';
import type { FollowedMetric } from './find-trends.ts';

function compare(days: number, traits: (day: number) => RunTraits = () => ({}), trend = true) {
  const runs = Array.from({ length: days }, (_, day) => makeRun({ day, seed: day + 1, ...traits(day) }));
  const retention = { days: 365, runs: 100 };
  return compareWithBaseline('core', makeBaseline(runs.slice(0, -1), retention), runs.at(-1)!, { trend });
}

function follow(id: string, init: Partial<FollowedMetric> = {}): FollowedMetric {
  const points = Array.from({ length: 12 }, (_, day) => ({ mark: { at: `day ${day}` }, logValue: 0 }));
  return { id, metric: 'latency', normalised: false, points, changes: [], ...init };
}

function judge(id: string, verdict: BenchmarkAgainstBaseline['verdict']): BenchmarkAgainstBaseline {
  const metric = { metric: 'latency', verdict, scope: 'same-machine', normalised: false, runs: 11 } as const;
  return { id, verdict, sentence: verdict, metrics: [metric] };
}

describe('the series behind the trends', () => {
  it('have a point a comparable run, the compared one last, in the unit of the metric', () => {
    const { series } = compare(12);
    expect(series.map(({ metric, unit, normalised }) => ({ metric, unit, normalised }))).toEqual([
      { metric: 'cpu', unit: 'ratio', normalised: true },
      { metric: 'latency', unit: 'ms', normalised: false },
    ]);
    const [cpu, latency] = series.map(({ points }) => points);
    expect(latency).toHaveLength(12);
    expect(latency?.at(-1)).toMatchObject({ at: '2026-01-12T00:00:00.000Z', commit: 'c11' });
    for (const { value } of cpu ?? []) expect(value).toBeCloseTo(0.5, 1);
    for (const { value } of latency ?? []) expect(value / 19.6).toBeCloseTo(1, 1);
    expect(series.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('put what stepped first, with the place of the step and the levels on both sides', () => {
    const { series, trend } = compare(40, (day) => ({ latencyMs: day < 25 ? 20 : 24 }));
    const [first] = series;
    expect(first).toMatchObject({ id: 'core/echo', metric: 'latency' });
    expect(first?.changes).toHaveLength(1);
    const change = first?.changes[0];
    expect({ id: 'core/echo', metric: 'latency', ...change, step: undefined }).toEqual({
      ...trend.find(({ metric }) => metric === 'latency'),
      step: undefined,
    });
    expect(change?.step?.index).toBe(25);
    expect(first?.points[25]?.commit).toBe('c25');
    expect((change?.step?.before ?? NaN) / 19.6).toBeCloseTo(1, 1);
    expect((change?.step?.after ?? NaN) / 23.5).toBeCloseTo(1, 1);
  });

  it('keep the last 50 points, the steps between them, and count from the first that is kept', () => {
    const { series, trend } = compare(80, (day) => ({ latencyMs: day < 15 ? 20 : day < 60 ? 24 : 29 }));
    const latency = series.find(({ metric }) => metric === 'latency');
    expect(trend.filter(({ metric }) => metric === 'latency')).toHaveLength(2);
    expect(latency?.points).toHaveLength(50);
    expect(latency?.changes.map(({ step }) => step?.index)).toEqual([30]);
    expect(latency?.points[30]?.commit).toBe('c60');
  });

  it.each([
    ['fewer than ten runs', 3, true, 2],
    ['one run and the compared one', 2, true, 2],
    ['no look for trends', 12, false, 0],
  ])('of %s are drawn when there is something to draw', (_, days, trend, expected) => {
    const found = compare(days, undefined, trend);
    expect(found.series).toHaveLength(expected);
    expect(found.trend).toEqual([]);
  });

  it('are 30 at most: worse, then otherwise changed or unclear, then the unchanged; no percentiles of calls', () => {
    const drift = (direction: 'up' | 'down') =>
      ({ kind: 'drift', direction, from: { at: 'a' }, to: { at: 'b' }, changePercent: 9, runs: 12 }) as const;
    const followed = [
      ...Array.from({ length: 40 }, (_, index) => follow(`quiet-${index}`)),
      follow('noisy'),
      follow('down', { changes: [drift('down')] }),
      follow('up', { changes: [drift('up')] }),
      follow('slow'),
      follow('mean', { metric: 'latency_mean', changes: [drift('up')] }),
      follow('new', { points: [{ mark: { at: 'today' }, logValue: 0 }] }),
    ];
    const benchmarks = [
      judge('noisy', 'inconclusive'),
      judge('slow', 'regressed'),
      judge('quiet-0', 'unchanged'),
    ];
    const ids = chooseSeries(followed, benchmarks).map(({ id }) => id);
    expect(ids).toHaveLength(30);
    expect(ids.slice(0, 5)).toEqual(['up', 'slow', 'noisy', 'down', 'quiet-0']);
  });
});

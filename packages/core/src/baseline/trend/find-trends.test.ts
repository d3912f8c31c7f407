import { describe, expect, it } from 'vitest';
import { Random } from '../../statistics/index.ts';
import { normalNoise } from '../../statistics/testing/noise.ts';
import { compareWithBaseline } from '../compare/compare-with-baseline.ts';
import { makeBaseline, makeRun } from '../testing/make-runs.ts';
import { describeSeries } from './describe-series.ts';
import { findHistoryTrends } from './find-trends.ts';

/** A series of one value a day: noise of 3 % and what `at` adds to it. */
function series(length: number, at: (day: number) => number, random: Random) {
  return Array.from({ length }, (_, day) => ({
    mark: { at: new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString(), commit: `c${day}` },
    logValue: at(day) + 0.03 * normalNoise(random),
  }));
}

describe('a trend', () => {
  it('of 1 % a day over 30 daily runs is flagged, although no run is 25 % slower than the one before', () => {
    const runs = Array.from({ length: 30 }, (_, day) =>
      makeRun({ day, latencyMs: 20 * 1.01 ** day, cpuMs: 2 * 1.01 ** day, processSpread: 0.02 }),
    );
    for (const [index, run] of runs.slice(1).entries()) {
      const step = (run.benchmarks[0]?.p50Ms ?? NaN) / (runs[index]?.benchmarks[0]?.p50Ms ?? NaN);
      expect(step).toBeLessThan(1.25);
    }
    const found = compareWithBaseline('core', makeBaseline(runs.slice(0, -1)), runs.at(-1)!);
    const drift = found.trend.find(({ metric }) => metric === 'latency');
    expect(drift).toMatchObject({
      kind: 'drift',
      direction: 'up',
      id: 'core/echo',
      from: { commit: 'c0' },
      to: { commit: 'c29' },
    });
    expect(drift?.perDayPercent).toBeGreaterThan(0.7);
    expect(drift?.perDayPercent).toBeLessThan(1.3);
  });

  it('that is a step names the commits that it lies between', () => {
    const runs = Array.from({ length: 40 }, (_, day) =>
      makeRun({ day, latencyMs: day < 25 ? 20 : 24, cpuMs: 2, processSpread: 0.02 }),
    );
    const step = findHistoryTrends(runs).find(({ metric }) => metric === 'latency');
    expect(step).toMatchObject({
      kind: 'step',
      direction: 'up',
      from: { commit: 'c24' },
      to: { commit: 'c25' },
    });
    expect(step?.changePercent).toBeGreaterThan(15);
  });

  it('is not told from fewer than ten runs', () => {
    const runs = Array.from({ length: 9 }, (_, day) => makeRun({ day, latencyMs: 20 * 1.1 ** day }));
    expect(findHistoryTrends(runs)).toEqual([]);
  });

  it('is seldom seen where there is none, and steps of 10 % are found (100 commits, 3 % noise)', () => {
    const random = new Random(11);
    const repetitions = 200;
    let [falseAlarms, found] = [0, 0];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      if (
        describeSeries(
          series(100, () => 0, random),
          1,
        ).length > 0
      )
        falseAlarms += 1;
      const where = 20 + random.below(60);
      const changes = describeSeries(
        series(100, (day) => (day < where ? 0 : Math.log(1.1)), random),
        1,
      );
      if (changes.some(({ kind, direction }) => kind === 'step' && direction === 'up')) found += 1;
    }
    // Steps and drifts have 1 % each: 2 % of 200, and what chance may add to that once in a hundred.
    expect(falseAlarms).toBeLessThanOrEqual(9);
    expect(found / repetitions).toBeGreaterThanOrEqual(0.95);
  });
});

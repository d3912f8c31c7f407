import { describe, expect, it } from 'vitest';
import { mean } from '../moments.ts';
import { Random } from '../random.ts';
import { draw, normalNoise } from '../testing/noise.ts';
import {
  compareWithHistory,
  historyRule,
  predictNextRun,
  type HistorySeries,
} from './compare-with-history.ts';
import type { Verdict } from './types.ts';

const run = (logValue: number, standardError = 0): HistorySeries['head'] => ({ logValue, standardError });

/** `runs` runs spread evenly over ± `reach`, and a head that differs from their mean by `change` (a ratio less 1). */
function series(runs: number, reach: number, change: number): HistorySeries {
  const history = Array.from({ length: runs }, (_, index) =>
    run(3 + reach * ((2 * index) / Math.max(1, runs - 1) - 1)),
  );
  return {
    benchmark: 'b',
    metric: 'cpu',
    history,
    head: run(mean(history.map(({ logValue }) => logValue)) + Math.log1p(change)),
  };
}

function verdictOn(one: HistorySeries): Verdict {
  const [verdict] = compareWithHistory([one]);
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

describe('compareWithHistory', () => {
  it.each<[string, HistorySeries, object]>([
    ['a change far beyond the spread', series(20, 0.05, 0.5), { state: 'regressed', severity: 'warning' }],
    ['an improvement far beyond it', series(20, 0.05, -0.4), { state: 'improved' }],
    ['no change in a quiet history', series(20, 0.05, 0.01), { state: 'unchanged', within: 0.25 }],
    [
      '10 % in a history that spreads over 25 %',
      series(20, 0.4, 0.1),
      { state: 'inconclusive', reason: 'interval-too-wide' },
    ],
    ['a sure change below the minimum effect', series(20, 0.001, 0.02), { state: 'unchanged' }],
    ['a large change, four runs', series(4, 0.01, 0.4), { state: 'inconclusive', reason: 'too-few-runs' }],
    ['no change, four runs', series(4, 0.01, 0), { state: 'inconclusive', reason: 'too-few-runs' }],
    [
      'a change beyond the error threshold, four runs',
      series(4, 0.01, 0.7),
      { state: 'regressed', severity: 'error' },
    ],
    ['twice as slow as one run', series(1, 0, 1), { state: 'inconclusive', reason: 'too-few-runs' }],
    ['no history', series(0, 0, 1), { state: 'inconclusive', reason: 'too-few-runs' }],
    ['a head that was lost', { ...series(9, 0.1, 0), head: run(NaN) }, { state: 'inconclusive' }],
    [
      'another value after a history without any spread',
      series(8, 0, 0.3),
      { state: 'regressed', severity: 'warning' },
    ],
  ])('%s', (_name, one, expected) => {
    expect(verdictOn(one)).toMatchObject(expected);
  });

  it('tells the smallest change that the history could have shown', () => {
    expect(verdictOn(series(20, 0.4, 0.1)).evidence?.smallestDetectableRatio).toBeGreaterThan(2);
    expect(verdictOn(series(20, 0.05, 0.01)).evidence?.smallestDetectableRatio).toBeLessThan(1.2);
  });

  it('leaves lost runs of the history out', () => {
    const one = series(10, 0.05, 0.5);
    const lost = { ...one, history: [...one.history, run(NaN), run(-Infinity)] };
    expect(verdictOn(lost)).toEqual(verdictOn(one));
  });

  it('is wider for a head that knows its own value worse than the history did', () => {
    const one = series(10, 0.05, 0.2);
    const sure = predictNextRun(one).standardError;
    const vague = predictNextRun({ ...one, head: run(one.head.logValue, 0.1) }).standardError;
    expect(vague ** 2).toBeCloseTo(sure ** 2 + 0.01, 10);
    const asVague = one.history.map(({ logValue }) => run(logValue, 0.1));
    expect(predictNextRun({ history: asVague, head: run(one.head.logValue, 0.1) }).standardError).toBe(sure);
  });
});

describe('with runs that differ by 15 % when nothing has changed', () => {
  const random = new Random(15);
  const spread = 0.15;
  const world = (benchmarks: number, runs: number, change: number): readonly HistorySeries[] =>
    Array.from({ length: benchmarks }, (_, index) => ({
      benchmark: String(index),
      metric: 'cpu',
      history: draw(runs, normalNoise, random).map((value) => run(spread * value)),
      head: run(Math.log1p(change) + spread * normalNoise(random)),
    }));
  const isAlarm = ({ state }: Verdict): boolean => state === 'regressed' || state === 'improved';

  it.each([5, 20])(
    'at most 1 %% of comparisons of ten benchmarks have any false alarm: history of %d',
    (runs) => {
      const comparisons = 1000;
      let alarms = 0;
      for (let index = 0; index < comparisons; index += 1)
        if (compareWithHistory(world(10, runs, 0)).some(isAlarm)) alarms += 1;
      expect(alarms / comparisons).toBeLessThanOrEqual(0.01 + 2.5 * Math.sqrt((0.01 * 0.99) / comparisons));
    },
  );

  it.each([8, 20])('95 %% of the intervals hold the truth: history of %d', (runs) => {
    const truth = Math.log1p(0.1);
    const all = world(4000, runs, 0.1);
    const verdicts = compareWithHistory(all);
    const held = verdicts.filter(({ evidence }) => {
      const { low = NaN, high = NaN } = evidence?.interval ?? {};
      return Math.log(low) <= truth && Math.log(high) >= truth;
    });
    expect(Math.abs(held.length / all.length - 0.95)).toBeLessThan(0.015);
  });

  it.each([8, 20])(
    'the smallest detectable change is detected as often as it is told: history of %d',
    (runs) => {
      const comparisons = 2000;
      let found = 0;
      for (let index = 0; index < comparisons; index += 1) {
        const [one] = world(1, runs, 0);
        if (one === undefined) continue;
        const [before] = compareWithHistory([
          { ...one, head: run(mean(one.history.map(({ logValue }) => logValue))) },
        ]);
        const told = before?.evidence?.smallestDetectableRatio;
        expect(told).toBeGreaterThan(1);
        const head = run(one.head.logValue + Math.log(told ?? NaN));
        if (compareWithHistory([{ ...one, head }])[0]?.state === 'regressed') found += 1;
      }
      expect(Math.abs(found / comparisons - historyRule.power)).toBeLessThan(0.015);
    },
  );
});

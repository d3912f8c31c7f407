import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { draw, heavyNoise, mixedNoise, normalNoise } from '../testing/noise.ts';
import { measureWorld, type World } from '../testing/synthetic-runs.ts';
import { decideInterleaved, type InterleavedMeasurement } from './decide-interleaved.ts';
import { interleavedRule } from './interleaved-rule.ts';
import { nameSuspects } from './name-suspects.ts';
import { suspectBeyond, type Metric } from './rule.ts';
import type { PairSeries, Verdict } from './types.ts';

/** `count` pairs around a change (a ratio less 1), spread evenly over ± `reach` in logarithms. */
function pairs(change: number, reach: number, count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, pair) => Math.log1p(change) + reach * ((2 * ((pair * 5) % count)) / (count - 1) - 1),
  );
}

const series = (logRatios: readonly number[], metric: Metric = 'latency', benchmark = 'b'): PairSeries => ({
  benchmark,
  metric,
  logRatios,
});

/** The verdict on one series that has these pairs in the two stages. */
function verdictOn(
  stage1: readonly number[],
  stage2?: readonly number[],
  metric: Metric = 'latency',
): Verdict {
  const [verdict] = decideInterleaved({
    stage1: [series(stage1, metric)],
    stage2: stage2 === undefined ? [] : [series(stage2, metric)],
  });
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

describe('nameSuspects', () => {
  it.each<[string, Metric, number, number, string | undefined]>([
    ['+3 % of latency', 'latency', 0.03, 0.01, 'regression'],
    ['-3 % of latency', 'latency', -0.03, 0.01, 'improvement'],
    ['+1.5 % of latency, however sure', 'latency', 0.015, 0.001, undefined],
    ['+2.5 % of CPU time', 'cpu', 0.025, 0.001, undefined],
    ['+4 % of CPU time', 'cpu', 0.04, 0.01, 'regression'],
    ['+8 % of the 95th percentile', 'latency_p95', 0.08, 0.01, undefined],
    ['+12 % of memory', 'memory', 0.12, 0.02, 'regression'],
    ['-12 % of start-up time', 'start_up', -0.12, 0.02, 'improvement'],
    ['+3 % that are as likely noise', 'latency', 0.03, 0.2, undefined],
  ])('%s', (_name, metric, change, reach, direction) => {
    const suspects = nameSuspects([series(pairs(change, reach, 8), metric)]);
    expect(suspects.map((suspect) => suspect.direction)).toEqual(direction === undefined ? [] : [direction]);
  });

  it('is not misled by a wild pair that hides a change', () => {
    expect(nameSuspects([series([...pairs(0.05, 0.01, 7), -1])])).toHaveLength(1);
  });

  it('suspects nothing with too few pairs', () => {
    expect(nameSuspects([series([0.1, 0.1, 0.1, 0.1, 0.1, NaN, Infinity])])).toEqual([]);
  });
});

describe('decideInterleaved', () => {
  const slower = pairs(0.11, 0.02, 8);

  it('calls a change what it is, with estimate, interval and p', () => {
    const verdict = verdictOn(slower, pairs(0.11, 0.02, 12));
    expect(verdict).toMatchObject({
      benchmark: 'b',
      metric: 'latency',
      state: 'regressed',
      severity: 'minor',
    });
    const { evidence } = verdict;
    expect(evidence?.ratio).toBeCloseTo(1.11, 6);
    expect(evidence?.interval.low).toBeGreaterThan(1.09);
    expect(evidence?.interval.high).toBeLessThan(1.13);
    expect(evidence?.n).toBe(12);
    expect(evidence?.test?.adjustedP).toBeLessThan(0.0001);
    expect(evidence?.test?.checkP).toBe(2 ** -12);
  });

  it('decides by stage 2 alone', () => {
    expect(verdictOn(slower, pairs(0, 0.02, 12))).toMatchObject({
      state: 'unchanged',
      because: 'interval-inside',
      within: 0.03,
    });
    expect(verdictOn(slower, pairs(0.3, 0.02, 12)).evidence?.ratio).toBeCloseTo(1.3, 6);
    expect(verdictOn(slower)).toMatchObject({ state: 'inconclusive', reason: 'too-few-pairs' });
  });

  it.each<[string, readonly number[], readonly number[] | undefined, object]>([
    ['an improvement', pairs(-0.1, 0.02, 8), pairs(-0.1, 0.02, 12), { state: 'improved' }],
    ['nothing to suspect', pairs(0, 0.02, 8), undefined, { state: 'unchanged', because: 'interval-inside' }],
    [
      'nothing to suspect in more noise',
      pairs(0, 0.1, 8),
      undefined,
      { state: 'unchanged', because: 'not-a-suspect', within: 0.03 },
    ],
    [
      'noise in which a warning could hide',
      pairs(0, 0.6, 8),
      undefined,
      { state: 'inconclusive', reason: 'interval-too-wide' },
    ],
    [
      'a suspect in too much noise',
      slower,
      pairs(0.05, 0.2, 12),
      { state: 'inconclusive', reason: 'interval-too-wide' },
    ],
    [
      'a real change at the minimum effect',
      slower,
      pairs(0.029, 0.01, 12),
      { state: 'inconclusive', reason: 'near-minimum-effect' },
    ],
    [
      'a change in the other direction',
      slower,
      pairs(-0.1, 0.02, 12),
      { state: 'inconclusive', reason: 'stages-disagree' },
    ],
    [
      'a change that stage 1 did not see',
      pairs(0, 0.02, 8),
      pairs(0.1, 0.02, 12),
      { state: 'inconclusive', reason: 'stages-disagree' },
    ],
    [
      'too few pairs in stage 1',
      pairs(0.5, 0.02, 5),
      undefined,
      { state: 'inconclusive', reason: 'too-few-pairs' },
    ],
    [
      'too few pairs in stage 2',
      slower,
      pairs(0.5, 0.02, 5),
      { state: 'inconclusive', reason: 'too-few-pairs' },
    ],
    ['equal values in all pairs', Array<number>(8).fill(0), undefined, { state: 'unchanged' }],
    [
      'the same change in all pairs',
      Array<number>(8).fill(0.25),
      Array<number>(8).fill(0.25),
      { state: 'regressed', severity: 'warning' },
    ],
  ])('%s', (_name, stage1, stage2, expected) => {
    expect(verdictOn(stage1, stage2)).toMatchObject(expected);
  });

  it('finds nothing where the signed ranks see what the trimmed mean has cut off', () => {
    const torn = [...pairs(0.06, 0.002, 8), -0.5, -0.6, 0.07, 0.08];
    expect(verdictOn(slower, torn)).toMatchObject({ state: 'inconclusive', reason: 'tests-disagree' });
  });

  it('asks for more certainty the more suspects there are', () => {
    const many = Array.from({ length: 20 }, (_, index) => series(slower, 'latency', `b${index}`));
    const stage2 = many.map((one) => ({ ...one, logRatios: pairs(0.031, 0.04, 14) }));
    const [alone] = decideInterleaved({ stage1: many.slice(0, 1), stage2 });
    const [first] = decideInterleaved({ stage1: many, stage2 });
    expect(alone).toMatchObject({ state: 'regressed' });
    expect(first).toMatchObject({ state: 'inconclusive', reason: 'not-significant' });
    expect(first?.evidence?.test?.p).toBe(alone?.evidence?.test?.p);
    expect(first?.evidence?.test?.adjustedP).toBeCloseTo(40 * (first?.evidence?.test?.p ?? NaN), 10);
  });

  it.each([
    [0.24, 'minor'],
    [0.26, 'warning'],
    [0.52, 'error'],
    [1.02, 'critical'],
  ])('severity of a sure %d is %s', (change, severity) => {
    expect(verdictOn(slower, pairs(change, 0.002, 12))).toMatchObject({ state: 'regressed', severity });
  });

  it('noise does not raise a severity: the lower bound has to reach the threshold', () => {
    const verdict = verdictOn(slower, pairs(0.3, 0.1, 12));
    expect(verdict).toMatchObject({ state: 'regressed', severity: 'minor' });
    expect(verdict.evidence?.ratio).toBeGreaterThan(1.29);
  });

  it('trouble silences a benchmark, or the one metric that it names', () => {
    const both: InterleavedMeasurement = {
      stage1: [series(slower), series(slower, 'cpu')],
      stage2: [series(pairs(0.11, 0.02, 12)), series(pairs(0.11, 0.02, 12), 'cpu')],
    };
    const states = (troubles: InterleavedMeasurement['troubles']): readonly string[] =>
      decideInterleaved({ ...both, troubles: troubles ?? [] }).map((one) =>
        one.state === 'inconclusive' ? one.reason : one.state,
      );
    expect(states([])).toEqual(['regressed', 'regressed']);
    expect(states([{ benchmark: 'b', reason: 'machine-busy' }])).toEqual(['machine-busy', 'machine-busy']);
    expect(states([{ benchmark: 'b', metric: 'cpu', reason: 'errors' }])).toEqual(['regressed', 'errors']);
    expect(states([{ benchmark: 'other', reason: 'errors' }])).toEqual(['regressed', 'regressed']);
  });

  it('head and base exchanged give the mirrored verdicts, and the order of pairs none other', () => {
    const logRatio = fc.double({ min: -0.2, max: 0.2, noNaN: true });
    const stage = fc.array(logRatio, { minLength: 3, maxLength: 14 });
    const metric = fc.constantFrom(...(Object.keys(suspectBeyond) as Metric[]));
    const shift = fc.double({ min: -0.15, max: 0.15, noNaN: true });
    const mirrored = {
      regressed: 'improved',
      improved: 'regressed',
      unchanged: 'unchanged',
      inconclusive: 'inconclusive',
    } as const;
    fc.assert(
      fc.property(stage, stage, metric, shift, (noise1, noise2, name, change) => {
        const [one, two] = [noise1, noise2].map((noise) => noise.map((value) => value / 10 + change)) as [
          number[],
          number[],
        ];
        const verdict = verdictOn(one, two, name);
        const negated = verdictOn(
          one.map((value) => -value),
          two.map((value) => -value),
          name,
        );
        expect(negated.state).toBe(mirrored[verdict.state]);
        expect(verdictOn(one.toReversed(), two.toReversed(), name).state).toBe(verdict.state);
      }),
      { numRuns: 300 },
    );
  });

  it('judges every series of stage 1 once, whatever it is given', () => {
    const anySeries = fc.record({
      benchmark: fc.constantFrom('a', 'b', '__proto__'),
      metric: fc.constantFrom<Metric>('latency', 'memory'),
      logRatios: fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 0.1, -0.1)), { maxLength: 10 }),
    });
    fc.assert(
      fc.property(
        fc.array(anySeries, { maxLength: 4 }),
        fc.array(anySeries, { maxLength: 4 }),
        (stage1, stage2) => {
          const verdicts = decideInterleaved({ stage1, stage2 });
          expect(verdicts.map(({ benchmark, metric }) => [benchmark, metric])).toEqual(
            stage1.map(({ benchmark, metric }) => [benchmark, metric]),
          );
        },
      ),
    );
  });
});

describe('in thousands of synthetic comparisons', () => {
  const calm: World = {
    benchmarks: 10,
    metrics: ['latency', 'cpu'],
    effectOf: () => 0,
    spread: [0.025, 0.025],
    pairs: [8, 12],
    noise: normalNoise,
  };

  /** Shares: of runs with any false finding, and of changed series that were found. */
  function simulate(world: World, runs: number): { false: number; found: number; severe: number } {
    const random = new Random(20250613);
    let [wrong, found, changed, severe] = [0, 0, 0, 0];
    for (let run = 0; run < runs; run += 1) {
      let alarmed = false;
      for (const verdict of decideInterleaved(measureWorld(world, random))) {
        const effect = world.effectOf(Number(verdict.benchmark));
        const state = effect > 0 ? 'regressed' : 'improved';
        if (effect !== 0) changed += 1;
        if (effect !== 0 && verdict.state === state) found += 1;
        else if (verdict.state === 'regressed' || verdict.state === 'improved') alarmed = true;
        if (verdict.state === 'regressed' && verdict.severity !== 'minor') severe += 1;
      }
      if (alarmed) wrong += 1;
    }
    return { false: wrong / runs, found: found / changed, severe: severe / changed };
  }

  it.each([
    { name: 'calm, normal', spread: 0.025, noise: normalNoise },
    { name: 'calm, heavy tails', spread: 0.025, noise: heavyNoise },
    // Here the minimum effect protects nobody: the tests alone keep the promise.
    { name: 'noisy, normal', spread: 0.12, noise: normalNoise },
    { name: 'noisy, a tenth of the pairs far out', spread: 0.12, noise: mixedNoise },
  ])('at most 1 % have any false alarm: $name', ({ spread, noise }) => {
    const runs = 1000;
    // The claim, and two and a half standard errors of counting.
    const most = 0.01 + 2.5 * Math.sqrt((0.01 * 0.99) / runs);
    expect(simulate({ ...calm, spread: [spread, spread], noise }, runs).false).toBeLessThanOrEqual(most);
  });

  it.each([
    { change: 0.05, noise: normalNoise, name: 'normal', least: 0.93 },
    { change: 0.05, noise: mixedNoise, name: 'a tenth of the pairs far out', least: 0.95 },
    { change: 0.1, noise: normalNoise, name: 'normal', least: 0.998 },
    { change: 0.1, noise: mixedNoise, name: 'a tenth of the pairs far out', least: 0.995 },
    { change: -0.1, noise: normalNoise, name: 'normal', least: 0.998 },
  ])('a change of $change is found in $least of them: $name', ({ change, noise, least }) => {
    const world = { ...calm, effectOf: (benchmark: number) => (benchmark < 2 ? change : 0), noise };
    const result = simulate(world, 250);
    expect(result.found).toBeGreaterThanOrEqual(least);
    expect(result.false).toBeLessThanOrEqual(0.012);
    expect(result.severe).toBe(0);
  });

  it('a change of 2 %, below the minimum effect, seldom alarms', () => {
    expect(simulate({ ...calm, effectOf: () => 0.02 }, 250).found).toBeLessThan(0.03);
  });

  it('a change just below the warning threshold is almost never called a warning', () => {
    const result = simulate({ ...calm, effectOf: () => 0.249 }, 250);
    expect(result.found).toBe(1);
    expect(result.severe).toBeLessThan(0.04);
  });

  it.each([0.01, 0.08])(
    'what is told to be detectable is found with the power told, at a spread of %d',
    (spread) => {
      const random = new Random(6);
      const sure = pairs(0.3, 0.01, 8);
      const runs = 1000;
      let found = 0;
      for (let run = 0; run < runs; run += 1) {
        const noise = draw(12, normalNoise, random).map((value) => spread * value);
        const told = Math.log(verdictOn(sure, noise).evidence?.smallestDetectableRatio ?? NaN);
        const { state } = verdictOn(
          sure,
          noise.map((value) => value + told),
        );
        if (state === 'regressed') found += 1;
      }
      expect(Math.abs(found / runs - interleavedRule.power)).toBeLessThan(0.03);
    },
  );
});

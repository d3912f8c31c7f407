import { describe, expect, it } from 'vitest';
import {
  buildAgainst,
  buildAgainstMetric,
  buildBaseline,
  worseBaseline,
} from '../testing/example-baselines.ts';
import {
  describeBaseline,
  describePolicy,
  describeRuns,
  describeSmallest,
  describeTrend,
  formatSeriesValue,
  worstVerdict,
} from './baseline-words.ts';

const against = (verdict: 'regressed' | 'improved' | 'unchanged' | 'inconclusive', init: object = {}) =>
  buildAgainst(`core/${verdict}`, [buildAgainstMetric('latency', verdict, 5, init)]);

describe('a comparison in one sentence', () => {
  it.each([
    [{ baseline: undefined }, 'No baseline yet: nothing was compared'],
    [{ benchmarks: [], added: ['core/new'] }, 'No benchmark was compared'],
    [{ benchmarks: [] }, 'Nothing got worse'],
    [
      {
        benchmarks: [],
        outcomes: { newlyFailing: [], fixed: ['a'], flaky: [{ test: 'b', failures: 1, runs: 4 }] },
      },
      'Nothing got worse; 1 test fixed, 1 flaky',
    ],
    [{}, 'No regression in 1 benchmark'],
    [
      { benchmarks: [against('improved'), against('unchanged')] },
      'No regression in 2 benchmarks, 1 improved',
    ],
    [{ benchmarks: [against('inconclusive')] }, 'Nothing could be concluded of 1 benchmark'],
    [
      { benchmarks: [against('unchanged'), against('inconclusive')] },
      'No regression in 2 benchmarks; 1 inconclusive, which proves nothing',
    ],
    [
      { outcomes: { newlyFailing: ['a', 'b'], fixed: [], flaky: [] }, benchmarks: [] },
      '2 tests newly failing',
    ],
    [
      worseBaseline(),
      '1 of 4 benchmarks regressed, 1 breaking change, 1 test newly failing, 1 new finding; 1 inconclusive, which proves nothing',
    ],
  ])('%#', (init, sentence) => {
    expect(describeBaseline(buildBaseline(init))).toBe(sentence);
  });
});

describe('the worst of a comparison', () => {
  const { contracts, findings } = worseBaseline();
  it.each([
    ['undefined', { verdict: undefined }],
    ['unchanged', {}],
    ['improved', { verdict: 'improved' }],
    ['regressed', { contracts }],
    ['regressed', { outcomes: { newlyFailing: ['a'], fixed: [], flaky: [] } }],
    ['regressed', { failures: ['a'] }],
    ['inconclusive', { findings }],
    ['regressed', { findings, verdict: 'regressed' }],
  ] as const)('is %s (%#)', (worst, init) => {
    expect(String(worstVerdict(buildBaseline(init)))).toBe(worst);
  });
});

describe('what a comparison rests on', () => {
  it.each([
    [[], undefined, undefined],
    [[against('unchanged', { runs: 5, smallestDetectablePercent: undefined })], '5', undefined],
    [
      [
        against('unchanged', { runs: 5, smallestDetectablePercent: 8.04 }),
        against('inconclusive', { runs: 1200, smallestDetectablePercent: 41.3 }),
      ],
      '5 to 1,200',
      '8 to 41 %',
    ],
    [[against('inconclusive', { smallestDetectablePercent: 1e9 })], '21', 'over 900 %'],
  ])('%#', (benchmarks, runs, smallest) => {
    expect(describeRuns(buildBaseline({ benchmarks }))).toBe(runs);
    expect(describeSmallest(buildBaseline({ benchmarks }))).toBe(smallest);
  });

  it.each([
    [{ regressions: 'never', breakingChanges: false, tests: false, findings: false }, 'never'],
    [
      { regressions: 'warning', breakingChanges: true, tests: true, findings: true },
      'regressions:warning, breaking-changes, tests, findings',
    ],
  ] as const)('writes fail_on as the configuration does (%#)', (policy, words) => {
    expect(describePolicy(policy)).toBe(words);
  });
});

describe('a trend', () => {
  it('names the commits, or the moments of runs without', () => {
    const step = {
      id: 'core/echo',
      metric: 'cpu',
      kind: 'step',
      direction: 'up',
      from: { at: '2026-01-09T10:20:30.000Z' },
      to: { at: '2026-01-10T00:00:00.000Z', commit: '0123456789abcdef' },
      changePercent: 12,
      runs: 20,
    } as const;
    expect(describeTrend(step)).toBe(
      'CPU time per call of core/echo stepped up by 12 % between 2026-01-09 10:20 and 0123456789ab',
    );
    expect(describeTrend({ ...step, kind: 'drift', direction: 'down', perDayPercent: -0.5 })).toBe(
      'CPU time per call of core/echo drifts down, 0.5 % a day, 12 % over 20 runs between 2026-01-09 10:20 and 0123456789ab',
    );
  });

  it.each([
    ['ms', 0.2134, '0.21 ms'],
    ['bytes', 62_914_560, '60 MiB'],
    ['ratio', 0.51234, '0.512×'],
  ] as const)('writes values in %s', (unit, value, text) => {
    expect(formatSeriesValue[unit](value)).toBe(text);
  });
});

import { describe, expect, it } from 'vitest';
import { noCalls } from './call.ts';
import type { CallCounts } from './call.ts';
import type { CallMetric, PairedSample, SideSample } from './blocks.ts';
import { ComparisonData } from './comparison-data.ts';
import type { ComparedBenchmark } from './comparison-types.ts';
import { defaultInterleavedSettings } from './interleaved.ts';
import { judgeComparison } from './judge-comparison.ts';

/** ln(head / base) of each pair, by metric. */
type Series = Partial<Record<CallMetric, readonly number[]>>;

const quiet = [0.001, -0.002, 0, 0.002, -0.001, 0.001, 0, -0.001];
const noisy = [0.5, -0.6, 0.2, -0.1, 0.7, -0.4, -0.5, 0.3];
const slower = [0.1, 0.11, 0.09, 0.1, 0.12, 0.1, 0.08, 0.1];

function side(calls: Partial<CallCounts> = {}): SideSample {
  return { latenciesMs: [1], calls: { ...noCalls, ok: 1, ...calls }, complaint: 'boom', cpuMsPerCall: 1 };
}

function dataOf(series: Series, head: Partial<CallCounts> = {}): ComparisonData {
  const data = new ComparisonData();
  const pairs = Math.max(...Object.values(series).map((values) => values.length));
  for (let pair = 0; pair < pairs; pair += 1) {
    const logRatios: Partial<Record<CallMetric, number>> = {};
    for (const [metric, values] of Object.entries(series) as [CallMetric, readonly number[]][]) {
      const value = values[pair];
      if (value !== undefined) logRatios[metric] = value;
    }
    const sample: PairedSample = { base: side(), head: side(head), logRatios, typical: {}, blocks: 4 };
    data.add('server:s', {
      samples: new Map([['a', sample]]),
      startupMs: { base: undefined, head: undefined },
      peakMemoryBytes: { base: undefined, head: undefined },
    });
  }
  return data;
}

function judge(first: ComparisonData, second?: ComparisonData): ComparedBenchmark | undefined {
  return judgeComparison(first, second, defaultInterleavedSettings).benchmarks.find(({ id }) => id === 'a');
}

describe('the verdict on a benchmark', () => {
  it('is unchanged while its latency is, though a mean that nothing hinted at is noisy, and says so', () => {
    expect(judge(dataOf({ latency: quiet, cpu: quiet, latency_mean: noisy }))).toMatchObject({
      verdict: 'unchanged',
      sentence: expect.stringMatching(
        /^unchanged within ±3 % .*; too noisy to tell: mean latency$/,
      ) as string,
    });
  });

  it('is inconclusive when neither latency nor CPU time is known', () => {
    expect(judge(dataOf({ latency: noisy, latency_mean: noisy }))).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is inconclusive when a mean was suspected and stage 2 could not decide', () => {
    const first = dataOf({ latency: quiet, latency_mean: slower });
    const second = dataOf({ latency: quiet, latency_mean: [0.2, -0.1, 0.3, 0, 0.15, -0.05, 0.25, 0.1] });
    expect(judge(first, second)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is that of stage 2, whatever stage 1 saw', () => {
    const first = dataOf({ latency: slower });
    expect(judge(first, dataOf({ latency: quiet }))).toMatchObject({ verdict: 'unchanged' });
    expect(judge(first, dataOf({ latency: slower }))).toMatchObject({
      verdict: 'regressed',
      severity: 'minor',
    });
  });

  it('is inconclusive for a call that failed in either stage, and tells what was wrong', () => {
    const broken = dataOf({ latency: slower }, { 'tool-error': 2 });
    for (const verdict of [judge(broken), judge(dataOf({ latency: slower }), broken)]) {
      expect(verdict).toMatchObject({
        verdict: 'inconclusive',
        sentence: expect.stringContaining('boom') as string,
      });
    }
  });
});

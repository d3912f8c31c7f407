import type { Baseline } from '@mcp-test-harness/core/baseline';
import { quantile } from '@mcp-test-harness/core/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineP95, drawEvenly, summariseLatency } from './latency.ts';

type Known = Pick<
  Baseline['approved']['run']['benchmarks'][number],
  'id' | 'minMs' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'maxMs'
>;

const baselineOf = (...benchmarks: readonly Known[]) =>
  ({ approved: { run: { benchmarks } } }) as unknown as Baseline;

const fast: Known = { id: 's/fast', minMs: 1, p50Ms: 2, p95Ms: 3, p99Ms: 4, maxMs: 5 };
const slow: Known = { id: 's/slow', minMs: 100, p50Ms: 200, p95Ms: 300, p99Ms: 400, maxMs: 500 };

describe('the latency of a suite', () => {
  it('is told in quantiles of its calls', () => {
    const times = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(summariseLatency(times)).toEqual({ n: 101, p50Ms: 50, p95Ms: 95, p99Ms: 99 });
    expect(summariseLatency([])).toBeUndefined();
  });

  it('keeps its 95th percentile within 1 % when 5,000 of many calls are drawn', () => {
    const times = Array.from({ length: 60_000 }, (_, index) => 10 + ((index * 7919) % 60_000) / 1000);
    const drawn = drawEvenly(times, 5000);
    expect(drawn).toHaveLength(5000);
    const [whole, part] = [quantile(times, 0.95), quantile(drawn, 0.95)];
    expect(Math.abs(part / whole - 1)).toBeLessThan(0.01);
    expect(drawEvenly([1, 2, 3], 5000)).toEqual([1, 2, 3]);
  });
});

describe('the 95th percentile by the approved baseline', () => {
  it('is the one that stands there, for a suite of one benchmark', () => {
    expect(baselineP95(baselineOf(fast), new Map([['s/fast', 17]]))).toBeCloseTo(3, 6);
  });

  it('is that of the mixture, for several: fast ones do not hide the slow', () => {
    const calls = new Map([
      ['s/fast', 50],
      ['s/slow', 50],
    ]);
    // 45 of the 50 slow calls lie below it, at 90 % of their own.
    expect(baselineP95(baselineOf(fast, slow), calls)).toBeCloseTo(200 + (100 * 0.4) / 0.45, 3);
  });

  it('is not known when one of the tests, or the baseline, is not', () => {
    expect(baselineP95(undefined, new Map([['s/fast', 1]]))).toBeUndefined();
    expect(baselineP95(baselineOf(fast), new Map([['s/other', 1]]))).toBeUndefined();
    expect(baselineP95(baselineOf({ ...fast, p95Ms: undefined }), new Map([['s/fast', 1]]))).toBeUndefined();
    expect(baselineP95(baselineOf(fast), new Map())).toBeUndefined();
  });

  it('lies between those of its parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (first, second) => {
        const calls = new Map([
          ['s/fast', first],
          ['s/slow', second],
        ]);
        const mixed = baselineP95(baselineOf(fast, slow), calls);
        expect(mixed).toBeGreaterThanOrEqual(3);
        expect(mixed).toBeLessThanOrEqual(300);
      }),
    );
  });
});

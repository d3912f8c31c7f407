import { describe, expect, it } from 'vitest';
import { checkPerformance, samplesNeeded } from './performance-limits.ts';
import type { Measurement } from './performance-limits.ts';

type Limits = Parameters<typeof checkPerformance>[0];

const messages = (limits: Limits, measured: Partial<Measurement>): readonly string[] =>
  checkPerformance(limits, { durationsMs: [], elapsedMs: 1000, peakMemoryBytes: undefined, ...measured }).map(
    (failure) => failure.message,
  );
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const mib = 2 ** 20;

describe('checkPerformance', () => {
  it.each<[string, Limits, Partial<Measurement>]>([
    ['max_execution_time_ms', { max_execution_time_ms: 100 }, { durationsMs: [100, 1] }],
    ['max_memory_usage_mb', { max_memory_usage_mb: 64 }, { peakMemoryBytes: 64 * mib }],
    ['percentiles', { percentiles: { p95: 57, p50: 30 } }, { durationsMs: range(60) }],
    ['min_requests_per_second', { min_requests_per_second: 10 }, { durationsMs: range(10) }],
    ['no limit at all', {}, {}],
  ])('passes what just keeps %s', (_what, limits, measured) => {
    expect(messages(limits, measured)).toEqual([]);
  });

  it.each<[Limits, Partial<Measurement>, string]>([
    [
      { max_execution_time_ms: 100 },
      { durationsMs: [120.4] },
      'expected every answer within 100 ms, the request took 120 ms',
    ],
    [
      { max_execution_time_ms: 100 },
      { durationsMs: [101, 5, 130] },
      'expected every answer within 100 ms, 2 of 3 requests, the slowest took 130 ms',
    ],
    [
      { max_memory_usage_mb: 64 },
      { peakMemoryBytes: 80.25 * mib },
      `expected the server's process tree to stay within 64 MiB, its peak was 80.25 MiB`,
    ],
    [
      { percentiles: { p95: 56 } },
      { durationsMs: range(60).toReversed() },
      'expected p95 within 56 ms, it was 57 ms over 60 requests',
    ],
    [
      { min_requests_per_second: 10 },
      { durationsMs: range(9) },
      'expected at least 10 requests per second, there were 9',
    ],
  ])('says by how much %j was missed', (limits, measured, message) => {
    expect(messages(limits, measured)).toEqual([message]);
  });

  it('does not round a miss away', () => {
    expect(messages({ max_execution_time_ms: 100 }, { durationsMs: [100.4] })).toEqual([
      'expected every answer within 100 ms, the request took 100.4 ms',
    ]);
    expect(
      messages({ min_requests_per_second: 200 }, { durationsMs: range(1999), elapsedMs: 10_000 }),
    ).toEqual(['expected at least 200 requests per second, there were 199.9']);
  });

  it.each<[string, Limits, Partial<Measurement>, string]>([
    [
      'too few samples for a percentile',
      { percentiles: { p95: 1e9 } },
      { durationsMs: range(59) },
      'not enough samples for p95: it needs 60 requests, there were 59; raise iterations',
    ],
    [
      'a server whose memory cannot be read',
      { max_memory_usage_mb: 64 },
      {},
      'the memory of this server cannot be measured, so that the limit of 64 MiB cannot be judged',
    ],
    [
      'no request for a time',
      { max_execution_time_ms: 5 },
      {},
      'no request was measured, so that the limit of 5 ms cannot be judged',
    ],
    [
      'no request for a rate',
      { min_requests_per_second: 5 },
      { elapsedMs: 0 },
      'no request was measured, so that the rate of 5 per second cannot be judged',
    ],
  ])('never passes what it cannot judge: %s', (_what, limits, measured, message) => {
    expect(messages(limits, measured)).toEqual([message]);
  });

  it('points to the key of the limit', () => {
    const [failure] = checkPerformance(
      { percentiles: { p95: 1 } },
      { durationsMs: range(60), elapsedMs: 1, peakMemoryBytes: undefined },
    );
    expect(failure).toMatchObject({
      severity: 'failure',
      type: 'performance',
      key: 'performance.percentiles.p95',
      configKey: 'performance.percentiles.p95',
      expected: '≤ 1 ms',
      actual: '57 ms',
    });
  });

  it.each([
    [50, 6],
    [5, 60],
    [95, 60],
    [99, 300],
    [99.9, 3000],
    [99.99, 30_000],
    [0, 1],
  ])('reads p%d from at least %d samples', (percent, samples) => {
    expect(samplesNeeded(percent)).toBe(samples);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { createTokenBucket } from './token-bucket.ts';

describe('a bucket of 3 and one in 10 s', () => {
  it('gives three at once, then one in 10 s, and three again after a rest', () => {
    const bucket = createTokenBucket({ burst: 3, everyMs: 10_000 });
    let now = 1_000_000;
    for (let taken = 0; taken < 3; taken += 1) {
      expect(bucket.waitMs(now)).toBe(0);
      bucket.take(now);
    }
    expect(bucket.waitMs(now)).toBe(10_000);
    now += 10_000;
    expect(bucket.waitMs(now)).toBe(0);
    bucket.take(now);
    expect(bucket.waitMs(now + 4000)).toBe(6000);
    now += 30_000;
    for (let taken = 0; taken < 3; taken += 1) {
      expect(bucket.waitMs(now)).toBe(0);
      bucket.take(now);
    }
    expect(bucket.waitMs(now)).toBe(10_000);
  });

  it('never gives more than its burst and what time brings, nor keeps anybody waiting for longer than that', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20_000, max: 30_000 }), { maxLength: 50 }), (steps) => {
        const bucket = createTokenBucket({ burst: 3, everyMs: 10_000 });
        let now = 1_000_000;
        const taken: number[] = [];
        for (const step of steps) {
          // The clock may be set back.
          now += step;
          if (step < 0) taken.length = 0;
          expect(bucket.waitMs(now)).toBeLessThanOrEqual(10_000);
          if (bucket.waitMs(now) > 0) continue;
          bucket.take(now);
          taken.push(now);
          const within = taken.filter((at) => at > now - 10_000);
          expect(within.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

describe('the time that a channel is left alone', () => {
  const settings = { firstRetryMs: 10_000, longestRetryMs: 3_600_000 };

  it.each([
    [1, 0, 10_000],
    [1, 1, 5000],
    [2, 0, 20_000],
    [3, 0, 40_000],
    [9, 0, 2_560_000],
    [10, 0, 3_600_000],
    [1000, 0, 3_600_000],
    [1000, 1, 1_800_000],
  ])('after %i failures and with chance %d is %i ms', (failures, random, expected) => {
    expect(backoffMs(failures, settings, random)).toBe(expected);
  });
});

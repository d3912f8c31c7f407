import { describe, expect, it } from 'vitest';
import { coefficientOfVariation } from '../statistics/index.ts';
import { blockTimes, roundTimes } from './round-times.ts';
import { judgeResponseTimes } from './validity.ts';

describe('the times of rounds', () => {
  it.each([
    ['of one benchmark are its calls', [[3, 1, 2]], [3, 1, 2]],
    [
      'are means over benchmarks',
      [
        [1, 2],
        [8, 10],
      ],
      [4.5, 6],
    ],
    [
      'are as many as the benchmark with the fewest calls has',
      [
        [10, 20],
        [1, 1, 3, 3],
      ],
      [5.5, 11.5],
    ],
    ['leave out what was not called', [[], [7]], [7]],
    ['are none of nothing', [], []],
  ])('%s', (_name, samples, times) => {
    expect(roundTimes(samples)).toEqual(times);
  });

  it('are at most 400, whatever was measured', () => {
    expect(roundTimes([Array.from({ length: 12_345 }, () => 1)])).toHaveLength(400);
  });

  it('do not scatter by a stall now and then, of which a fast server is not to blame', () => {
    const stalls = Array.from({ length: 3000 }, (_, call) =>
      call % 500 === 77 ? 5 : 0.1 + (call % 3) / 100,
    );
    expect(coefficientOfVariation(stalls)).toBeGreaterThan(1);
    expect(coefficientOfVariation(blockTimes(stalls))).toBeLessThan(0.1);
    expect(judgeResponseTimes(blockTimes(stalls)).valid).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { callsPerBlock, measurePair } from './blocks.ts';
import { SimulatedServer, SimulatedTime } from './testing/simulated-server.ts';

describe('callsPerBlock', () => {
  it.each([
    [0.01, 50],
    [0.1, 50],
    [0.2, 25],
    [1, 5],
    [2, 4],
    [25, 4],
    [30, 3],
    [80, 1],
    [2000, 1],
  ])('a call of %d ms makes blocks of %d', (callMs, calls) => {
    expect(callsPerBlock(callMs)).toBe(calls);
  });
});

describe('measurePair', () => {
  async function compare(
    base: number | ((call: number) => number),
    head: number | ((call: number) => number),
    baseFirst = true,
    fewestRounds = 1,
  ): Promise<Awaited<ReturnType<typeof measurePair>>> {
    const time = new SimulatedTime();
    const sides = { base: new SimulatedServer(time, base), head: new SimulatedServer(time, head) };
    return await time.run(measurePair(sides, { ms: 200, fewestRounds }, baseFirst, time.now));
  }

  it.each([true, false])('tells head by base, whichever side begins (base first: %s)', async (baseFirst) => {
    const { logRatios, typical } = await compare(0.2, 0.22, baseFirst);
    for (const metric of ['latency', 'latency_mean', 'latency_p95', 'cpu'] as const) {
      expect(logRatios[metric]).toBeCloseTo(Math.log(1.1), 3);
    }
    expect(typical.latency?.base).toBeCloseTo(0.2, 6);
    expect(typical.latency?.head).toBeCloseTo(0.22, 6);
  });

  it('sees a tail in the mean and in the CPU time that the quarter does not see', async () => {
    const { logRatios } = await compare(0.2, (call) => (call % 10 === 0 ? 0.6 : 0.2));
    expect(logRatios.latency).toBeCloseTo(0, 6);
    expect(logRatios.latency_mean).toBeGreaterThan(0.1);
    expect(logRatios.cpu).toBeGreaterThan(0.1);
  });

  it('sees a tail of slow calls too, of which most blocks have none', async () => {
    const { logRatios } = await compare(1.2, (call) => (call % 10 === 9 ? 3.6 : 1.2));
    expect(logRatios.latency).toBeCloseTo(0, 6);
    expect(logRatios.latency_mean).toBeGreaterThan(0.05);
  });

  it('cancels a drift that both sides share', async () => {
    const drift = (call: number): number => 0.2 * (1 + call / 2000);
    const { logRatios } = await compare(drift, drift);
    expect(Math.abs(logRatios.latency ?? NaN)).toBeLessThan(0.005);
  });

  it('makes four blocks even of calls that use up the budget alone', async () => {
    const { blocks, base, head } = await compare(90, 90);
    expect(blocks).toBe(4);
    expect([base.calls.ok, head.calls.ok]).toEqual([2, 2]);
  });

  it.each([
    { callMs: 8, fewestRounds: 1, rounds: 2 },
    { callMs: 8, fewestRounds: 4, rounds: 4 },
    // Four rounds are more than four times the budget.
    { callMs: 20, fewestRounds: 4, rounds: 3 },
    { callMs: 0.2, fewestRounds: 4, rounds: 8 },
  ])('has rounds enough, within bounds: %o', async ({ callMs, fewestRounds, rounds }) => {
    const { blocks } = await compare(callMs, callMs, true, fewestRounds);
    expect(blocks).toBe(rounds * 4);
  });

  it('leaves the 95th percentile out where there are too few calls for one', async () => {
    const { logRatios } = await compare(8, 8);
    expect(logRatios.latency_p95).toBeUndefined();
    expect(logRatios.latency).toBeCloseTo(0, 6);
  });
});

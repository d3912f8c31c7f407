import { describe, expect, it } from 'vitest';
import { percentile } from '../statistics/index.ts';
import { sampleClosedLoop, sampleOpenLoop } from './load.ts';
import type { SampleBudget } from './sample.ts';
import { sampleSequentially } from './sample.ts';
import { SimulatedServer, SimulatedTime } from './testing/simulated-server.ts';

const budget: SampleBudget = {
  warmupMs: 0,
  measureMs: 5000,
  minCalls: 1,
  maxCalls: Infinity,
  longestMs: Infinity,
};
const stall = { everyMs: 1000, lastsMs: 200 };

describe('load', () => {
  it('shows a stall of 200 ms each second at the 99th percentile of an open loop, and hides it in a closed one', async () => {
    const closedTime = new SimulatedTime();
    const closed = await closedTime.run(
      sampleClosedLoop(new SimulatedServer(closedTime, 1, stall), 1, budget, closedTime.now),
    );
    const openTime = new SimulatedTime();
    const open = await openTime.run(
      sampleOpenLoop(new SimulatedServer(openTime, 1, stall), 300, budget, openTime.now, openTime.until),
    );
    expect(percentile(closed.latenciesMs, 99)).toBeLessThan(2);
    expect(percentile(open.latenciesMs, 99)).toBeGreaterThan(180);
  });

  it('counts a call of the open loop from when it was due, not from when it was sent', async () => {
    const time = new SimulatedTime();
    const { latenciesMs, lagsMs } = await time.run(
      sampleOpenLoop(
        new SimulatedServer(time, 1),
        100,
        { ...budget, measureMs: 1000 },
        time.now,
        // A generator that wakes 3 ms late each time.
        (dueMs) => time.until(dueMs + 3),
      ),
    );
    expect(latenciesMs).toHaveLength(100);
    for (const latencyMs of latenciesMs.slice(1)) expect(latencyMs).toBeCloseTo(4, 6);
    for (const lagMs of lagsMs?.slice(1) ?? []) expect(lagMs).toBeCloseTo(3, 6);
  });

  it('keeps its rate while a slow server falls behind, so that waiting in the queue counts', async () => {
    const time = new SimulatedTime();
    const { latenciesMs } = await time.run(
      sampleOpenLoop(new SimulatedServer(time, 20), 100, { ...budget, measureMs: 500 }, time.now, time.until),
    );
    expect(latenciesMs).toHaveLength(50);
    expect(latenciesMs.at(-1)).toBeCloseTo(20 + 49 * 10, 6);
  });

  it('has so many calls in flight in a closed loop, and no more', async () => {
    const time = new SimulatedTime();
    const server = new SimulatedServer(time, 5);
    const { latenciesMs } = await time.run(
      sampleClosedLoop(server, 4, { ...budget, measureMs: 1000 }, time.now),
    );
    // One server, four callers: each waits for the three before it.
    expect(Math.max(...latenciesMs)).toBeCloseTo(20, 6);
    expect(latenciesMs.length).toBeGreaterThanOrEqual(200);
    expect(latenciesMs.length).toBeLessThanOrEqual(204);
  });

  it('tells the CPU time of the measured calls alone', async () => {
    const time = new SimulatedTime();
    const { cpuMs, latenciesMs } = await time.run(
      sampleSequentially(
        new SimulatedServer(time, 2),
        { ...budget, warmupMs: 100, measureMs: 100 },
        time.now,
      ),
    );
    expect(latenciesMs).toHaveLength(50);
    expect(cpuMs).toBeCloseTo(100, 6);
  });

  it('makes exactly the calls that were asked for, however long they take', async () => {
    const time = new SimulatedTime();
    const { calls } = await time.run(
      sampleSequentially(
        new SimulatedServer(time, 700),
        { ...budget, measureMs: 0, minCalls: 7, maxCalls: 7 },
        time.now,
      ),
    );
    expect(calls.ok).toBe(7);
  });

  it('stops at the longest time that it may take, one call more at most', async () => {
    const time = new SimulatedTime();
    const { calls, elapsedMs } = await time.run(
      sampleSequentially(
        new SimulatedServer(time, 300),
        { ...budget, minCalls: 100, longestMs: 1000 },
        time.now,
      ),
    );
    expect(calls.ok).toBe(4);
    expect(elapsedMs).toBe(1200);
  });
});

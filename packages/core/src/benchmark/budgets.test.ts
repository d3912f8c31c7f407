import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processCount, sampleBudget } from './budgets.ts';
import type { BenchmarkSettings } from './types.ts';

const settings: BenchmarkSettings = {
  load: { kind: 'sequential' },
  processes: 5,
  measureMs: 1000,
  warmupMs: 50,
  minimumSamples: 10,
  calibrate: true,
  keepSamples: false,
};

describe('sampleBudget', () => {
  it('spreads a number of calls over the processes so that none is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 20 }),
        (iterations, processes) => {
          const asked = { ...settings, iterations, processes };
          const calls = Array.from({ length: processCount(asked) }, (_, process) =>
            sampleBudget(asked, process, 3),
          );
          expect(calls.reduce((sum, { maxCalls }) => sum + maxCalls, 0)).toBe(iterations);
          expect(calls.every(({ minCalls, maxCalls }) => minCalls === maxCalls && minCalls > 0)).toBe(true);
        },
      ),
    );
  });

  it('divides the time of the run among benchmarks and processes, and lets nothing take longer', () => {
    const budget = sampleBudget({ ...settings, durationMs: 30_000 }, 0, 6);
    expect(budget.measureMs).toBe(1000);
    expect(budget.longestMs).toBe(1000);
  });

  it('is patient with a slow benchmark until it has enough calls for a statement', () => {
    expect(sampleBudget(settings, 0, 3)).toMatchObject({ measureMs: 200, minCalls: 2, longestMs: 2000 });
  });
});

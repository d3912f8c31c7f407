import type { BenchmarkSettings } from './types.ts';

/** How much is measured where nobody says otherwise. */
export const defaultBenchmarkSettings: BenchmarkSettings = {
  load: { kind: 'sequential' },
  processes: 5,
  measureMs: 1000,
  warmupMs: 50,
  minimumSamples: 10,
  calibrate: true,
  keepSamples: false,
};

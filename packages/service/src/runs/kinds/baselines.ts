import type { Baseline, BaselineComparison, BaselineMode, FoundParts } from '@mcp-test-harness/core/baseline';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import { existsSync } from 'node:fs';
import type { RunJob } from '../messages.ts';

/** The baselines of a run, as far as they are to be had: without them a run is carried out all the same, and says so. */
export interface JobBaselines {
  readonly baselineOf: (suite: string) => Baseline | undefined;
  /** Undefined: not to be had. */
  readonly minimumSamples: number | undefined;
  /** Holds a run against them and writes what the mode wants written. */
  readonly conclude: (found: FoundParts) => Promise<readonly BaselineComparison[]>;
  /** What went wrong so far. */
  readonly notes: readonly string[];
}

export async function openJobBaselines(
  mode: BaselineMode,
  suites: readonly string[],
  { baselines: settings, author }: RunJob,
): Promise<JobBaselines> {
  const notes: string[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      notes.push(`not held against its baseline: ${error.message}`);
      return undefined;
    }
  };
  const opened = await attempt(async () => {
    const { directory, retention } = settings;
    // Nothing to compare with: what reads baselines, and takes as long to load as all the rest, is not needed.
    if (mode === 'compare' && !existsSync(directory)) return undefined;
    const { openBaselineStore, RunBaselines } = await import('@mcp-test-harness/core/baseline');
    const store = await openBaselineStore('file', { directory }, { retention });
    return await RunBaselines.open({
      mode,
      suites,
      store,
      settings,
      author: () => ({ ...author, now: Date.now() }),
    });
  });
  return {
    baselineOf: (suite) => opened?.storedOf(suite),
    minimumSamples: opened?.minimumSamples,
    conclude: async (found) => (await attempt(async () => opened?.conclude(found, {}))) ?? [],
    notes,
  };
}

import type { Baseline, BaselineRun, RunOutcome } from '../document-schema.ts';
import { knownRuns } from '../known-runs.ts';
import type { FlakyTest, OutcomeChanges } from './types.ts';

/** Runs that are looked back on. */
const memory = 20;
/** Passing, failing, passing again: two changes may be a fault and its repair, a third is none. */
const fewestFlips = 3;

/** What happened to each test: newly failing, fixed, or going back and forth over the history. */
export function compareOutcomes(baseline: Baseline, head: BaselineRun): OutcomeChanges {
  const runs = knownRuns(baseline)
    .filter(({ id }) => id !== head.id)
    .slice(-memory);
  const newlyFailing: string[] = [];
  const fixed: string[] = [];
  const flaky: FlakyTest[] = [];
  for (const { test, outcome } of head.outcomes) {
    if (outcome === 'skipped') continue;
    const before = runs.flatMap(({ outcomes }) => outcomes.filter((one) => one.test === test && isRun(one)));
    const seen = [...before, { test, outcome }];
    if (isFlaky(seen)) {
      flaky.push({ test, failures: seen.filter(isFailing).length, runs: seen.length });
      continue;
    }
    const last = before.at(-1);
    if (last === undefined) continue;
    const [failedBefore, failsNow] = [isFailing(last), isFailing({ outcome })];
    if (!failedBefore && failsNow) newlyFailing.push(test);
    if (failedBefore && !failsNow) fixed.push(test);
  }
  return { newlyFailing, fixed, flaky };
}

function isFlaky(seen: readonly RunOutcome[]): boolean {
  const flips = seen.filter((one, index) => {
    const previous = seen[index - 1];
    return previous !== undefined && isFailing(previous) !== isFailing(one);
  }).length;
  return flips >= fewestFlips || seen.some(({ outcome }) => outcome === 'flaky');
}

function isFailing({ outcome }: Pick<RunOutcome, 'outcome'>): boolean {
  return outcome === 'failed' || outcome === 'errored';
}

function isRun({ outcome }: RunOutcome): boolean {
  return outcome !== 'skipped';
}

import type { RunRequest, RunSummary } from '../runs/define.ts';
import type { Run, RunError, RunStore } from '../store/index.ts';

/** How many of the newest runs of the kind are looked through for one of the same suites. */
const lookedThrough = 20;

/** What was before a run, of the same kind and suites. */
export interface PreviousRun {
  /** What the latest run that has a result said; undefined where there is none. */
  readonly summary: RunSummary | undefined;
  /** Why the run just before could not be carried out; undefined when it could. */
  readonly fault: RunError | undefined;
}

export async function previousRun(runs: RunStore, run: Run): Promise<PreviousRun> {
  const { id, kind, scheduleId, suite } = run;
  const filter = {
    kind,
    states: ['finished', 'failed'],
    ...(suite === undefined ? { scheduleId } : { suite }),
  } as const;
  const { items } = await runs.list(filter, { limit: lookedThrough });
  const before = items.filter((one) => one.id !== id && subjectOf(one) === subjectOf(run));
  const finished = before.find(({ state }) => state === 'finished');
  const result = finished === undefined ? undefined : await runs.result(finished.id);
  return { summary: result?.summary as unknown as RunSummary | undefined, fault: before[0]?.error };
}

function subjectOf({ request }: Run): string {
  return JSON.stringify((request as unknown as RunRequest).suites.toSorted());
}

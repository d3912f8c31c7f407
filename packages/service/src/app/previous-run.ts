import type { RunRequest, RunSummary } from '../runs/define.ts';
import type { Run, RunError, RunStore } from '../store/index.ts';

/** How many of the newest runs of a suite are looked through for one of the same kind. */
const lookedThrough = 20;

/** What was before a run, of the same kind and suites. */
export interface PreviousRun {
  /** What the latest run that has a result said; undefined where there is none. */
  readonly summary: RunSummary | undefined;
  /** Why the run just before could not be carried out; undefined when it could. */
  readonly fault: RunError | undefined;
}

export async function previousRun(runs: RunStore, run: Run): Promise<PreviousRun> {
  const filter = run.suite === undefined ? { scheduleId: run.scheduleId } : { suite: run.suite };
  const { items } = await runs.list({ ...filter, states: ['finished', 'failed'] }, { limit: lookedThrough });
  const before = items.filter((one) => one.id !== run.id && subjectOf(one) === subjectOf(run));
  const finished = before.find(({ state }) => state === 'finished');
  const result = finished === undefined ? undefined : await runs.result(finished.id);
  return { summary: result?.summary as unknown as RunSummary | undefined, fault: before[0]?.error };
}

function subjectOf({ kind, request }: Run): string {
  return JSON.stringify([kind, ...(request as unknown as RunRequest).suites.toSorted()]);
}

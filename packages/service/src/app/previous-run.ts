import type { RunRequest, RunSummary } from '../runs/define.ts';
import type { Run, RunStore } from '../store/index.ts';

/** How many of the newest runs of a suite are looked through for one of the same kind. */
const lookedThrough = 20;

/** What the run of the same kind and suites before this one said; undefined where there is none. */
export async function previousSummary(runs: RunStore, run: Run): Promise<RunSummary | undefined> {
  const filter = run.suite === undefined ? { scheduleId: run.scheduleId } : { suite: run.suite };
  const { items } = await runs.list({ ...filter, states: ['finished'] }, { limit: lookedThrough });
  const before = items.find((one) => one.id !== run.id && subjectOf(one) === subjectOf(run));
  const result = before === undefined ? undefined : await runs.result(before.id);
  return result?.summary as unknown as RunSummary | undefined;
}

function subjectOf({ kind, request }: Run): string {
  return JSON.stringify([kind, ...(request as unknown as RunRequest).suites.toSorted()]);
}

/** Suites, and how they went. */
import type { Plan } from '@mcp-test-harness/core';
import type { Run } from '../../store/index.ts';
import type { ServiceContext } from '../define.ts';
import { suitesOfRun } from './runs.ts';
import { readSummary, type StoredSummary } from './summary.ts';

/** So many of the newest runs are looked at for all suites at once; suites that ran before are asked for one by one. */
const recentRuns = 200;

/** A run of a suite, and how the suite went in it. */
export interface SuiteRun {
  readonly run: Run;
  /** `passed`, `failed`, `errored`; undefined for a run that was not carried out. */
  readonly verdict: string | undefined;
}

/** The server that all of these suites run against, as the configuration names it; undefined for several. */
export function serverOfSuites(plan: Plan, suites: readonly string[]): string | undefined {
  const chosen = plan.suites.filter(({ name }) => suites.length === 0 || suites.includes(name));
  const names = new Set(chosen.map(({ server }) => configuredName(plan, server)));
  const [name, another] = names;
  return another === undefined ? name : undefined;
}

/** A suite with a client of its own runs against a variant of a server, which goes by the same name in the configuration. */
export function configuredName(plan: Plan, server: string): string {
  return plan.servers.find(({ name }) => name === server)?.configuredName ?? server;
}

/** The newest run of each suite that is over and was not skipped. */
export async function latestRuns(context: ServiceContext): Promise<ReadonlyMap<string, SuiteRun>> {
  const { store, settings } = context;
  const names = settings().plan.suites.map(({ name }) => name);
  const states = ['finished', 'failed'] as const;
  const recent = await store.runs.list({ states }, { limit: recentRuns });
  const newest = new Map<string, Run>();
  const note = (run: Run): void => {
    const own = suitesOfRun(run);
    const asked = own.length === 0 ? names : own.filter((name) => names.includes(name));
    for (const name of asked) if (!newest.has(name)) newest.set(name, run);
  };
  recent.items.forEach(note);
  if (recent.next !== undefined) {
    for (const suite of names.filter((name) => !newest.has(name)))
      (await store.runs.list({ states, suite }, { limit: 1 })).items.forEach(note);
  }
  const found = new Map<string, SuiteRun>();
  const summaries = new Map<string, StoredSummary | undefined>();
  for (const [name, run] of newest) {
    // A run of several suites may have failed for another; it is looked at once.
    const isShared = run.suite === undefined && run.state === 'finished';
    if (isShared && !summaries.has(run.id)) summaries.set(run.id, await summaryOf(context, run));
    const summary = summaries.get(run.id);
    found.set(name, { run, verdict: summary === undefined ? run.verdict : verdictOfSuite(summary, name) });
  }
  return found;
}

async function summaryOf({ store }: ServiceContext, { id }: Run): Promise<StoredSummary | undefined> {
  return readSummary((await store.runs.result(id))?.summary);
}

function verdictOfSuite({ suites, verdict }: StoredSummary, name: string): string {
  const own = suites.filter(({ suite }) => suite === name);
  // What no test is to blame for, such as a regression, is told of all of them.
  if (own.length === 0 || suites.every(({ failed, errored }) => failed + errored === 0)) return verdict;
  if (own.some(({ errored }) => errored > 0)) return 'errored';
  return own.some(({ failed }) => failed > 0) ? 'failed' : 'passed';
}

/** What the runs of a suite said, newest first. */
export async function historyOf(
  context: ServiceContext,
  suite: string,
  limit: number,
): Promise<readonly { readonly run: Run; readonly summary: StoredSummary | undefined }[]> {
  const { store } = context;
  const states = ['finished'] as const;
  const [own, recent] = await Promise.all([
    store.runs.list({ states, suite }, { limit }),
    store.runs.list({ states }, { limit: recentRuns }),
  ]);
  const shared = recent.items.filter((run) => {
    const suites = suitesOfRun(run);
    return run.suite === undefined && (suites.length === 0 || suites.includes(suite));
  });
  const runs = [...own.items, ...shared].toSorted((one, other) => other.createdAt - one.createdAt);
  return await Promise.all(
    runs.slice(0, limit).map(async (run) => ({ run, summary: await summaryOf(context, run) })),
  );
}

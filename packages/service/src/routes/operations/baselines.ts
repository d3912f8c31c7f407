/** What runs are compared with, and decisions about it. */
import {
  approveRun,
  defaultUpdateRules,
  proposeUpdate,
  rollBack,
  type Baseline,
  type BaselineStore,
  type FoundBaseline,
} from '@mcp-test-harness/core/baseline';
import type { Caller } from '../access/caller.ts';
import type { ServiceContext } from '../define.ts';
import { HttpError } from '../listener/problem.ts';

/** By suite. Documents that cannot be read are among them. */
export async function listBaselines({ baselines }: ServiceContext): Promise<readonly FoundBaseline[]> {
  const found = await (await baselines()).list();
  return found.toSorted((one, other) => (one.suite ?? '').localeCompare(other.suite ?? ''));
}

/** @throws HttpError 404 */
export async function openBaseline(
  { baselines }: ServiceContext,
  suite: string,
): Promise<{ readonly store: BaselineStore; readonly baseline: Baseline }> {
  const store = await baselines();
  const known = (await store.suites()).includes(suite);
  const baseline = known ? await store.read(suite) : undefined;
  if (baseline === undefined) throw new HttpError(404, 'this suite has no baseline');
  return { store, baseline };
}

export interface ApprovalWanted {
  /** Of a run of the history; the newest when absent. */
  readonly run?: string | undefined;
  readonly reason: string;
  /** Against the rules. */
  readonly force: boolean;
}

/**
 * Lets a run of the history become the measure of others.
 * @throws HttpError 404, or 409 with what the rules have against it
 */
export async function approveBaseline(
  context: ServiceContext,
  caller: Caller,
  suite: string,
  { run: id, reason, force }: ApprovalWanted,
  now: number,
): Promise<Baseline> {
  const { store, baseline } = await openBaseline(context, suite);
  const run = id === undefined ? undefined : baseline.history.find((one) => one.id === id);
  if (id !== undefined && run === undefined)
    throw new HttpError(404, 'the history of this baseline has no such run');
  const rules = context.settings().baselines?.rules ?? defaultUpdateRules;
  const { decision, candidate, reasons } = proposeUpdate(baseline, rules, now, run);
  // A person who approves need not wait for the day of the next update.
  const allowed = decision === 'proposed' || decision === 'deferred';
  if (candidate === undefined || (!allowed && !force)) {
    throw new HttpError(409, `not approved: ${reasons.join('; ')}`, {
      hint: candidate === undefined ? undefined : 'force: true approves it all the same, and is logged.',
    });
  }
  const author = { by: nameOf(caller), reason, now };
  const changed = await approveRun(store, suite, candidate, !allowed, author);
  return changed ?? baseline;
}

/**
 * Lets what was approved in an earlier version be approved again.
 * @throws HttpError 404, or 409 for a version that cannot be read
 */
export async function rollBackBaseline(
  context: ServiceContext,
  caller: Caller,
  suite: string,
  wanted: { readonly version: number; readonly reason: string },
  now: number,
): Promise<Baseline> {
  const { store, baseline } = await openBaseline(context, suite);
  const version = (await store.versions(suite)).find(({ number }) => number === wanted.version);
  if (version === undefined) throw new HttpError(404, 'this baseline has no such version');
  if (version.baseline === undefined) throw new HttpError(409, 'that version cannot be read');
  const author = { by: nameOf(caller), reason: wanted.reason, now };
  return (await rollBack(store, suite, version.baseline, author)) ?? baseline;
}

function nameOf({ actor }: Caller): string {
  return actor.username ?? actor.via;
}

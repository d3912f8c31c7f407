import type { BaselineAction, BaselineComparison } from './compare/types.ts';
import type { Baseline, BaselineRun } from './document-schema.ts';
import { judgeCandidate, proposeUpdate, type UpdateRules } from './propose-update.ts';
import type { BaselineStore } from './stores/define.ts';
import { whyNotWhole, type RunParts } from './run-parts.ts';
import type { ValidityRules } from './validity.ts';

/** Who changes a baseline, and when. */
export interface Author {
  readonly by: string;
  readonly reason?: string | undefined;
  /** In ms since 1970. */
  readonly now: number;
}

/**
 * Makes a run the measure of others, and the new anchor. It must be whole, and the samples of benchmarks must be sound;
 * tests may fail, so that a project with known failures hears of new ones.
 */
export async function establishBaseline(
  store: BaselineStore,
  parts: RunParts,
  suite: string,
  run: BaselineRun,
  validity: ValidityRules,
  author: Author,
): Promise<BaselineAction> {
  const reasons = [...whyNotWhole(parts, suite), ...judgeCandidate(run, validity)];
  if (reasons.length > 0) return { kind: 'refused', reasons };
  await store.change(suite, () => ({ event: 'established', run, ...toEntry(author) }));
  return { kind: 'established', reasons: [] };
}

/**
 * Adds a run to the history, and lets it become the measure of others where the rules allow. A run that is slower is
 * added too: the history tells what is, and only what is approved tells what should be.
 */
export async function recordRun(
  store: BaselineStore,
  parts: RunParts,
  run: BaselineRun,
  comparison: BaselineComparison,
  rules: UpdateRules,
  author: Author,
): Promise<BaselineAction> {
  const { suite } = comparison;
  const reasons = whyNotWhole(parts, suite);
  if (reasons.length > 0) return { kind: 'refused', reasons };
  const recorded = { ...run, green: run.green && comparison.failures.length === 0 };
  const entry = toEntry(author);
  const baseline = await store.change(suite, () => ({ event: 'recorded', run: recorded, ...entry }));
  if (baseline === undefined) return { kind: 'recorded', reasons: [] };
  const proposal = proposeUpdate(baseline, rules, author.now, recorded);
  if (proposal.decision !== 'proposed') return { kind: 'recorded', reasons: proposal.reasons };
  await store.change(suite, () => ({ event: 'approved', run: recorded, ...entry }));
  return { kind: 'approved', reasons: [] };
}

/**
 * Lets a run of the history become the measure of others.
 * @param force against the rules
 */
export async function approveRun(
  store: BaselineStore,
  suite: string,
  run: BaselineRun,
  force: boolean,
  author: Author,
): Promise<Baseline | undefined> {
  return await store.change(suite, () => ({
    event: 'approved',
    run,
    ...toEntry(author),
    ...(force ? { forced: true } : {}),
  }));
}

/** Lets what was approved in an earlier version be approved again, its anchor with it. */
export async function rollBack(
  store: BaselineStore,
  suite: string,
  version: Baseline,
  author: Author,
): Promise<Baseline | undefined> {
  return await store.change(suite, () => ({
    event: 'rolled-back',
    run: version.approved.run,
    anchor: version.anchor,
    ...toEntry(author),
  }));
}

function toEntry({ by, reason, now }: Author) {
  return { at: new Date(now).toISOString(), by, ...(reason === undefined ? {} : { reason }) };
}

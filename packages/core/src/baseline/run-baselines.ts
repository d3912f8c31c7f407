import { HarnessError, isHarnessError } from '../errors.ts';
import type { RunResult } from '../runner/result.ts';
import { compareWithBaseline } from './compare/compare-with-baseline.ts';
import { readPolicy } from './compare/policy.ts';
import type { BaselineAction, BaselineComparison, ChangesSince, FailOnPolicy } from './compare/types.ts';
import { establishBaseline, recordRun, type Author } from './decide.ts';
import type { Baseline } from './document-schema.ts';
import { makeBaselineRun } from './make-run.ts';
import { judgeCandidate } from './propose-update.ts';
import { complianceSuite, whyNotWhole, type RunContext, type RunParts } from './run-parts.ts';
import type { BaselineSettings } from './settings.ts';
import type { BaselineStore } from './stores/define.ts';
import type { ValidityRules } from './validity.ts';

/**
 * What is to be done with the baselines of a run:
 * - establish: it is the measure of later ones;
 * - compare: nothing is written;
 * - update: compared and added to the history; established where there is none;
 * - establish-or-compare: compared where there is one;
 * - glance: compared where there is one, and nothing is decided by it.
 */
export type BaselineMode = 'establish' | 'compare' | 'update' | 'establish-or-compare' | 'glance';

export interface RunBaselinesOptions {
  readonly mode: BaselineMode;
  /** Whose baselines they are; for what the specification says of a server {@link complianceSuite}. */
  readonly suites: readonly string[];
  readonly store: BaselineStore;
  readonly settings: BaselineSettings;
  /** Instead of that of the settings. */
  readonly failOn?: FailOnPolicy | undefined;
  /** Default: approved. */
  readonly since?: ChangesSince | undefined;
  /** Who does it, asked when something is written. */
  readonly author: () => Author;
  /** How to make a baseline, for the error of a comparison with none; undefined: none is a result too. */
  readonly hintWithoutBaseline?: string | undefined;
  /** A baseline that cannot be read is told here and counts as none; undefined: it is an error. Awaited, so that it can be taken away. */
  readonly onUnreadable?: ((error: HarnessError, suite: string) => void | Promise<void>) | undefined;
}

/** What a run found in all its suites. */
export interface FoundParts extends Omit<RunParts, 'compliance'> {
  /** One a server. */
  readonly compliance?: readonly RunResult[] | undefined;
}

/** A part was interrupted, or had no server: nothing of the run is worth a comparison. */
export function isCutOff({ benchmark, tests, compliance = [] }: FoundParts): boolean {
  return [benchmark, tests, ...compliance].some((one) => one?.exitCode === 130 || one?.exitCode === 3);
}

/** The baselines of the suites of one run: opened before anything is measured, asked when all is known. */
export class RunBaselines {
  readonly #options: RunBaselinesOptions;
  readonly #stored: ReadonlyMap<string, Baseline | undefined>;

  private constructor(options: RunBaselinesOptions, stored: ReadonlyMap<string, Baseline | undefined>) {
    this.#options = options;
    this.#stored = stored;
  }

  /**
   * Looks whether all can be done before the work begins.
   * @throws HarnessError IO_READ without a baseline to compare with, or for a corrupt one; IO_WRITE when none can be written
   */
  static async open(options: RunBaselinesOptions): Promise<RunBaselines> {
    const { mode, suites, store, hintWithoutBaseline: hint } = options;
    const stored = new Map<string, Baseline | undefined>();
    for (const suite of suites) stored.set(suite, await readStored(suite, options));
    const hasNone = [...stored.values()].every((one) => one === undefined);
    if (mode === 'compare' && hasNone && hint !== undefined) {
      throw new HarnessError({
        code: 'IO_READ',
        message: `${store.place} has no baseline of ${suites.map((suite) => `"${suite}"`).join(', ')} to compare with`,
        hint,
      });
    }
    if (mode !== 'compare' && mode !== 'glance') for (const suite of suites) await store.probe(suite);
    return new RunBaselines(options, stored);
  }

  /** How many calls of each benchmark a baseline needs; undefined: any number will do. */
  get minimumSamples(): number | undefined {
    const { mode, settings } = this.#options;
    return mode === 'glance' ? undefined : settings.rules.validity.minimumSamples;
  }

  /** The contracts of servers are worth asking for. */
  get wantsContracts(): boolean {
    return this.#options.mode !== 'glance';
  }

  /** What was stored before the run, of a suite. */
  storedOf(suite: string): Baseline | undefined {
    return this.#stored.get(suite);
  }

  /**
   * Holds every suite of a run against its baseline, and writes what the mode wants written. What was cut off, or had no
   * server, is held against nothing.
   */
  async conclude(found: FoundParts, context: RunContext): Promise<readonly BaselineComparison[]> {
    if (isCutOff(found)) return [];
    const comparisons: BaselineComparison[] = [];
    for (const suite of this.#options.suites) {
      const parts = partsOf(found, suite);
      if (parts === undefined) continue;
      const comparison = await this.#concludeSuite(suite, parts, context);
      if (comparison !== undefined) comparisons.push(comparison);
    }
    return comparisons;
  }

  async #concludeSuite(
    suite: string,
    parts: RunParts,
    context: RunContext,
  ): Promise<BaselineComparison | undefined> {
    const { mode, settings, since, failOn = settings.policy } = this.#options;
    const stored = this.#stored.get(suite);
    if (mode === 'glance' && stored === undefined) return undefined;
    const writes = this.#writesOf(stored);
    const comparison = compareWithBaseline(suite, stored, makeBaselineRun(parts, suite, context), {
      thresholds: settings.rules.thresholds,
      failOn: writes === 'establish' || mode === 'glance' ? readPolicy(['never']) : failOn,
      trend: settings.trend,
      since,
    });
    if (writes === undefined) return comparison;
    return { ...comparison, action: await this.#write(writes, suite, parts, context, comparison) };
  }

  /** An update of nothing is a beginning: a default branch needs no first step of its own. */
  #writesOf(stored: Baseline | undefined): 'establish' | 'update' | undefined {
    const { mode } = this.#options;
    if (mode === 'establish') return 'establish';
    if (mode === 'update') return stored === undefined ? 'establish' : 'update';
    return mode === 'establish-or-compare' && stored === undefined ? 'establish' : undefined;
  }

  async #write(
    writes: 'establish' | 'update',
    suite: string,
    parts: RunParts,
    context: RunContext,
    comparison: BaselineComparison,
  ): Promise<BaselineAction> {
    const { store, settings, author } = this.#options;
    const { validity } = settings.rules;
    const { kept, leftOut } = leaveOutUnsound(parts, suite, writes === 'establish' ? validity : undefined);
    const run = makeBaselineRun(kept, suite, context);
    const action =
      writes === 'establish'
        ? await establishBaseline(store, kept, suite, run, validity, author())
        : await recordRun(store, kept, run, comparison, settings.rules, author());
    return { ...action, reasons: [...leftOut, ...action.reasons] };
  }
}

async function readStored(
  suite: string,
  { store, onUnreadable }: RunBaselinesOptions,
): Promise<Baseline | undefined> {
  try {
    return await store.read(suite);
  } catch (error) {
    if (onUnreadable === undefined || !isHarnessError(error)) throw error;
    await onUnreadable(error, suite);
    return undefined;
  }
}

/** What belongs to a suite; undefined when nothing of it was to be found out. */
function partsOf(found: FoundParts, suite: string): RunParts | undefined {
  const { compliance = [], ...parts } = found;
  const judged = compliance.find(
    ({ servers: [server] }) => server !== undefined && complianceSuite(server.name) === suite,
  );
  if (judged !== undefined) return { compliance: judged };
  return Object.values(parts).every((part) => part === undefined) ? undefined : parts;
}

/**
 * Benchmarks that failed, or whose samples make no measure, keep the outcomes of the tests from no history.
 * @param validity undefined where the run is to be no measure
 */
function leaveOutUnsound(
  parts: RunParts,
  suite: string,
  validity: ValidityRules | undefined,
): { readonly kept: RunParts; readonly leftOut: readonly string[] } {
  const { benchmark, ...kept } = parts;
  if (benchmark === undefined || parts.tests === undefined) return { kept: parts, leftOut: [] };
  const reasons = [
    ...whyNotWhole({ benchmark }, suite),
    ...(validity === undefined ? [] : judgeCandidate(makeBaselineRun({ benchmark }, suite), validity)),
  ];
  if (reasons.length === 0) return { kept: parts, leftOut: [] };
  return { kept, leftOut: reasons.map((reason) => `its benchmarks are left out: ${reason}`) };
}

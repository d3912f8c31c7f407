import type { LoadedConfig, Plan } from '@mcp-test-harness/core';
import type {
  Baseline,
  BaselineAction,
  BaselineComparison,
  BaselineRun,
  BaselineStore,
  FailOnPolicy,
} from '@mcp-test-harness/core/baseline';
import type { BenchmarkResult, FailOn } from '@mcp-test-harness/core/benchmark';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { readAuthor, readRevision } from '../baseline/author.ts';
import { readBaselineSettings, type BaselineSettings } from '../baseline/settings.ts';
import type { Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import type { BaselineMode } from './baseline-mode.ts';
import { takeContracts } from './take-contracts.ts';

/** What `benchmark` does with the baselines of the suites that it measures. */
export class RunBaselines {
  readonly #mode: BaselineMode;
  readonly #settings: BaselineSettings;
  readonly #store: BaselineStore;
  readonly #plan: Plan;
  readonly #io: Io;
  /** Undefined: that of the configuration. */
  readonly #failOn: FailOn | undefined;
  readonly #stored = new Map<string, Baseline | undefined>();

  private constructor(
    mode: BaselineMode,
    settings: BaselineSettings,
    store: BaselineStore,
    plan: Plan,
    io: Io,
    failOn: FailOn | undefined,
  ) {
    this.#mode = mode;
    this.#settings = settings;
    this.#store = store;
    this.#plan = plan;
    this.#io = io;
    this.#failOn = failOn;
  }

  /**
   * Looks whether all can be done before anything is measured.
   * @throws HarnessError IO_READ without a baseline to compare with, or for a corrupt one; IO_WRITE when none can be written
   */
  static async open(
    mode: BaselineMode,
    loaded: LoadedConfig,
    plan: Plan,
    given: { readonly 'output-dir': string | undefined; readonly failOn: FailOn | undefined },
    io: Io,
  ): Promise<RunBaselines> {
    const { openBaselineStore } = await import('@mcp-test-harness/core/baseline');
    const settings = readBaselineSettings(loaded);
    const named = given['output-dir'];
    const store = await openBaselineStore(
      'file',
      named === undefined
        ? { directory: settings.directory }
        : { directory: resolvePath(io, named), single: plan.suites.length === 1 },
      { retention: settings.retention },
    );
    const opened = new RunBaselines(mode, settings, store, plan, io, given.failOn);
    await opened.#prepare();
    return opened;
  }

  /** How many calls of each benchmark a baseline needs; undefined: any number will do. */
  get minimumSamples(): number | undefined {
    return this.#mode === 'glance' ? undefined : this.#settings.rules.validity.minimumSamples;
  }

  /** The result with what its baselines say of it; writes what the mode wants written. */
  async conclude(result: BenchmarkResult, signal: AbortSignal): Promise<BenchmarkResult> {
    const { makeBaselineRun, withBaselines } = await import('@mcp-test-harness/core/baseline');
    if (result.exitCode === 130 || result.exitCode === 3) return result;
    const [revision, contracts] = await Promise.all([
      readRevision(this.#plan.baseDir, this.#io),
      this.#mode === 'glance'
        ? { contracts: new Map<string, never>(), warnings: [] }
        : takeContracts(this.#plan, this.#io, signal),
    ]);
    const comparisons: BaselineComparison[] = [];
    for (const { name } of this.#plan.suites) {
      const run = makeBaselineRun(result, name, { ...revision, contracts: contracts.contracts });
      const comparison = await this.#concludeSuite(name, run, result);
      if (comparison !== undefined) comparisons.push(comparison);
    }
    const told = { ...result, warnings: [...result.warnings, ...contracts.warnings] };
    return withBaselines(told, comparisons);
  }

  async #prepare(): Promise<void> {
    const suites = this.#plan.suites.map(({ name }) => name);
    for (const suite of suites) this.#stored.set(suite, await this.#readStored(suite));
    if (this.#mode === 'compare' && [...this.#stored.values()].every((stored) => stored === undefined)) {
      throw new HarnessError({
        code: 'IO_READ',
        message: `${this.#store.place} has no baseline of ${suites.map((suite) => `"${suite}"`).join(', ')} to compare with`,
        hint: 'Make one with --establish-baseline, or name its directory with --output-dir.',
      });
    }
    if (this.#mode === 'compare' || this.#mode === 'glance') return;
    for (const suite of suites) await this.#store.probe(suite);
  }

  async #readStored(suite: string): Promise<Baseline | undefined> {
    try {
      return await this.#store.read(suite);
    } catch (error) {
      if (this.#mode !== 'glance' || !isHarnessError(error)) throw error;
      this.#io.stderr(`${error.message}\n`);
      return undefined;
    }
  }

  async #concludeSuite(
    suite: string,
    run: BaselineRun,
    result: BenchmarkResult,
  ): Promise<BaselineComparison | undefined> {
    const { compareWithBaseline } = await import('@mcp-test-harness/core/baseline');
    const stored = this.#stored.get(suite);
    if (this.#mode === 'glance' && stored === undefined) return undefined;
    const writes = this.#writesOf(stored);
    const comparison = compareWithBaseline(suite, stored, run, {
      thresholds: this.#settings.rules.thresholds,
      failOn: writes === 'establish' || this.#mode === 'glance' ? await this.#never() : this.#policy(),
      trend: this.#settings.trend,
    });
    if (writes === undefined) return comparison;
    return { ...comparison, action: await this.#write(writes, suite, run, comparison, result) };
  }

  /** An update of nothing is a beginning: a default branch needs no first step of its own. */
  #writesOf(stored: Baseline | undefined): 'establish' | 'update' | undefined {
    if (this.#mode === 'establish') return 'establish';
    if (this.#mode === 'update') return stored === undefined ? 'establish' : 'update';
    return this.#mode === 'establish-or-compare' && stored === undefined ? 'establish' : undefined;
  }

  async #write(
    writes: 'establish' | 'update',
    suite: string,
    run: BaselineRun,
    comparison: BaselineComparison,
    result: BenchmarkResult,
  ): Promise<BaselineAction> {
    const { establishBaseline, recordRun } = await import('@mcp-test-harness/core/baseline');
    const author = readAuthor(this.#io);
    const { rules } = this.#settings;
    return writes === 'establish'
      ? await establishBaseline(this.#store, result, suite, run, rules.validity, author)
      : await recordRun(this.#store, result, run, comparison, rules, author);
  }

  #policy(): FailOnPolicy {
    const { policy } = this.#settings;
    if (this.#failOn === undefined) return policy;
    if (this.#failOn === 'never')
      return { regressions: 'never', breakingChanges: false, tests: false, findings: false };
    return { ...policy, regressions: this.#failOn };
  }

  async #never(): Promise<FailOnPolicy> {
    const { readPolicy } = await import('@mcp-test-harness/core/baseline');
    return readPolicy(['never']);
  }
}

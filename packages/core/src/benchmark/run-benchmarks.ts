import { toHarnessError } from '../errors.ts';
import type { HarnessError } from '../errors.ts';
import type { Plan, PlannedServer } from '../plan/types.ts';
import { armBrakes } from '../runner/brakes.ts';
import { describeError, isCutOff } from '../runner/outcome.ts';
import { createRunContext } from '../runner/run-context.ts';
import type { RunContext } from '../runner/run-context.ts';
import type { RunOptions } from '../runner/run-options.ts';
import { describeTimeout } from '../runner/stop.ts';
import { runSuiteScript } from '../runner/suite-script.ts';
import { Random } from '../statistics/index.ts';
import { chooseBenchmarks } from './choose-benchmarks.ts';
import type { Benchmark } from './choose-benchmarks.ts';
import { processCount } from './budgets.ts';
import { concludeMeasurement } from './conclude.ts';
import { compareInterleaved } from './interleaved.ts';
import type { InterleavedSettings } from './interleaved.ts';
import { describeMachine, readMachineLoad } from './machine.ts';
import { measureServer } from './measure-server.ts';
import type { Collected, ServerRecord } from './measure-server.ts';
import { ProgressMeter } from './progress.ts';
import type { ProgressListener } from './progress.ts';
import { referenceNames } from './reference-servers.ts';
import { summariseProcess } from './summarise.ts';
import { benchmarkSchemaVersion } from './types.ts';
import type { BenchmarkResult, BenchmarkSettings, ReferenceMeasurement } from './types.ts';
import { concludeBenchmarks } from './verdict.ts';
import type { FailOn } from './verdict.ts';
import type { ComparedServer, Comparison } from './comparison-types.ts';

/** What a benchmark run needs from its edge. */
export interface BenchmarkOptions extends RunOptions {
  readonly settings: BenchmarkSettings;
  /** Which change makes the run `regressed`. */
  readonly failOn: FailOn;
  /** Of the random order; told in the result. */
  readonly seed: number;
  readonly onProgress?: ProgressListener | undefined;
  /** After each server process, between measurements: what the result would be if the run were killed now. */
  readonly onCheckpoint?: ((partial: () => BenchmarkResult) => void) | undefined;
  /** Compare with this base instead of measuring alone. */
  readonly compare?: CompareOptions | undefined;
}

export interface CompareOptions {
  /** The base of a server of the plan. */
  readonly baseOf: (server: PlannedServer) => PlannedServer;
  readonly base: Pick<ComparedServer, 'label' | 'commit'>;
  readonly head: Pick<ComparedServer, 'label' | 'commit'>;
  readonly settings: InterleavedSettings;
}

/** Suite scripts get this long. */
const scriptTimeoutMs = 60_000;

/**
 * Measures every test of a plan as a benchmark, alone or interleaved with a base. All servers that it started are gone
 * when it returns, and what had been measured when it was cut off is in the result.
 * @throws nothing that a server does; only faults of ours
 */
export async function runBenchmarks(plan: Plan, options: BenchmarkOptions): Promise<BenchmarkResult> {
  return await new BenchmarkRun(plan, options).run();
}

interface Beginning {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly beganMs: number;
  readonly loadBefore: BenchmarkResult['loadBefore'];
}

/** How a run came to its end. */
interface Ending {
  readonly interrupted: boolean;
  /** Why it is not whole; undefined when it is. */
  readonly reason: string | undefined;
}

function beginNow({ clock }: RunContext): Beginning {
  return {
    startedAt: new Date(clock.epochMs()).toISOString(),
    beganMs: clock.nowMs(),
    loadBefore: readMachineLoad(),
  };
}

class BenchmarkRun {
  readonly #plan: Plan;
  readonly #options: BenchmarkOptions;
  readonly #context: RunContext;
  readonly #benchmarks: readonly Benchmark[];
  readonly #collected = new Map<string, Collected>();
  readonly #servers: ServerRecord[] = [];
  #begin: Beginning;
  #comparison: Comparison | undefined;
  #error: HarnessError | undefined;

  constructor(plan: Plan, options: BenchmarkOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#context = createRunContext(plan, options);
    this.#begin = beginNow(this.#context);
    this.#benchmarks = chooseBenchmarks(plan);
  }

  async run(): Promise<BenchmarkResult> {
    this.#begin = beginNow(this.#context);
    for (const warning of this.#plan.warnings) this.#context.warn(warning);
    const brakes = armBrakes(this.#context);
    try {
      await this.#withScripts(() => this.#measure());
    } catch (error) {
      // What was cut off is no fault; the result says that it is not whole.
      if (!this.#context.stop.signal.aborted || !isCutOff(error)) this.#error = toHarnessError(error);
    } finally {
      brakes.cancelTimer();
      brakes.release();
    }
    return this.#conclude(this.#howItEnded());
  }

  #checkpoint(): void {
    this.#options.onCheckpoint?.(() =>
      this.#conclude({
        interrupted: true,
        reason: 'the run was killed before it ended; this is what had been measured by then',
      }),
    );
  }

  /** Every suite's setup before all measuring, its teardown after it. */
  async #withScripts(work: () => Promise<void>): Promise<void> {
    const suites = [...new Set(this.#active().map(({ suite }) => suite))];
    const { signal } = this.#context.stop;
    for (const suite of suites) {
      await runSuiteScript('setup_script', suite, this.#context, { timeoutMs: scriptTimeoutMs, signal });
    }
    try {
      await work();
    } finally {
      for (const suite of suites) {
        await runSuiteScript('teardown_script', suite, this.#context, { timeoutMs: scriptTimeoutMs });
      }
    }
  }

  async #measure(): Promise<void> {
    const { settings, compare, seed, onProgress } = this.#options;
    const random = new Random(seed);
    const byServer = Map.groupBy(this.#active(), ({ suite }) => suite.server);
    if (compare !== undefined) {
      this.#comparison = await compareInterleaved({
        context: this.#context,
        seed,
        random,
        compare,
        onProgress,
        servers: [...byServer].map(([name, benchmarks]) => ({ server: this.#server(name), benchmarks })),
        collected: this.#collected,
        measured: this.#servers,
        onPair: () => this.#checkpoint(),
      });
      return;
    }
    const benchmarkCount = this.#active().length;
    const references = settings.calibrate ? referenceNames.length * byServer.size : 0;
    const units = (benchmarkCount + references) * processCount(settings);
    const progress = new ProgressMeter(this.#context.clock, units, onProgress);
    for (const [name, benchmarks] of byServer) {
      await measureServer(this.#server(name), benchmarks, {
        context: this.#context,
        settings,
        random,
        progress,
        benchmarkCount,
        collected: this.#collected,
        servers: this.#servers,
        onProcess: () => this.#checkpoint(),
      });
    }
  }

  #active(): readonly Benchmark[] {
    return this.#benchmarks.filter(({ skipReason }) => skipReason === undefined);
  }

  #server(name: string): PlannedServer {
    const server = this.#plan.servers.find((one) => one.name === name);
    if (server === undefined) throw new Error(`the plan has no server "${name}"`);
    return server;
  }

  #howItEnded(): Ending {
    const { cause } = this.#context.stop;
    const interrupted = cause?.kind === 'interrupted';
    if (this.#error !== undefined) return { interrupted, reason: this.#error.message };
    if (interrupted) return { interrupted, reason: 'the run was interrupted' };
    return { interrupted, reason: cause?.kind === 'timeout' ? describeTimeout(cause) : undefined };
  }

  #conclude({ interrupted, reason: incompleteReason }: Ending): BenchmarkResult {
    const { options, masker, findings, warnings, clock } = this.#context;
    const { startedAt, beganMs, loadBefore } = this.#begin;
    const benchmarks = this.#benchmarks.map(({ test, suite, skipReason }) =>
      concludeMeasurement(
        test,
        suite.server,
        skipReason === undefined ? this.#collected.get(test.id) : { kind: 'skipped', reason: skipReason },
        this.#options.settings,
      ),
    );
    const facts = {
      interrupted,
      complete: incompleteReason === undefined,
      error: this.#error === undefined ? undefined : describeError(this.#error),
      benchmarks,
      comparison: this.#comparison,
      failOn: this.#options.failOn,
    };
    const result: BenchmarkResult = {
      schemaVersion: benchmarkSchemaVersion,
      kind: 'benchmark',
      harness: options.harness,
      config: { file: this.#plan.configFile, environment: this.#plan.environment },
      startedAt,
      durationMs: clock.nowMs() - beganMs,
      complete: facts.complete,
      incompleteReason,
      error: facts.error,
      machine: describeMachine(options.env),
      loadBefore,
      loadAfter: readMachineLoad(),
      settings: this.#options.settings,
      // Copies: a run that goes on goes on filling these in.
      servers: structuredClone(this.#servers),
      benchmarks,
      references: this.#references(),
      comparison: this.#comparison,
      findings: findings.list(),
      warnings: [...warnings],
      ...concludeBenchmarks(facts),
    };
    return Object.freeze(masker.record(result));
  }

  #references(): readonly ReferenceMeasurement[] {
    return referenceNames.flatMap((name) => {
      const collected = this.#collected.get(`reference/${name}`);
      if (collected?.kind !== 'samples') return [];
      const processes = collected.samples.map(summariseProcess).filter((summary) => summary !== undefined);
      return [{ name, processes }];
    });
  }
}

import type { PlannedServer } from '../plan/types.ts';
import { isCutOff } from '../runner/outcome.ts';
import { expressionContext, skipReasonOf } from '../runner/conditions.ts';
import type { RunContext } from '../runner/run-context.ts';
import { describeTarget } from '../runner/server-target.ts';
import type { Random } from '../statistics/index.ts';
import { detectAffinity } from './affinity.ts';
import type { Affinity } from './affinity.ts';
import { BenchServer } from './bench-servers.ts';
import type { PairBudget, PairedSample } from './blocks.ts';
import type { Benchmark } from './choose-benchmarks.ts';
import { ComparisonData } from './comparison-data.ts';
import type { Comparison, ComparedServer } from './comparison-types.ts';
import { judgeComparison } from './judge-comparison.ts';
import type { DecisionSettings } from './judge-comparison.ts';
import type { Collected } from './measure-server.ts';
import { isPairFailure, runPair } from './pair.ts';
import type { PairFailure, PairResult, PairTest } from './pair.ts';
import { ProgressMeter } from './progress.ts';
import type { ProgressListener } from './progress.ts';
import { waitForQuiet, type QuietWait } from './quiet.ts';
import type { CompareOptions } from './run-benchmarks.ts';
import type { ServerRecord } from './measure-server.ts';

/** How thoroughly base and head are compared; the defaults are those of docs/benchmarks.md, measured. */
export interface InterleavedSettings extends DecisionSettings {
  /** Pairs of fresh processes of stage 1, over all benchmarks. */
  readonly firstPairs: number;
  /** Pairs of stage 2, over the suspects. */
  readonly secondPairs: number;
  /** Of one benchmark in one pair of stage 1. */
  readonly firstBudget: PairBudget;
  /** Of a suspect in stage 2. */
  readonly secondBudget: PairBudget;
  /** Wait for a quieter moment before each pair. */
  readonly waitForQuiet: boolean;
  /** Keep each pair on one core. */
  readonly pin: boolean;
}

/** Those whose error rates docs/benchmarks.md reports. */
export const defaultInterleavedSettings: InterleavedSettings = {
  firstPairs: 8,
  secondPairs: 14,
  firstBudget: { ms: 70, fewestRounds: 2 },
  secondBudget: { ms: 200, fewestRounds: 4 },
  waitForQuiet: true,
  pin: true,
  minimumEffectPercent: 3,
  severityPercent: { warning: 25, error: 50, critical: 100 },
};

/** The servers to compare, with what is measured on them. */
export interface InterleavedScope {
  readonly context: RunContext;
  readonly seed: number;
  readonly random: Random;
  readonly compare: CompareOptions;
  readonly onProgress: ProgressListener | undefined;
  readonly servers: readonly { readonly server: PlannedServer; readonly benchmarks: readonly Benchmark[] }[];
  /** Filled with what the head did, by id of the test. */
  readonly collected: Map<string, Collected>;
  /** Filled with what is known of the head's servers. */
  readonly measured: ServerRecord[];
  /** A pair is done, and nothing is being measured. */
  readonly onPair: () => void;
}

/**
 * Measures base and head in fresh pairs of processes on the same machine in the same minutes. Stage 1 looks at
 * everything and names suspects; stage 2 measures those again in fresh pairs, and it alone decides, so that choosing
 * suspects costs no certainty.
 * @throws HarnessError when a server cannot be started, or we were cancelled
 */
export async function compareInterleaved(scope: InterleavedScope): Promise<Comparison> {
  return await new InterleavedRun(scope).run();
}

class InterleavedRun {
  readonly #scope: InterleavedScope;
  readonly #settings: InterleavedSettings;
  readonly #progress: ProgressMeter;
  readonly #first = new ComparisonData();
  readonly #second = new ComparisonData();
  #affinity: Affinity | string = 'it was not asked for';
  #busyPairs = 0;
  #lastWait: QuietWait | undefined;
  #base: ComparedServer | undefined;
  #head: ComparedServer | undefined;

  constructor(scope: InterleavedScope) {
    this.#scope = scope;
    this.#settings = scope.compare.settings;
    const units = scope.servers.reduce((sum, { benchmarks }) => sum + benchmarks.length, 0);
    // About as much again for stage 2, corrected once the suspects are known.
    this.#progress = new ProgressMeter(
      scope.context.clock,
      units * this.#settings.firstPairs,
      scope.onProgress,
    );
  }

  async run(): Promise<Comparison> {
    if (this.#settings.pin) this.#affinity = await detectAffinity();
    let secondPairs = 0;
    try {
      await this.#runFirstStage();
      secondPairs = await this.#runSecondStage();
    } catch (error) {
      // What was measured until a run was cut off is still worth telling.
      if (!this.#scope.context.stop.signal.aborted || !isCutOff(error) || this.#base === undefined)
        throw error;
    }
    return this.#conclude(secondPairs);
  }

  async #runFirstStage(): Promise<void> {
    const { firstPairs, firstBudget } = this.#settings;
    for (const { server, benchmarks } of this.#scope.servers) {
      this.#progress.begin('looking at both servers');
      const wanted = await this.#lookAt(server, benchmarks);
      const tests = wanted.map(({ test }): PairTest => ({ test, budget: firstBudget }));
      await this.#runPairs('stage 1', server, tests, firstPairs, this.#first);
    }
  }

  /** @returns how many pairs it has */
  async #runSecondStage(): Promise<number> {
    const { secondPairs, firstBudget, secondBudget } = this.#settings;
    const { suspects } = judgeComparison(this.#first, undefined, this.#settings);
    const again = this.#scope.servers
      .map(({ server, benchmarks }) => ({ server, tests: this.#suspectTests(server, benchmarks, suspects) }))
      .filter(({ server, tests }) => tests.length > 0 || suspects.has(serverKey(server)));
    this.#progress.expect(
      again.reduce((sum, { tests }) => sum + tests.length, 0) *
        secondPairs *
        (secondBudget.ms / firstBudget.ms),
    );
    for (const { server, tests } of again) {
      await this.#runPairs('stage 2', server, tests, secondPairs, this.#second);
    }
    return again.length > 0 ? secondPairs : 0;
  }

  /** A suspected memory of a server depends on all that is called; what is no suspect itself gets no more time than before. */
  #suspectTests(
    server: PlannedServer,
    benchmarks: readonly Benchmark[],
    suspects: ReadonlyMap<string, ReadonlySet<string>>,
  ): readonly PairTest[] {
    const { firstBudget, secondBudget } = this.#settings;
    const everything = suspects.get(serverKey(server))?.has('memory') === true;
    return benchmarks
      .filter(({ test }) => this.#first.has(test.id))
      .flatMap(({ test }): readonly PairTest[] => {
        if (suspects.has(test.id)) return [{ test, budget: secondBudget }];
        return everything ? [{ test, budget: firstBudget }] : [];
      });
  }

  /** Starts both once, to judge conditions and to know what they are. */
  async #lookAt(server: PlannedServer, benchmarks: readonly Benchmark[]): Promise<readonly Benchmark[]> {
    const { context, compare, collected, measured } = this.#scope;
    const { signal } = context.stop;
    const wanted: Benchmark[] = [];
    for (const side of ['base', 'head'] as const) {
      const planned = side === 'base' ? compare.baseOf(server) : server;
      const opened = new BenchServer(planned, context, signal);
      try {
        const session = await opened.open();
        const target = context.masker.text(describeTarget(planned.session));
        const { serverInfo, protocolVersion } = session.info;
        const known = { target, serverInfo: context.masker.record(serverInfo), protocolVersion };
        if (side === 'base') {
          this.#base ??= { ...compare.base, ...known };
          continue;
        }
        this.#head ??= { ...compare.head, ...known };
        measured.push({ name: server.name, ...known, startupMs: [], peakMemoryBytes: [] });
        for (const benchmark of benchmarks) {
          const { test } = benchmark;
          const expressions = expressionContext(context, test.variables, session);
          const reason = await skipReasonOf(test, expressions);
          if (reason === undefined) wanted.push(benchmark);
          else collected.set(test.id, { kind: 'skipped', reason });
        }
      } finally {
        await opened.close();
      }
    }
    return wanted;
  }

  async #runPairs(
    stage: string,
    server: PlannedServer,
    tests: readonly PairTest[],
    pairs: number,
    data: ComparisonData,
  ): Promise<void> {
    const { context, compare, random } = this.#scope;
    const { signal } = context.stop;
    const sides = { base: compare.baseOf(server), head: server };
    for (let pair = 1; pair <= pairs && !signal.aborted; pair += 1) {
      const phase = `${stage}, pair ${pair} of ${pairs}`;
      this.#progress.begin(phase);
      if (this.#settings.waitForQuiet) {
        this.#lastWait = await waitForQuiet(context.clock, signal, this.#lastWait);
        if (!this.#lastWait.quiet) this.#busyPairs += 1;
      }
      const result = await this.#onOneCore(() =>
        runPair(sides, tests, { context, signal, random }, (test) => {
          this.#progress.begin(phase, test.id);
          this.#progress.finish(
            stage === 'stage 1' ? 1 : this.#settings.secondBudget.ms / this.#settings.firstBudget.ms,
          );
        }),
      );
      data.add(serverKey(server), result);
      if (stage === 'stage 1') this.#collectHead(server, result);
      this.#scope.onPair();
    }
  }

  /** What the head did is a measurement too. */
  #collectHead(server: PlannedServer, { samples, startupMs, peakMemoryBytes }: PairResult): void {
    const { collected, measured } = this.#scope;
    for (const [id, sample] of samples) collected.set(id, collectHead(collected.get(id), sample));
    const report = measured.find(({ name }) => name === server.name);
    if (report === undefined) return;
    if (startupMs.head !== undefined) report.startupMs.push(startupMs.head);
    if (peakMemoryBytes.head !== undefined) report.peakMemoryBytes.push(peakMemoryBytes.head);
  }

  async #onOneCore<T>(work: () => Promise<T>): Promise<T> {
    if (typeof this.#affinity === 'string') return await work();
    await this.#affinity.pin(this.#scope.random.pick(this.#affinity.cores));
    try {
      return await work();
    } finally {
      await this.#affinity.release();
    }
  }

  #conclude(secondPairs: number): Comparison {
    const { compare, seed, servers } = this.#scope;
    const judged = judgeComparison(this.#first, this.#second, this.#settings);
    const locations = new Map(
      servers.flatMap(({ benchmarks }) => benchmarks.map(({ test }) => [test.id, test.location] as const)),
    );
    const unknown = { target: '', serverInfo: undefined, protocolVersion: undefined };
    return {
      mode: 'interleaved',
      base: this.#base ?? { ...compare.base, ...unknown },
      head: this.#head ?? { ...compare.head, ...unknown },
      stages: { pairs: [this.#settings.firstPairs, secondPairs], suspects: judged.suspects.size },
      notPinned: typeof this.#affinity === 'string' ? this.#affinity : undefined,
      busyPairs: this.#busyPairs,
      minimumEffectPercent: this.#settings.minimumEffectPercent,
      seed,
      benchmarks: judged.benchmarks.map((one) => ({ ...one, location: locations.get(one.id) })),
    };
  }
}

function collectHead(before: Collected | undefined, sample: PairedSample | PairFailure): Collected {
  const samples = before === undefined || before.kind === 'skipped' ? [] : before.samples;
  if (before?.kind === 'failed') return before;
  if (isPairFailure(sample)) {
    return sample.side === 'head'
      ? { kind: 'failed', reason: sample.reason, samples }
      : { kind: 'samples', samples };
  }
  const { latenciesMs, calls, complaint, cpuMsPerCall } = sample.head;
  const elapsedMs = latenciesMs.reduce((sum, latencyMs) => sum + latencyMs, 0);
  const cpuMs = cpuMsPerCall === undefined ? undefined : cpuMsPerCall * latenciesMs.length;
  return { kind: 'samples', samples: [...samples, { latenciesMs, calls, complaint, elapsedMs, cpuMs }] };
}

/** Under which the memory and the start-up of a server are compared. */
function serverKey(server: PlannedServer): string {
  return `server:${server.name}`;
}

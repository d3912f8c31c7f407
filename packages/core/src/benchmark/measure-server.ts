import type { PlannedServer, PlannedTest } from '../plan/types.ts';
import { expressionContext, skipReasonOf } from '../runner/conditions.ts';
import type { RunContext } from '../runner/run-context.ts';
import { describeTarget } from '../runner/server-target.ts';
import type { Random } from '../statistics/index.ts';
import { BenchCase } from './bench-case.ts';
import { BenchServer, isGone } from './bench-servers.ts';
import { processCount, sampleBudget } from './budgets.ts';
import type { Benchmark } from './choose-benchmarks.ts';
import { sampleUnder } from './load.ts';
import type { ProgressMeter } from './progress.ts';
import { referenceNames, referenceServer, referenceTest } from './reference-servers.ts';
import { sampleSequentially } from './sample.ts';
import type { Sample, SampleBudget } from './sample.ts';
import type { BenchmarkedServer, BenchmarkSettings } from './types.ts';

/** What came of one benchmark over all processes. */
export type Collected =
  | { readonly kind: 'samples'; readonly samples: Sample[] }
  | { readonly kind: 'failed'; readonly reason: string; readonly samples: Sample[] }
  | { readonly kind: 'skipped'; readonly reason: string };

/** A {@link BenchmarkedServer} that is being filled in. */
export interface ServerRecord extends BenchmarkedServer {
  protocolVersion: BenchmarkedServer['protocolVersion'];
  serverInfo: BenchmarkedServer['serverInfo'];
  readonly startupMs: number[];
  readonly peakMemoryBytes: number[];
}

/** What measuring needs beside the server. */
export interface MeasureScope {
  readonly context: RunContext;
  readonly settings: BenchmarkSettings;
  readonly random: Random;
  readonly progress: ProgressMeter;
  /** Of the whole run, among which its time is divided. */
  readonly benchmarkCount: number;
  /** By id of the test; filled as the run goes on, so that an interruption loses nothing. */
  readonly collected: Map<string, Collected>;
  readonly servers: ServerRecord[];
  /** A process is done, and nothing is being measured. */
  readonly onProcess: () => void;
}

/** Enough for a stable mean of either reference server, and little beside what is measured. */
const referenceBudget: SampleBudget = {
  warmupMs: 30,
  measureMs: 100,
  minCalls: 20,
  maxCalls: Infinity,
  longestMs: 1000,
};

/** A unit of one process: a benchmark of the server under test, or a reference. */
interface Unit {
  readonly test: PlannedTest;
  readonly server: BenchServer;
  readonly isReference: boolean;
}

/**
 * Measures the benchmarks of one server in fresh processes, one after the other, in random order in each.
 * @throws HarnessError when the server cannot be started, or we were cancelled
 */
export async function measureServer(
  server: PlannedServer,
  benchmarks: readonly Benchmark[],
  scope: MeasureScope,
): Promise<void> {
  const { settings } = scope;
  const report: ServerRecord = {
    name: server.name,
    target: scope.context.masker.text(describeTarget(server.session)),
    protocolVersion: undefined,
    serverInfo: undefined,
    startupMs: [],
    peakMemoryBytes: [],
  };
  scope.servers.push(report);
  const processes = processCount(settings);
  for (let process = 0; process < processes; process += 1) {
    const { signal } = scope.context.stop;
    const underTest = new BenchServer(server, scope.context, signal);
    const references = settings.calibrate
      ? referenceNames.map((name) => ({
          name,
          server: new BenchServer(referenceServer(name), scope.context, signal),
        }))
      : [];
    try {
      const session = await underTest.open();
      report.protocolVersion = session.info.protocolVersion;
      report.serverInfo = scope.context.masker.record(session.info.serverInfo);
      const units: Unit[] = references.map(({ name, server: reference }) => ({
        test: referenceTest(name),
        server: reference,
        isReference: true,
      }));
      for (const { test } of benchmarks) {
        if (process === 0) await judgeConditions(test, underTest, scope);
        if (scope.collected.get(test.id)?.kind === 'skipped') continue;
        units.push({ test, server: underTest, isReference: false });
      }
      for (const unit of scope.random.shuffle(units)) {
        scope.progress.begin(`process ${process + 1} of ${processes}`, unit.test.id);
        await measureUnit(unit, process, scope);
        scope.progress.finish();
      }
      if (underTest.startupMs !== undefined) report.startupMs.push(underTest.startupMs);
      if (underTest.peakMemoryBytes !== undefined) report.peakMemoryBytes.push(underTest.peakMemoryBytes);
    } finally {
      await Promise.all(
        [underTest, ...references.map((reference) => reference.server)].map((one) => one.close()),
      );
    }
    scope.onProcess();
  }
}

async function judgeConditions(test: PlannedTest, server: BenchServer, scope: MeasureScope): Promise<void> {
  if (test.skipIf === undefined && test.onlyIf === undefined) return;
  const { context } = scope;
  const reason = await skipReasonOf(test, expressionContext(context, test.variables, await server.open()));
  if (reason !== undefined) scope.collected.set(test.id, { kind: 'skipped', reason });
}

async function measureUnit(
  { test, server, isReference }: Unit,
  process: number,
  scope: MeasureScope,
): Promise<void> {
  const { context, settings, collected } = scope;
  const samples = samplesOf(collected.get(test.id));
  if (samples === undefined) return;
  const fail = (reason: string): void => void collected.set(test.id, { kind: 'failed', reason, samples });
  const bench = new BenchCase(test, await server.open(), context, context.stop.signal);
  try {
    const fault = await bench.setUp();
    if (fault !== undefined) {
      fail(fault);
      return;
    }
    const now = (): number => context.clock.nowMs();
    const sample = isReference
      ? await sampleSequentially(bench, referenceBudget, now)
      : await sampleUnder(settings.load, bench, sampleBudget(settings, process, scope.benchmarkCount), now);
    collected.set(test.id, { kind: 'samples', samples: [...samples, sample] });
  } catch (error) {
    if (!isGone(error) || context.stop.signal.aborted) throw error;
    fail((error as Error).message);
  } finally {
    await bench.tearDown();
  }
}

/** Those of earlier processes; undefined when it is known already that the benchmark fails. */
function samplesOf(before: Collected | undefined): Sample[] | undefined {
  if (before === undefined) return [];
  return before.kind === 'samples' ? before.samples : undefined;
}

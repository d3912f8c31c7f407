import { createHash } from 'node:crypto';
import type { BenchmarkResult, Measurement } from '../benchmark/types.ts';
import type { RunResult } from '../runner/result.ts';
import type { BaselineBenchmark, BaselineRun, RunFinding, RunOutcome } from './document-schema.ts';
import { blockTimes, roundTimes } from './round-times.ts';
import type { RunContext, RunParts } from './run-parts.ts';
import { judgedCvPercent, outlierShare } from './validity.ts';

type Tests = RunResult['suites'][number]['tests'];

/**
 * What belongs to one suite of what was found, as baselines keep it. Without a benchmark run there is no machine and no
 * load in it: outcomes, findings and contracts do not depend on them.
 */
export function makeBaselineRun(parts: RunParts, suite: string, context: RunContext = {}): BaselineRun {
  const { benchmark } = parts;
  const mine = benchmark?.benchmarks.filter((one) => one.suite === suite) ?? [];
  const tests = testsOf(parts, suite);
  const names = serverNames(parts, mine, tests);
  const contracts = [...(parts.contracts ?? [])].filter(([server]) => names.has(server));
  const run: Omit<BaselineRun, 'id'> = {
    ...originOf(parts, context),
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    ...(context.branch === undefined ? {} : { branch: context.branch }),
    green: isGreen(parts, mine, tests),
    ...measuredPart(benchmark, mine, names),
    outcomes: tests?.map(toOutcome) ?? mine.map(outcomeOfBenchmark),
    findings: findingsOf(parts, names),
    contextCost: contracts.map(([server, { contextCost }]) => ({
      server,
      tokenizer: contextCost.tokenizer,
      total: contextCost.total,
    })),
    ...(contracts.length === 0
      ? {}
      : { contracts: contracts.map(([server, contract]) => ({ server, contract })) }),
  };
  return { id: nameRun(run, suite), ...run };
}

function originOf(
  { benchmark, tests, compliance }: RunParts,
  { contractsTaken }: RunContext,
): Pick<BaselineRun, 'at' | 'harnessVersion'> {
  const result = benchmark ?? tests ?? compliance;
  if (result !== undefined) return { at: result.startedAt, harnessVersion: result.harness.version };
  if (contractsTaken === undefined) throw new Error('a run of contracts alone needs its time');
  return contractsTaken;
}

/** Tests and requirements that ran; undefined where none were to. */
function testsOf({ tests, compliance }: RunParts, suite: string): Tests | undefined {
  const own = tests?.suites.filter(({ name }) => nameInPlan(name) === suite);
  const required = compliance?.suites.flatMap((area) => area.tests);
  if ((own === undefined || own.length === 0) && required === undefined) return undefined;
  return [...(own ?? []).flatMap((one) => one.tests), ...(required ?? [])];
}

/** A suite under every revision of the protocol is one suite, and so is its server: `core [protocol=2025-11-25]`. */
function nameInPlan(name: string): string {
  return name.replace(/ \[protocol=[^\]]*\]$/, '');
}

/** The servers of a suite; those of the contracts where nothing else is known. */
function serverNames(
  { benchmark, tests, compliance, contracts }: RunParts,
  mine: readonly Measurement[],
  ran: Tests | undefined,
): ReadonlySet<string> {
  if ((benchmark ?? tests ?? compliance) === undefined) return new Set(contracts?.keys());
  return new Set([...mine, ...(ran ?? [])].flatMap(({ server }) => [server, nameInPlan(server)]));
}

type MeasuredPart = Pick<
  BaselineRun,
  'machine' | 'load' | 'benchmarks' | 'servers' | 'references' | 'responseTimes'
>;

function measuredPart(
  result: BenchmarkResult | undefined,
  mine: readonly Measurement[],
  names: ReadonlySet<string>,
): MeasuredPart {
  if (result === undefined) return { benchmarks: [], servers: [], references: [], responseTimes: [] };
  const measured = mine.filter((one) => one.state === 'measured' || one.state === 'short');
  const { cpuModel, cores, governor, image, kernel, memoryBytes, node, platform } = result.machine;
  return {
    machine: {
      platform,
      kernel,
      node,
      cpuModel,
      cores,
      memoryBytes,
      ...(governor === undefined ? {} : { governor }),
      ...(image === undefined ? {} : { image }),
    },
    load: { ...result.settings.load },
    benchmarks: measured.map(toBenchmark),
    servers: result.servers
      .filter(({ name }) => names.has(name))
      .map(({ name, startupMs, peakMemoryBytes }) => ({
        name,
        startupMs: [...startupMs],
        peakMemoryBytes: [...peakMemoryBytes],
      })),
    references: result.references
      .filter(({ processes }) => processes.length > 0)
      .map(({ name, processes }) => ({ name, processes: processes.map((one) => dropUndefined(one)) })),
    responseTimes: [...roundTimes(measured.map(({ samplesMs = [] }) => samplesMs.flat()))],
  };
}

/** Each rule of each server once, whichever of the results it was found in. */
function findingsOf({ benchmark, tests, compliance }: RunParts, names: ReadonlySet<string>): RunFinding[] {
  const found = new Map<string, RunFinding>();
  for (const { rule, server, severity, message, count } of [benchmark, tests, compliance].flatMap(
    (one) => one?.findings ?? [],
  )) {
    if (server !== undefined && !names.has(server)) continue;
    const key = JSON.stringify([server ?? null, rule]);
    const known = found.get(key);
    found.set(
      key,
      known === undefined
        ? { rule, ...(server === undefined ? {} : { server }), severity, message, count }
        : { ...known, count: known.count + count },
    );
  }
  return [...found.values()];
}

/** Sorts by time, and is the same for the same content: recording a run twice is recording it once. */
function nameRun(run: Omit<BaselineRun, 'id'>, suite: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([suite, run]))
    .digest('hex');
  return `${run.at.replaceAll(/[-:]|\.\d+/g, '')}-${hash.slice(0, 8)}`;
}

type Measured = Extract<Measurement, { readonly state: 'measured' | 'short' }>;

/** Slow is not red: what a benchmark run may be besides is a verdict on another run. */
function isGreen(
  { benchmark, tests, compliance }: RunParts,
  mine: readonly Measurement[],
  ran: Tests | undefined,
): boolean {
  const isMeasured =
    benchmark === undefined ||
    (benchmark.complete &&
      benchmark.error === undefined &&
      mine.some(({ state }) => state === 'measured') &&
      mine.every(({ state }) => state !== 'failed'));
  return (
    isMeasured &&
    [tests, compliance].every((one) => one?.complete !== false) &&
    (ran ?? []).every(({ outcome }) => outcome === 'passed' || outcome === 'skipped')
  );
}

function toBenchmark({ id, server, latency, processes, ...rest }: Measured): BaselineBenchmark {
  return dropUndefined({
    id,
    server,
    n: latency.n,
    minMs: latency.minMs,
    p50Ms: latency.p50Ms,
    p95Ms: latency.p95Ms,
    p99Ms: latency.p99Ms,
    maxMs: latency.maxMs,
    meanMs: latency.meanMs,
    ...spreadOf(latency, rest.samplesMs),
    throughputPerSecond: rest.throughputPerSecond,
    cpuMsPerCall: rest.cpuMsPerCall,
    processes: processes.map((one) => dropUndefined(one)),
  });
}

/** Of blocks of calls where the calls are known. */
function spreadOf(
  latency: Measured['latency'],
  samplesMs: Measured['samplesMs'],
): Pick<BaselineBenchmark, 'cvPercent' | 'outlierPercent'> {
  const times = blockTimes(samplesMs?.flat() ?? []);
  if (times.length < 2) return { cvPercent: latency.cvPercent, outlierPercent: latency.outlierPercent };
  return { cvPercent: judgedCvPercent(times), outlierPercent: outlierShare(times) * 100 };
}

function toOutcome({ id, outcome, flaky }: Tests[number]): RunOutcome {
  return { test: id, outcome: flaky ? 'flaky' : outcome };
}

/** Every call of a benchmark is held to the expectations of its test. */
function outcomeOfBenchmark({ id, state }: Measurement): RunOutcome {
  return { test: id, outcome: state === 'failed' ? 'failed' : state === 'skipped' ? 'skipped' : 'passed' };
}

/** As JSON would: a member that is undefined is none. */
function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

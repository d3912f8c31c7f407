import { createHash } from 'node:crypto';
import type { BenchmarkResult, Measurement } from '../benchmark/types.ts';
import type { Contract } from '../contract/contract-schema.ts';
import type { RunResult } from '../runner/result.ts';
import { coefficientOfVariation } from '../statistics/index.ts';
import type { BaselineBenchmark, BaselineRun, RunOutcome } from './document-schema.ts';
import { blockTimes, roundTimes } from './round-times.ts';
import { outlierShare } from './validity.ts';

/** What a result does not say of itself. */
export interface RunContext {
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  /** By name of the server. */
  readonly contracts?: ReadonlyMap<string, Contract> | undefined;
  /** A run of the tests themselves, for outcomes that benchmarks do not have (flaky) and more findings. */
  readonly tests?: RunResult | undefined;
}

/** The part of a benchmark run, and of a test run, that belongs to one suite, as baselines keep it. */
export function makeBaselineRun(
  result: BenchmarkResult,
  suite: string,
  context: RunContext = {},
): BaselineRun {
  const mine = result.benchmarks.filter((one) => one.suite === suite);
  const measured = mine.filter((one) => one.state === 'measured' || one.state === 'short');
  const names = new Set(mine.map(({ server }) => server));
  const contracts = [...(context.contracts ?? [])].filter(([server]) => names.has(server));
  const tests = context.tests?.suites.find(({ name }) => name === suite)?.tests;
  const { cpuModel, cores, governor, image, kernel, memoryBytes, node, platform } = result.machine;
  const run: Omit<BaselineRun, 'id'> = {
    at: result.startedAt,
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    ...(context.branch === undefined ? {} : { branch: context.branch }),
    green: isGreen(result, mine, tests),
    harnessVersion: result.harness.version,
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
    outcomes: tests?.map(toOutcome) ?? mine.map(outcomeOfBenchmark),
    findings: [...result.findings, ...(context.tests?.findings ?? [])]
      .filter(({ server }) => server === undefined || names.has(server))
      .map(({ rule, server, severity, message, count }) => ({
        rule,
        ...(server === undefined ? {} : { server }),
        severity,
        message,
        count,
      })),
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
  result: BenchmarkResult,
  mine: readonly Measurement[],
  tests: RunResult['suites'][number]['tests'] | undefined,
): boolean {
  return (
    result.complete &&
    result.error === undefined &&
    mine.some(({ state }) => state === 'measured') &&
    mine.every(({ state }) => state !== 'failed') &&
    (tests ?? []).every(({ outcome }) => outcome === 'passed' || outcome === 'skipped')
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
  return { cvPercent: coefficientOfVariation(times) * 100, outlierPercent: outlierShare(times) * 100 };
}

function toOutcome({ id, outcome, flaky }: RunResult['suites'][number]['tests'][number]): RunOutcome {
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

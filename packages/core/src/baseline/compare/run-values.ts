import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import { mean, variance, type RunValue } from '../../statistics/index.ts';
import type { BaselineProcess, BaselineRun } from '../document-schema.ts';

/** What a run says of one metric of one subject. */
export interface MeasuredValue extends RunValue {
  /** Not normalised: geometric mean of the processes, in ms or bytes. */
  readonly typical: number;
  /** Of the logarithms of processes within the run, and what it was estimated from; NaN from one process. */
  readonly processVariance: number;
  readonly processes: number;
}

/** A subject of comparison: a benchmark, or `server:<name>`. */
const serverPrefix = 'server:';

/** What is compared of a benchmark, the primary signal first. */
export const callMetrics = [
  'cpu',
  'latency',
  'latency_mean',
  'latency_p95',
] as const satisfies readonly ComparedMetric[];
/** What is compared of a server process. */
const processMetrics = ['start_up', 'memory'] as const satisfies readonly ComparedMetric[];

const ofProcess: Readonly<
  Record<(typeof callMetrics)[number], (process: BaselineProcess) => number | undefined>
> = {
  cpu: ({ cpuMsPerCall }) => cpuMsPerCall,
  latency: ({ p25Ms }) => p25Ms,
  latency_mean: ({ meanMs }) => meanMs,
  latency_p95: ({ p95Ms }) => p95Ms,
};

/** Whether a run is one of benchmarks; one of tests alone has nothing to say of performance. */
export function hasMeasured({ load }: Pick<BaselineRun, 'load'>): boolean {
  return load !== undefined;
}

/** Everything that is compared of a run. */
export function subjectsOf(
  run: BaselineRun,
): readonly { readonly id: string; readonly metrics: readonly ComparedMetric[] }[] {
  return [
    ...run.benchmarks.map(({ id }) => ({ id, metrics: callMetrics })),
    ...run.servers.map(({ name }) => ({ id: `${serverPrefix}${name}`, metrics: processMetrics })),
  ];
}

/** Whether a metric of a run can be divided by that of the computing reference server. */
export function canNormalise(run: BaselineRun, metric: ComparedMetric): boolean {
  return metric === 'cpu' && referenceOf(run) !== undefined;
}

/**
 * The value of a metric in a run, as a logarithm; undefined where it was not measured in every process.
 * @param normalised divided by the same of the computing reference server; only where {@link canNormalise} says so
 */
export function valueOf(
  run: BaselineRun,
  id: string,
  metric: ComparedMetric,
  normalised: boolean,
): MeasuredValue | undefined {
  const value = fromValues(rawValues(run, id, metric));
  if (value === undefined || !normalised) return value;
  const reference = referenceOf(run);
  if (reference === undefined) return undefined;
  return {
    ...value,
    logValue: value.logValue - reference.logValue,
    standardError: Math.hypot(value.standardError, reference.standardError),
  };
}

function referenceOf(run: BaselineRun): MeasuredValue | undefined {
  const processes = run.references.find(({ name }) => name === 'compute')?.processes;
  return fromValues(processes?.map(({ cpuMsPerCall }) => cpuMsPerCall));
}

function rawValues(
  run: BaselineRun,
  id: string,
  metric: ComparedMetric,
): readonly (number | undefined)[] | undefined {
  if (metric === 'start_up' || metric === 'memory') {
    const server = run.servers.find(({ name }) => `${serverPrefix}${name}` === id);
    return metric === 'start_up' ? server?.startupMs : server?.peakMemoryBytes;
  }
  return run.benchmarks.find((one) => one.id === id)?.processes.map(ofProcess[metric]);
}

function fromValues(values: readonly (number | undefined)[] | undefined): MeasuredValue | undefined {
  // A CPU clock that is too coarse for the call says 0: that is no measurement.
  if (values === undefined || values.length === 0 || !values.every(isPositive)) return undefined;
  const logarithms = values.map(Math.log);
  const processVariance = variance(logarithms);
  const logValue = mean(logarithms);
  return {
    logValue,
    standardError: values.length > 1 ? Math.sqrt(processVariance / values.length) : 0,
    typical: Math.exp(logValue),
    processVariance,
    processes: values.length,
  };
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && value > 0 && Number.isFinite(value);
}

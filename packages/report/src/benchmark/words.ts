import type {
  BenchmarkResult,
  ComparedMetric,
  Comparison,
  Load,
  Machine,
  MetricComparison,
} from '@mcp-test-harness/core/benchmark';
import { count, formatBytes, formatCount } from '../text/format.ts';

const metricNames: Readonly<Record<ComparedMetric, string>> = {
  latency: 'latency (25th percentile)',
  latency_mean: 'mean latency',
  latency_p95: 'latency (95th percentile)',
  cpu: 'CPU time per call',
  memory: 'peak memory',
  start_up: 'start-up',
};

/** How a metric is called in tables. */
export function nameMetric(metric: ComparedMetric): string {
  return metricNames[metric];
}

/** `one call after the other`, `32 callers at once`, `200 calls per second`. */
export function describeLoad(load: Load): string {
  switch (load.kind) {
    case 'sequential':
      return 'one call after the other';
    case 'closed':
      return `${count(load.concurrency, 'caller')} at once`;
    case 'open':
      return `${load.ratePerSecond} calls per second, latency from when each was due`;
  }
}

/** `interleaved, 8 pairs of fresh processes, then 12 for 2 suspects`; what the numbers rest on. */
export function describeMethod({ comparison, settings }: BenchmarkResult): string {
  if (comparison === undefined) {
    return `${count(settings.processes, 'fresh process', 'fresh processes')} each, ${describeLoad(settings.load)}`;
  }
  const { pairs, suspects } = comparison.stages;
  const second = pairs[1] > 0 ? `, then ${pairs[1]} for ${count(suspects, 'suspect')}` : '';
  return `interleaved, ${pairs[0]} pairs of fresh processes${second}`;
}

/** `AMD EPYC 7763, 4 cores, Node 24.21.0`. */
export function describeMachine({ cpuModel, cores, node }: Machine): string {
  return `${cpuModel}, ${count(cores, 'core')}, Node ${node}`;
}

/** How busy the machine was, and what it is besides its CPU. */
export function describeMachineState({ machine, loadBefore, loadAfter }: BenchmarkResult): string {
  const { stealShare } = loadAfter;
  return [
    `load ${loadBefore.loadAverage.toFixed(1)} before and ${loadAfter.loadAverage.toFixed(1)} after`,
    ...(stealShare === undefined ? [] : [`${(stealShare * 100).toFixed(1)} % of CPU time taken by others`]),
    ...(machine.governor === undefined ? [] : [`governor ${machine.governor}`]),
    `${formatBytes(machine.memoryBytes)} of memory`,
    `${machine.platform} ${machine.kernel}`,
    ...(machine.image === undefined ? [] : [machine.image]),
  ].join(', ');
}

/** How one value was measured: `12 pairs in stage 2, adjusted p 0.0004`. */
export function describeEvidence({ logRatios, stage, adjustedP }: MetricComparison): string {
  const p = adjustedP === undefined ? '' : `, adjusted p ${formatP(adjustedP)}`;
  return `${count(logRatios.length, 'pair')} in stage ${stage}${p}`;
}

/** `0.0042`, `< 0.0001`. */
function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

/** Why the numbers may mean less than they seem to. */
export function listDoubts({ comparison, benchmarks }: BenchmarkResult): readonly string[] {
  const invalid = benchmarks.flatMap((one) => {
    const reason = 'generator' in one ? one.generator?.invalid : undefined;
    return reason === undefined ? [] : [`${one.id}: the load generator could not keep its rate: ${reason}`];
  });
  return [...invalid, ...(comparison === undefined ? [] : doubtsOf(comparison))];
}

function doubtsOf({ notPinned, busyPairs, stages }: Comparison): readonly string[] {
  const [first, second] = stages.pairs;
  return [
    ...(notPinned === undefined ? [] : [`not pinned to one core: ${notPinned}`]),
    ...(busyPairs === 0
      ? []
      : [
          `${formatCount(busyPairs)} of ${count(first + second, 'pair')} measured although the machine stayed busy`,
        ]),
  ];
}

import type {
  BenchmarkResult,
  ComparisonVerdict,
  Measured,
  Measurement,
  MeasurementIdentity,
  MetricComparison,
  Severity,
} from '@mcp-test-harness/core/benchmark';
import { count, formatCount } from '../text/format.ts';

/** What asks most for a reader first. */
export const verdictOrder: readonly ComparisonVerdict[] = [
  'regressed',
  'inconclusive',
  'improved',
  'unchanged',
];

/** A sign and a word for each verdict, so that colour is never the only carrier. */
export const verdictSigns: Readonly<Record<ComparisonVerdict, string>> = {
  regressed: '✗',
  inconclusive: '?',
  improved: '▲',
  unchanged: '✓',
};

const severityRank: Readonly<Record<Severity, number>> = { minor: 0, warning: 1, error: 2, critical: 3 };

/** What was judged: a comparison of two versions, or of a run with its history. */
interface Judged<Metric> {
  readonly verdict: ComparisonVerdict;
  readonly severity?: Severity | undefined;
  readonly metrics: readonly Metric[];
}
type JudgedMetric = Pick<MetricComparison, 'verdict' | 'severity' | 'changePercent'>;

/** Those of a verdict, the most severe and then the largest change first. */
export function withVerdict<Benchmark extends Judged<JudgedMetric>>(
  benchmarks: readonly Benchmark[],
  verdict: ComparisonVerdict,
): readonly Benchmark[] {
  const weight = ({ severity }: Benchmark): number => (severity === undefined ? -1 : severityRank[severity]);
  const size = (one: Benchmark): number => Math.abs(speakingMetric(one)?.changePercent ?? 0);
  return benchmarks
    .filter((one) => one.verdict === verdict)
    .toSorted((a, b) => weight(b) - weight(a) || (verdict === 'unchanged' ? 0 : size(b) - size(a)));
}

/** The metric that the verdict and the severity of a benchmark rest on; undefined when nothing was measured. */
export function speakingMetric<Metric extends JudgedMetric>({
  verdict,
  severity,
  metrics,
}: Judged<Metric>): Metric | undefined {
  const speaking = metrics.filter((metric) => metric.verdict === verdict);
  return speaking.find((metric) => metric.severity === severity) ?? speaking[0] ?? metrics[0];
}

/** Those metrics that share the verdict of their benchmark. */
export function speakingMetrics<Metric extends JudgedMetric>({
  verdict,
  metrics,
}: Judged<Metric>): readonly Metric[] {
  return metrics.filter((metric) => metric.verdict === verdict);
}

/** A benchmark with numbers. */
export type WithNumbers = MeasurementIdentity & Measured & { readonly state: 'measured' | 'short' };

export function hasNumbers(one: Measurement): one is Extract<Measurement, WithNumbers> {
  return one.state === 'measured' || one.state === 'short';
}

/** What is to be thought of a late load generator, and done. */
export const invalidAdvice =
  'the load generator could not keep its rate, so do not believe these latencies; ask for a lower --rate, or measure where less else runs';

/** Whether the load generator was late, so that the latencies must not be believed. */
export function isInvalid(one: Measurement): boolean {
  return hasNumbers(one) && one.generator?.invalid !== undefined;
}

/** Benchmarks by verdict. */
export function countVerdicts(
  benchmarks: readonly { readonly verdict: ComparisonVerdict }[],
): Readonly<Record<ComparisonVerdict, number>> {
  const counts = { regressed: 0, inconclusive: 0, improved: 0, unchanged: 0 };
  for (const { verdict } of benchmarks) counts[verdict] += 1;
  return counts;
}

/** `1 regressed, 2 inconclusive, 9 unchanged`: only what there is. */
export function describeCounts(result: BenchmarkResult): string {
  const { comparison, benchmarks } = result;
  const failed = benchmarks.filter(({ state }) => state === 'failed').length;
  const faults = failed === 0 ? [] : [`${formatCount(failed)} failed`];
  if (comparison === undefined) {
    const states = (['measured', 'short', 'skipped'] as const).map(
      (state) => [state, benchmarks.filter((one) => one.state === state).length] as const,
    );
    const parts = states.filter(([, n]) => n > 0).map(([state, n]) => `${formatCount(n)} ${state}`);
    const invalid = benchmarks.filter(isInvalid).length;
    const doubts = invalid === 0 ? [] : [`${formatCount(invalid)} invalid`];
    return [...faults, ...parts, ...doubts].join(', ') || 'nothing measured';
  }
  const counts = countVerdicts(comparison.benchmarks);
  const parts = verdictOrder
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${formatCount(counts[verdict])} ${verdict}`);
  return [...faults, ...parts].join(', ') || 'nothing compared';
}

/** The verdict in one sentence. */
export function describeVerdict(result: BenchmarkResult): string {
  const { verdict, comparison, benchmarks, error } = result;
  const failed = benchmarks.filter(({ state }) => state === 'failed').length;
  const measured = benchmarks.filter(hasNumbers).length;
  if (verdict === 'interrupted') return `Interrupted; ${describeCounts(result)} by then`;
  if (error !== undefined) return 'The benchmarks could not be run to their end';
  if (failed > 0)
    return `${formatCount(failed)} of ${count(benchmarks.length, 'benchmark')} failed: calls were not answered as their tests expect`;
  if (!result.complete) return `Incomplete; ${describeCounts(result)}`;
  if (verdict === 'invalid')
    return `${formatCount(benchmarks.filter(isInvalid).length)} of ${count(measured, 'benchmark')} invalid: ${invalidAdvice}`;
  const against = describeBaselines(result);
  if (against !== undefined) return against;
  if (comparison === undefined) {
    return measured === 0 ? 'No benchmark was measured' : `${count(measured, 'benchmark')} measured`;
  }
  const counts = countVerdicts(comparison.benchmarks);
  const all = comparison.benchmarks.length;
  if (all === 0) return 'No benchmark was compared';
  const inconclusive =
    counts.inconclusive === 0
      ? ''
      : `; ${formatCount(counts.inconclusive)} inconclusive, which proves nothing`;
  if (counts.regressed > 0) {
    const allowed = verdict === 'passed' ? ', which fail_on allows' : '';
    return `${formatCount(counts.regressed)} of ${count(all, 'benchmark')} regressed${allowed}${inconclusive}`;
  }
  if (counts.inconclusive === all) return 'Nothing could be concluded';
  const improved = counts.improved === 0 ? '' : `, ${formatCount(counts.improved)} improved`;
  return `No regression in ${count(all, 'benchmark')}${improved}${inconclusive}`;
}

/** What the baselines make of a run that would have passed without them; undefined: nothing. */
function describeBaselines({ baselines = [] }: BenchmarkResult): string | undefined {
  const failures = baselines.reduce((sum, one) => sum + one.failures.length, 0);
  if (failures > 0) return `${count(failures, 'change')} against the baseline that fail_on does not allow`;
  const refused = baselines.filter(({ action }) => action?.kind === 'refused').length;
  return refused === 0 ? undefined : 'Measured, and no baseline: see why above';
}

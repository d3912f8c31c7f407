import type { ComparedMetric, ComparisonVerdict, MetricComparison } from './comparison-types.ts';

const names: Readonly<Record<ComparedMetric, string>> = {
  latency: 'latency',
  latency_mean: 'mean latency',
  latency_p95: '95th percentile of latency',
  cpu: 'CPU time per call',
  memory: 'peak memory',
  start_up: 'start-up time',
};

/** `regressed by 11 % (95 % interval 9 to 13 %)`: one honest sentence per benchmark. */
export function describeComparison(
  verdict: ComparisonVerdict,
  metrics: readonly MetricComparison[],
  fault: string | undefined,
  minimumEffectPercent: number,
): string {
  if (fault !== undefined) return `inconclusive, because calls failed: ${fault}`;
  const speaking = metrics.filter((metric) => metric.verdict === verdict);
  const [first] = speaking;
  if (first === undefined) return 'inconclusive, because nothing could be measured';
  if (verdict === 'unchanged') {
    const isSure = speaking.every(({ withinPercent = Infinity }) => withinPercent <= minimumEffectPercent);
    const what = isSure
      ? `unchanged within ±${round(minimumEffectPercent)} %`
      : 'unchanged: no sign of a change';
    const noisy = metrics.filter((metric) => metric.verdict === 'inconclusive');
    const rest =
      noisy.length === 0 ? '' : `; too noisy to tell: ${noisy.map(({ metric }) => names[metric]).join(', ')}`;
    return `${what} (${names[first.metric]} ${range(first)})${rest}`;
  }
  if (verdict === 'inconclusive') {
    const detectable = first.smallestDetectablePercent;
    const limit =
      detectable === undefined || !Number.isFinite(detectable)
        ? ''
        : `; a change of ${round(detectable)} % would have shown`;
    return `inconclusive: ${names[first.metric]} ${range(first)}; ${first.reason ?? 'unknown'}${limit}`;
  }
  const parts = speaking.map(
    (metric, index) => `${names[metric.metric]} ${index === 0 ? change(metric) : short(metric)}`,
  );
  const [head, ...rest] = parts;
  return `${verdict}: ${head}${rest.length === 0 ? '' : `; ${rest.join(', ')}`}`;
}

function change(metric: MetricComparison): string {
  return `${short(metric)} (95 % interval ${range(metric)})`;
}

function short({ changePercent = NaN }: MetricComparison): string {
  return `${signed(changePercent)} %`;
}

function range({ intervalPercent }: MetricComparison): string {
  if (intervalPercent === undefined) return 'unknown';
  return `${signed(intervalPercent[0])} to ${signed(intervalPercent[1])} %`;
}

function signed(value: number): string {
  const rounded = round(value);
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
}

/** Two digits that mean something, no false precision. */
function round(value: number): string {
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return value.toFixed(digits).replace(/\.0$/, '').replace(/^-0$/, '0');
}

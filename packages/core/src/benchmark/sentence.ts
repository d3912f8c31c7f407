import { describeInterval, metricNames, roundPercent, signedPercent } from '../metric-words.ts';
import type { ComparisonVerdict, MetricComparison } from './comparison-types.ts';

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
      ? `unchanged within ±${roundPercent(minimumEffectPercent)} %`
      : 'unchanged: no sign of a change';
    const noisy = metrics.filter((metric) => metric.verdict === 'inconclusive');
    const rest =
      noisy.length === 0
        ? ''
        : `; too noisy to tell: ${noisy.map(({ metric }) => metricNames[metric]).join(', ')}`;
    return `${what} (${metricNames[first.metric]} ${describeInterval(first.intervalPercent)})${rest}`;
  }
  if (verdict === 'inconclusive') {
    const detectable = first.smallestDetectablePercent;
    const limit =
      detectable === undefined || !Number.isFinite(detectable)
        ? ''
        : `; a change of ${roundPercent(detectable)} % would have shown`;
    return `inconclusive: ${metricNames[first.metric]} ${describeInterval(first.intervalPercent)}; ${first.reason ?? 'unknown'}${limit}`;
  }
  const parts = speaking.map(
    (metric, index) => `${metricNames[metric.metric]} ${index === 0 ? change(metric) : short(metric)}`,
  );
  const [head, ...rest] = parts;
  return `${verdict}: ${head}${rest.length === 0 ? '' : `; ${rest.join(', ')}`}`;
}

function change(metric: MetricComparison): string {
  return `${short(metric)} (95 % interval ${describeInterval(metric.intervalPercent)})`;
}

function short({ changePercent = NaN }: MetricComparison): string {
  return `${signedPercent(changePercent)} %`;
}

import { describeInterval, metricNames, roundPercent, signedPercent } from '../../metric-words.ts';
import type { ComparisonVerdict } from '../../benchmark/comparison-types.ts';
import type { MetricAgainstBaseline } from './types.ts';

/** `regressed by 11 % (CPU time per call, 95 % interval +9 to +13 %)`: one honest sentence per benchmark. */
export function describeAgainstBaseline(
  verdict: ComparisonVerdict,
  metrics: readonly MetricAgainstBaseline[],
): string {
  const speaking = metrics.filter((metric) => metric.verdict === verdict);
  const [first] = speaking;
  if (first === undefined) return 'inconclusive, because nothing could be measured';
  if (verdict === 'unchanged') {
    return `unchanged within ±${roundPercent(first.withinPercent ?? 0)} % (${metricNames[first.metric]} ${describeInterval(first.intervalPercent)}, ${runs(first)})`;
  }
  if (verdict === 'inconclusive') {
    const seen =
      first.changePercent === undefined
        ? ''
        : `${metricNames[first.metric]} ${signedPercent(first.changePercent)} %, `;
    // What cannot be told from chance may be what matters most.
    const others = speaking
      .slice(1)
      .filter(({ changePercent = 0 }) => Math.abs(changePercent) >= worthSaying)
      .map((metric) => `, ${metricNames[metric.metric]} ${signedPercent(metric.changePercent ?? NaN)} %`);
    return `inconclusive: ${seen}${first.reason ?? 'unknown'}${describeLimit(first)}${others.join('')}`;
  }
  const [, ...rest] = speaking;
  const others = rest.map(
    (metric) => `${metricNames[metric.metric]} ${signedPercent(metric.changePercent ?? NaN)} %`,
  );
  return `${verdict} by ${roundPercent(Math.abs(first.changePercent ?? NaN))} % (${metricNames[first.metric]}, 95 % interval ${describeInterval(first.intervalPercent)}, ${runs(first)})${others.length === 0 ? '' : `; ${others.join(', ')}`}`;
}

/** In per cent. */
const worthSaying = 25;
/** Beyond it a number says no more than that the history is of no use. */
const highestLimit = 900;

function describeLimit({ smallestDetectablePercent: limit }: MetricAgainstBaseline): string {
  if (limit === undefined || !Number.isFinite(limit)) return '';
  if (limit > highestLimit) return '; this history could have shown no change below tenfold';
  return `; the smallest change that this history could have shown is ${roundPercent(limit)} %`;
}

function runs({ runs: count, scope }: MetricAgainstBaseline): string {
  const where = scope === 'any-machine' ? ' on any machine' : '';
  return `${count} run${count === 1 ? '' : 's'}${where}`;
}

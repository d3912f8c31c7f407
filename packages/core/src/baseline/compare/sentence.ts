import type { ComparedMetric, ComparisonVerdict } from '../../benchmark/comparison-types.ts';
import type { MetricAgainstBaseline } from './types.ts';

const names: Readonly<Record<ComparedMetric, string>> = {
  cpu: 'CPU time per call',
  latency: 'latency',
  latency_mean: 'mean latency',
  latency_p95: '95th percentile of latency',
  memory: 'peak memory',
  start_up: 'start-up time',
};

/** `regressed by 11 % (CPU time per call, 95 % interval +9 to +13 %)`: one honest sentence per benchmark. */
export function describeAgainstBaseline(
  verdict: ComparisonVerdict,
  metrics: readonly MetricAgainstBaseline[],
): string {
  const speaking = metrics.filter((metric) => metric.verdict === verdict);
  const [first] = speaking;
  if (first === undefined) return 'inconclusive, because nothing could be measured';
  if (verdict === 'unchanged') {
    return `unchanged within ±${round(first.withinPercent ?? 0)} % (${names[first.metric]} ${range(first)}, ${runs(first)})`;
  }
  if (verdict === 'inconclusive') {
    const seen =
      first.changePercent === undefined ? '' : `${names[first.metric]} ${signed(first.changePercent)} %, `;
    // What cannot be told from chance may be what matters most.
    const others = speaking
      .slice(1)
      .filter(({ changePercent = 0 }) => Math.abs(changePercent) >= worthSaying)
      .map((metric) => `, ${names[metric.metric]} ${signed(metric.changePercent ?? NaN)} %`);
    return `inconclusive: ${seen}${first.reason ?? 'unknown'}${describeLimit(first)}${others.join('')}`;
  }
  const [, ...rest] = speaking;
  const others = rest.map((metric) => `${names[metric.metric]} ${signed(metric.changePercent ?? NaN)} %`);
  return `${verdict} by ${round(Math.abs(first.changePercent ?? NaN))} % (${names[first.metric]}, 95 % interval ${range(first)}, ${runs(first)})${others.length === 0 ? '' : `; ${others.join(', ')}`}`;
}

/** In per cent. */
const worthSaying = 25;
/** Beyond it a number says no more than that the history is of no use. */
const highestLimit = 900;

function describeLimit({ smallestDetectablePercent: limit }: MetricAgainstBaseline): string {
  if (limit === undefined || !Number.isFinite(limit)) return '';
  if (limit > highestLimit) return '; this history could have shown no change below tenfold';
  return `; the smallest change that this history could have shown is ${round(limit)} %`;
}

function runs({ runs: count, scope }: MetricAgainstBaseline): string {
  const where = scope === 'any-machine' ? ' on any machine' : '';
  return `${count} run${count === 1 ? '' : 's'}${where}`;
}

function range({ intervalPercent }: MetricAgainstBaseline): string {
  if (intervalPercent === undefined) return 'unknown';
  return `${signed(intervalPercent[0])} to ${signed(intervalPercent[1])} %`;
}

function signed(value: number): string {
  const rounded = round(value);
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
}

/** Two digits that mean something, no false precision. */
function round(value: number): string {
  return value
    .toFixed(Math.abs(value) < 10 ? 1 : 0)
    .replace(/\.0$/, '')
    .replace(/^-0$/, '0');
}

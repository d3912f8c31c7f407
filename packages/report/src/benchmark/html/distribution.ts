import type { LatencySummary } from '@mcp-test-harness/core/benchmark';
import { Histogram } from '@mcp-test-harness/core/statistics';
import { escapeHtml } from '../../html/escape.ts';
import { count } from '../../text/format.ts';
import { formatMs } from '../values.ts';
import { percent, renderAxis } from './axis.ts';
import { createScale, type Scale } from './scale.ts';

/** Whose latencies: the classes of the chart follow it. */
type Side = 'base' | 'head';

/** The latencies of one side. */
export interface SideLatency {
  readonly side: Side;
  /** For people. */
  readonly label: string;
  readonly latency: LatencySummary;
}

const height = 132;
const mostBins = 80;
const fewestBins = 12;
/** A bucket of the histogram is so wide, relative to its lower bound: finer bins would show its steps. */
const bucketWidth = 1 / 64;
/** What was seen at all must be seen here. */
const leastBar = 1.4;

interface Drawn extends SideLatency {
  readonly histogram: Histogram;
}

/**
 * How often calls took how long, one side over the other, each as a share of its calls; '' without a readable histogram.
 * @param name of the benchmark, for screen readers
 */
export function renderDistributions(sides: readonly SideLatency[], name: string): string {
  const drawn = sides.flatMap((side): readonly Drawn[] => {
    const parsed = Histogram.parse(side.latency.histogram);
    return parsed.ok && parsed.histogram.count > 0 ? [{ ...side, histogram: parsed.histogram }] : [];
  });
  if (drawn.length === 0) return '';
  const scale = createScale(
    Math.min(...drawn.map(({ histogram }) => histogram.min)),
    Math.max(...drawn.map(({ histogram }) => histogram.max)),
  );
  const shares = drawn.map(({ histogram }) => shareByBin(histogram, scale));
  const highest = Math.max(...shares.flat());
  const areas = drawn.map(({ side }, index) => {
    const d = stepPath(shares[index] ?? [], highest);
    return `<path class="area ${side}" vector-effect="non-scaling-stroke" d="${d}"/>`;
  });
  const words = drawn.map(
    ({ label, latency }) => `${label}: median ${formatMs(latency.p50Ms)} of ${count(latency.n, 'call')}`,
  );
  return `<figure class="distribution"><svg height="${height + 26}" role="img" aria-label="${escapeHtml(`Distribution of the latency of ${name}. ${words.join('; ')}`)}">
<svg x="0" y="0" width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none">${areas.join('')}</svg>${drawn.map((side) => renderMarks(side, scale)).join('')}${renderAxis(scale, height, formatTick)}</svg>
<figcaption><ul class="sides">${drawn.map(renderLegend).join('')}</ul><span>Share of calls by latency${scale.isLogarithmic ? ', on a logarithmic axis' : ''}. Solid lines mark the medians, dashed ones the 95th percentiles.</span></figcaption></figure>`;
}

/** A round value without the digits that it does not need. */
function formatTick(ms: number): string {
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : formatMs(ms);
}

/** The share of the values in each of equally wide bins; a bucket that spans several is spread over them. */
function shareByBin(histogram: Histogram, scale: Scale): readonly number[] {
  const finest = scale.isLogarithmic
    ? Math.log(scale.high / scale.low) / Math.log(1 + bucketWidth)
    : (scale.high - scale.low) / (scale.high * bucketWidth);
  const amount = Math.round(Math.min(mostBins, Math.max(fewestBins, finest)));
  const shares = Array.from({ length: amount }, () => 0);
  for (const { from, until, count: counted } of histogram.bins()) {
    const begin = (scale.at(Math.max(from, histogram.min)) / 100) * amount;
    const end = Math.max((scale.at(Math.min(until, histogram.max)) / 100) * amount, begin + 1e-6);
    for (let bin = Math.min(amount - 1, Math.floor(begin)); bin < Math.min(amount, end); bin += 1) {
      const isLast = bin === amount - 1;
      const overlap = Math.min(end, isLast ? Infinity : bin + 1) - Math.max(begin, bin);
      const part = Math.max(0, overlap) / (end - begin);
      shares[bin] = (shares[bin] ?? 0) + (part * counted) / histogram.count;
    }
  }
  return shares;
}

function stepPath(shares: readonly number[], highest: number): string {
  const width = 1000 / shares.length;
  const steps = shares.map((share, index) => {
    const bar = share === 0 ? 0 : Math.max(leastBar, (share / highest) * (height - 8));
    return `V${(height - bar).toFixed(1)}H${((index + 1) * width).toFixed(1)}`;
  });
  return `M0 ${height}${steps.join('')}V${height}Z`;
}

function renderMarks({ side, latency }: Drawn, scale: Scale): string {
  const mark = (kind: string, value: number | undefined): string => {
    if (value === undefined) return '';
    const x = percent(scale.at(value));
    return `<line class="mark ${kind} ${side}" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`;
  };
  return `${mark('p50', latency.p50Ms)}${mark('p95', latency.p95Ms)}`;
}

function renderLegend({ side, label, latency }: Drawn): string {
  const tail = latency.p95Ms === undefined ? 'too few calls for a p95' : `p95 ${formatMs(latency.p95Ms)}`;
  return `<li class="${side}"><strong>${escapeHtml(label)}</strong> p50 ${formatMs(latency.p50Ms)}, ${tail}, ${count(latency.n, 'call')}</li>`;
}

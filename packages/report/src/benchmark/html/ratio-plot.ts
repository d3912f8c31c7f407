import type { MetricComparison } from '@mcp-test-harness/core/benchmark';
import { escapeHtml } from '../../html/escape.ts';
import { formatChange, formatInterval, formatValue } from '../values.ts';
import { describeEvidence, nameMetric } from '../words.ts';
import { percent } from './axis.ts';
import { createLinearScale, type Scale } from './scale.ts';

/** Changes that are drawn, in per cent; ratios beyond lie at the edge. */
const widest = { low: -90, high: 900 };
const round = [
  -90, -80, -66, -50, -33, -20, -10, -5, -3, -2, -1, 0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 400, 900,
] as const;

/** An axis of ln(head / base) that shows all intervals and most pairs, with the effect that counts and some room. */
export function scaleOfRatios(metrics: readonly MetricComparison[], minimumEffectPercent: number): Scale {
  const values = metrics.flatMap(({ intervalPercent = [], logRatios }) => [
    ...intervalPercent.map(toLog),
    ...inner(logRatios),
  ]);
  const effect = 1.6 * toLog(minimumEffectPercent);
  const low = Math.max(toLog(widest.low), Math.min(-effect, ...values));
  const high = Math.min(toLog(widest.high), Math.max(effect, ...values));
  const room = (high - low) * 0.04;
  return createLinearScale(low - room, high + room);
}

/** Without the outermost of many, which would squeeze the others. */
function inner(values: readonly number[]): readonly number[] {
  const cut = Math.floor(values.length * 0.08);
  return values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
}

/** ln(head / base) of a change in per cent; of a loss of all or more, what is drawn at the edge. */
function toLog(changePercent: number): number {
  return Math.log(1 + Math.max(changePercent, widest.low) / 100);
}

const rowHeight = 40;
const pairsY = 13;
const intervalY = 31;

/** For every metric its pairs as dots, the 95 % interval of the change, and the band of what does not count. */
export function renderRatioPlot(metrics: readonly MetricComparison[], minimumEffectPercent: number): string {
  if (metrics.length === 0) return '';
  const scale = scaleOfRatios(metrics, minimumEffectPercent);
  const rows = metrics.map((metric) => renderRow(metric, scale, minimumEffectPercent));
  return `<table class="ratios"><thead><tr><th scope="col">Metric</th><th scope="col" class="chart">Head against base: each pair of processes, and the interval</th><th scope="col" class="number">Change</th><th scope="col" class="number">Base → head</th></tr></thead><tbody>${rows.join('')}</tbody><tfoot><tr><td></td><td class="chart"><svg height="24" aria-hidden="true" focusable="false">${renderPercentAxis(scale)}</svg></td><td></td><td></td></tr></tfoot></table>
<p class="note">Dots: pairs of fresh processes. Bar: 95 % interval of the change. Shaded: less than ±${minimumEffectPercent} %, which does not count.</p>`;
}

function renderRow(metric: MetricComparison, scale: Scale, minimumEffectPercent: number): string {
  const { verdict, changePercent, base, head } = metric;
  return `<tr class="${verdict}"><th scope="row">${nameMetric(metric.metric)}<span class="aside">${verdict}${metric.severity === undefined || metric.severity === 'minor' ? '' : `, ${metric.severity}`} · ${escapeHtml(describeEvidence(metric))}</span></th><td class="chart"><svg height="${rowHeight}" role="img" aria-label="${escapeHtml(`${nameMetric(metric.metric)}: ${verdict}, ${formatChange(changePercent)}, 95 % interval ${formatInterval(metric)}`)}">${renderBand(scale, minimumEffectPercent, rowHeight)}${renderPairs(metric, scale)}${renderInterval(metric, scale, intervalY)}</svg></td><td class="number"><strong>${formatChange(changePercent)}</strong><span class="aside">${formatInterval(metric)}</span></td><td class="number">${formatValue(metric.metric, base)} → ${formatValue(metric.metric, head)}</td></tr>`;
}

/** What does not count, and the line of no change. */
export function renderBand(scale: Scale, minimumEffectPercent: number, height: number): string {
  const [from, until, zero] = [-toLog(minimumEffectPercent), toLog(minimumEffectPercent), 0].map((value) =>
    scale.at(value),
  ) as [number, number, number];
  return `<rect class="band" x="${percent(from)}" width="${percent(until - from)}" height="${height}"/><line class="zero" x1="${percent(zero)}" x2="${percent(zero)}" y1="0" y2="${height}"/>`;
}

function renderPairs({ logRatios }: MetricComparison, scale: Scale): string {
  return logRatios
    .map((value, index) => {
      const isBeyond = value < scale.low || value > scale.high;
      const y = pairsY + ((index % 3) - 1) * 6;
      return `<circle class="pair-dot${isBeyond ? ' beyond' : ''}" cx="${percent(Math.min(99, Math.max(1, scale.at(value))))}" cy="${y}" r="3"/>`;
    })
    .join('');
}

/** The interval as a bar with the estimate on it; open at an end that lies outside. */
export function renderInterval(
  { intervalPercent, changePercent, verdict }: MetricComparison,
  scale: Scale,
  y: number,
): string {
  if (intervalPercent === undefined || changePercent === undefined) return '';
  const [low, high] = intervalPercent.map(toLog) as [number, number];
  const [from, until, middle] = [low, high, toLog(changePercent)].map((value) => scale.at(value)) as [
    number,
    number,
    number,
  ];
  const arrow = (x: number, direction: number): string =>
    `<svg x="${percent(x)}" y="${y - 5}" width="10" height="10" overflow="visible"><path class="ink ${verdict}" d="M0 0L${8 * direction} 5L0 10Z"/></svg>`;
  return `<line class="interval ${verdict}" x1="${percent(from)}" x2="${percent(until)}" y1="${y}" y2="${y}"/>${low < scale.low ? arrow(1.5, -1) : ''}${high > scale.high ? arrow(98.5, 1) : ''}<circle class="ink ${verdict}" cx="${percent(middle)}" cy="${y}" r="4.5"/>`;
}

/**
 * Round changes in per cent along an axis of ln(head / base), no change first, as many as do not touch.
 * @param distance between two labels at least, in per cent of the width
 */
export function renderPercentAxis(scale: Scale, distance = 12): string {
  const placed: number[] = [];
  const labels = [0, ...round.filter((value) => value !== 0)].flatMap((value) => {
    const at = toLog(value);
    const x = scale.at(at);
    if (at < scale.low || at > scale.high || placed.some((other) => Math.abs(other - x) < distance))
      return [];
    placed.push(x);
    const anchor = x < 5 ? 'start' : x > 95 ? 'end' : 'middle';
    return [
      `<line class="tick" x1="${percent(x)}" x2="${percent(x)}" y1="0" y2="5"/><text x="${percent(x)}" y="19" text-anchor="${anchor}">${value === 0 ? '0' : formatChange(value)}</text>`,
    ];
  });
  return `<line class="axis" x1="0" x2="100%" y1="0.5" y2="0.5"/>${labels.join('')}`;
}

import type { ChangePoint } from '@mcp-test-harness/core/statistics';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { count } from '../../text/format.ts';
import { cutText } from '../../text/cut.ts';
import { formatChange } from '../values.ts';
import { percent } from './axis.ts';
import { createLinearScale, type Scale } from './scale.ts';

/** One run of a history. */
export interface TrendPoint {
  /** What people know the run by: an abbreviated commit. */
  readonly label: string;
  readonly value: number;
  /** What is known of the value, in its unit. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** More about the run: its date, the subject of the commit. */
  readonly note?: string | undefined;
}

/** The values of one metric of one benchmark over commits. */
export interface TrendSeries {
  /** `core/search: latency (25th percentile)`. */
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  /** Where the level moved for good; see `findChangePoints`. */
  readonly changePoints: readonly ChangePoint[];
  /** What else is to be said of the series: a slow drift. */
  readonly remarks?: readonly string[] | undefined;
  /** Writes a value with its unit. */
  readonly format: (value: number) => string;
}

const height = 180;

/** A history as a line with the band of its intervals, its levels, and a mark where the level moved; '' when it is empty. */
export function renderTrend({ title, points, changePoints, remarks = [], format }: TrendSeries): string {
  const known = points.filter(({ value }) => Number.isFinite(value));
  if (known.length === 0) return '';
  const changes = changePoints.filter(({ index }) => index > 0 && index < known.length);
  const scale = scaleOf(known);
  const chart: Chart = { points: known, x: (index) => positionOf(index, known.length), y: heightOf(scale) };
  const from = known[0]?.value ?? 0;
  const last = known.at(-1)?.value ?? 0;
  const said = [...changes.map((change) => describeChange(change, known, format)), ...remarks];
  const about = cutText(
    `${title}: ${count(known.length, 'run')}, from ${format(from)} to ${format(last)}`,
    400,
  );
  return `<figure class="trend"><h4>${escapeHtml(cutText(title, 300))}</h4>
<svg height="${height + 26}" role="img" aria-label="${escapeHtml([about, ...said].join('. '))}">${renderGrid(scale, format)}
<svg x="0" y="0" width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none">${renderIntervals(chart)}${renderLine(chart)}</svg>
${renderLevels(chart, changes)}${changes.map((change) => renderChange(change, chart)).join('')}${renderPoints(chart, format)}${renderLabels(chart)}</svg>
<figcaption>${said.length === 0 ? 'No change of level.' : `<ul class="plain">${said.map((text) => `<li>${escapeProse(text)}</li>`).join('')}</ul>`}</figcaption>
<details class="more"><summary>Values</summary><div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(`Values of ${cutText(title, 200)}`)}"><table><thead><tr><th scope="col">Run</th><th scope="col" class="number">Value</th><th scope="col" class="number">Interval</th><th scope="col">About</th></tr></thead><tbody>${known.map((point) => renderValue(point, format)).join('')}</tbody></table></div></details></figure>`;
}

interface Chart {
  readonly points: readonly TrendPoint[];
  /** 0 to 100. */
  readonly x: (index: number) => number;
  /** Pixels from the top. */
  readonly y: (value: number) => number;
}

/** From zero when that costs little; values near each other fill the chart. */
function scaleOf(points: readonly TrendPoint[]): Scale {
  const values = points.flatMap(({ value, interval = [] }) => [value, ...interval.filter(Number.isFinite)]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
  return createLinearScale(low >= 0 && low < high / 2 ? 0 : low - room, high + room);
}

function heightOf(scale: Scale): (value: number) => number {
  return (value) => height - (scale.at(value) / 100) * height;
}

/** Room at both ends, so that no point is cut. */
function positionOf(index: number, length: number): number {
  return length === 1 ? 50 : 7 + (index / (length - 1)) * 91;
}

/** Of two runs: what moved where, and by how much. */
function describeChange(
  { index, before, after }: ChangePoint,
  points: readonly TrendPoint[],
  format: (value: number) => string,
): string {
  const change = before > 0 ? `${formatChange((after / before - 1) * 100)}, ` : '';
  return `${change}${format(before)} to ${format(after)}, between ${points[index - 1]?.label ?? '?'} and ${points[index]?.label ?? '?'}`;
}

function renderGrid(scale: Scale, format: (value: number) => string): string {
  const y = heightOf(scale);
  const lines = scale.ticks
    .filter((value) => y(value) > 12)
    .map(
      (value) =>
        `<line class="grid" x1="0" x2="100%" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="0" y="${(y(value) - 4).toFixed(1)}">${escapeHtml(format(value))}</text>`,
    );
  return `${lines.join('')}<line class="axis" x1="0" x2="100%" y1="${height}" y2="${height}"/>`;
}

function renderIntervals({ points, x, y }: Chart): string {
  const ends = points.flatMap(({ interval }, index) =>
    interval === undefined ? [] : [{ x: x(index) * 10, low: y(interval[0]), high: y(interval[1]) }],
  );
  if (ends.length < 2) return '';
  const upper = ends.map((end) => `${end.x.toFixed(1)} ${end.high.toFixed(1)}`);
  const lower = ends.map((end) => `${end.x.toFixed(1)} ${end.low.toFixed(1)}`).toReversed();
  return `<path class="spread" d="M${[...upper, ...lower].join('L')}Z"/>`;
}

function renderLine({ points, x, y }: Chart): string {
  const path = points.map(({ value }, index) => `${(x(index) * 10).toFixed(1)} ${y(value).toFixed(1)}`);
  return `<path class="line" vector-effect="non-scaling-stroke" d="M${path.join('L')}"/>`;
}

/** The median of each level, from where it begins to where it ends. */
function renderLevels({ points, x, y }: Chart, changes: readonly ChangePoint[]): string {
  return changes
    .flatMap((change, at) => {
      const until = changes[at + 1]?.index ?? points.length;
      const level = (from: number, end: number, value: number): string =>
        `<line class="level" x1="${percent(x(from))}" x2="${percent(x(end))}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>`;
      const first = at === 0 ? [level(0, change.index - 1, change.before)] : [];
      return [...first, level(change.index, until - 1, change.after)];
    })
    .join('');
}

function renderChange({ index, before, after }: ChangePoint, { x }: Chart): string {
  const at = (x(index - 1) + x(index)) / 2;
  const kind = after > before ? 'regressed' : 'improved';
  const text = before > 0 ? formatChange((after / before - 1) * 100) : '';
  const anchor = at > 85 ? 'end' : 'start';
  return `<line class="change ${kind}" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="${height}"/><svg x="${percent(at)}" y="0" overflow="visible"><text class="change ${kind}" x="${anchor === 'end' ? -6 : 6}" y="12" text-anchor="${anchor}">${text}</text></svg>`;
}

function renderPoints({ points, x, y }: Chart, format: (value: number) => string): string {
  return points
    .map(
      ({ label, value, note }, index) =>
        `<circle class="point" cx="${percent(x(index))}" cy="${y(value).toFixed(1)}" r="3.5"><title>${escapeHtml(`${label}: ${format(value)}${note === undefined ? '' : `, ${cutText(note, 200)}`}`)}</title></circle>`,
    )
    .join('');
}

function renderLabels({ points, x }: Chart): string {
  const first = points[0]?.label ?? '';
  const last = points.at(-1)?.label ?? '';
  const label = (at: number, anchor: string, text: string): string =>
    `<text x="${percent(at)}" y="${height + 20}" text-anchor="${anchor}">${escapeHtml(cutText(text, 24))}</text>`;
  if (points.length === 1) return label(x(0), 'middle', first);
  return `${label(x(0), 'start', first)}${label(100, 'end', last)}`;
}

function renderValue(
  { label, value, interval, note }: TrendPoint,
  format: (value: number) => string,
): string {
  const cells = [
    format(value),
    interval === undefined ? '' : `${format(interval[0])} to ${format(interval[1])}`,
  ];
  return `<tr><th scope="row">${escapeHtml(label)}</th>${cells.map((cell) => `<td class="number">${escapeHtml(cell)}</td>`).join('')}<td>${escapeHtml(cutText(note ?? '', 300))}</td></tr>`;
}

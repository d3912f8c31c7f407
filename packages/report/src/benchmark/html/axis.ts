import { escapeHtml } from '../../html/escape.ts';
import type { Scale } from './scale.ts';

/** Two labels closer than this, in per cent of the width, would touch on a narrow screen. */
const labelDistance = 11;

/** A horizontal axis below a chart: its line, ticks and labels; 26 pixels high. */
export function renderAxis(scale: Scale, y: number, format: (value: number) => string): string {
  let last = -Infinity;
  const ticks = scale.ticks.map((value) => {
    const x = scale.at(value);
    const mark = `<line class="tick" x1="${percent(x)}" x2="${percent(x)}" y1="${y}" y2="${y + 5}"/>`;
    if (x - last < labelDistance) return mark;
    last = x;
    const anchor = x < 4 ? 'start' : x > 96 ? 'end' : 'middle';
    return `${mark}<text x="${percent(x)}" y="${y + 20}" text-anchor="${anchor}">${escapeHtml(format(value))}</text>`;
  });
  return `<line class="axis" x1="0" x2="100%" y1="${y}" y2="${y}"/>${ticks.join('')}`;
}

/** `12.345%`. */
export function percent(value: number): string {
  return `${Number(value.toFixed(3))}%`;
}

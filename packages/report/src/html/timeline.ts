import type { RunResult } from '@mcp-test-harness/core';
import { formatDuration } from '../text/format.ts';
import { escapeHtml } from './escape.ts';

/** When each suite ran, one below the other: what ran at the same time, and what the run waited for. */
export function renderTimeline({ suites }: RunResult): string {
  const rows = suites
    .map(({ name, outcome, startedAt, durationMs }, index) => ({
      name,
      outcome,
      index,
      durationMs,
      from: Date.parse(startedAt),
    }))
    .filter(({ from, durationMs }) => !Number.isNaN(from) && durationMs > 0);
  const start = Math.min(...rows.map(({ from }) => from));
  const span = Math.max(...rows.map(({ from, durationMs }) => from + durationMs)) - start;
  if (rows.length < 2 || span <= 0) return '';
  const lines = rows.map(({ name, outcome, index, durationMs, from }) => {
    const x = ((from - start) / span) * 100;
    const width = Math.max(0.4, (durationMs / span) * 100);
    return `<tr><th scope="row"><a href="#suite-${index + 1}">${escapeHtml(name)}</a></th><td class="chart"><svg height="14" aria-hidden="true" focusable="false"><rect class="fill-${outcome}" x="${Math.min(x, 99.6).toFixed(2)}%" width="${width.toFixed(2)}%" height="14" rx="2"/></svg></td><td class="number">${formatDuration(from - start)}</td><td class="number">${formatDuration(durationMs)}</td></tr>`;
  });
  return `<h3>Suites over time</h3>
<table class="bars"><thead><tr><th scope="col">Suite</th><th scope="col"><span class="sr">From its start to its end, of the whole run</span></th><th scope="col" class="number">Began after</th><th scope="col" class="number">Time</th></tr></thead><tbody>${lines.join('')}</tbody></table>
<p class="note">The time of a suite includes the start of its server.</p>`;
}

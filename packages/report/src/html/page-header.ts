import type { Outcome, RunResult, Totals } from '@mcp-test-harness/core';
import { formatCount, formatDuration } from '../text/format.ts';
import { displayPath } from '../text/location.ts';
import { describeVerdict } from '../text/outcome.ts';
import { definitionList } from './blocks.ts';
import { escapeHtml } from './escape.ts';

const outcomes: readonly Outcome[] = ['passed', 'failed', 'errored', 'skipped'];

/** The verdict, the share of each outcome, and the facts of the run. */
export function renderPageHeader(result: RunResult, cwd: string): string {
  const { config, harness, shard, totals, verdict } = result;
  return `<header class="page-header">
<p class="product">MCP Test Harness${config.file === undefined ? '' : ` <code>${escapeHtml(displayPath(config.file, cwd))}</code>`}</p>
<h1><span class="verdict ${verdict}">${verdict}</span> ${escapeHtml(describeVerdict(result))}</h1>
${renderProportions(totals)}
${renderLegend(totals)}
${definitionList('facts', [
  [
    'Started',
    `<time datetime="${escapeHtml(result.startedAt)}">${escapeHtml(readableTime(result.startedAt))}</time>`,
  ],
  ['Duration', formatDuration(result.durationMs)],
  ['Exit code', String(result.exitCode)],
  ['Environment', config.environment === undefined ? undefined : escapeHtml(config.environment)],
  ['Shard', shard === undefined ? undefined : `${shard.index} of ${shard.count}`],
  ['Version', escapeHtml(harness.version)],
  ['Node', escapeHtml(`${harness.node} ${harness.platform}`)],
])}
</header>`;
}

function renderProportions(totals: Totals): string {
  if (totals.tests === 0) return '';
  let from = 0;
  const parts = outcomes.map((outcome) => {
    const width = (totals[outcome] / totals.tests) * 100;
    const part =
      width === 0
        ? ''
        : `<rect class="fill-${outcome}" x="${from.toFixed(3)}%" width="${width.toFixed(3)}%" height="10"/>`;
    from += width;
    return part;
  });
  return `<svg class="proportions" height="10" aria-hidden="true" focusable="false">${parts.join('')}</svg>`;
}

function renderLegend(totals: Totals): string {
  const shown = outcomes.filter((outcome) => outcome === 'passed' || totals[outcome] > 0);
  const items = shown.map(
    (outcome) => `<li class="${outcome}"><strong>${formatCount(totals[outcome])}</strong> ${outcome}</li>`,
  );
  if (totals.flaky > 0)
    items.push(`<li class="flaky"><strong>${formatCount(totals.flaky)}</strong> flaky</li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** `2026-11-24 10:00:00 UTC`; what is no date stands as it is. */
export function readableTime(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { definitionList } from '../../html/blocks.ts';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { readableTime } from '../../html/page-header.ts';
import { formatCount, formatDuration } from '../../text/format.ts';
import { displayPath } from '../../text/location.ts';
import { countVerdicts, describeVerdict, verdictOrder } from '../outcome.ts';
import { describeMachine, describeMethod } from '../words.ts';
import { percent } from './axis.ts';

/** The verdict, the share of each verdict, and what the numbers rest on. */
export function renderBenchmarkHeader(result: BenchmarkResult, cwd: string): string {
  const { config, harness, verdict, comparison, error } = result;
  return `<header class="page-header">
<p class="product">MCP Test Harness benchmarks${config.file === undefined ? '' : ` <code>${escapeHtml(displayPath(config.file, cwd))}</code>`}</p>
<h1><span class="verdict ${verdict}">${verdict}</span> ${escapeHtml(describeVerdict(result))}</h1>
${error === undefined ? '' : `<div class="expectation failure"><p class="message">${escapeProse(error.message)}</p><p class="where"><code>${escapeHtml(error.code)}</code></p>${error.hint === undefined ? '' : `<p class="hint">${escapeProse(error.hint)}</p>`}</div>`}
${comparison === undefined ? '' : renderProportions(comparison)}
${definitionList('facts', [
  ['Measured', escapeHtml(describeMethod(result))],
  [
    'Smallest change that counts',
    comparison === undefined ? undefined : `±${comparison.minimumEffectPercent} %`,
  ],
  ['Machine', escapeHtml(describeMachine(result.machine))],
  [
    'Started',
    `<time datetime="${escapeHtml(result.startedAt)}">${escapeHtml(readableTime(result.startedAt))}</time>`,
  ],
  ['Duration', formatDuration(result.durationMs)],
  ['Exit code', String(result.exitCode)],
  ['Environment', config.environment === undefined ? undefined : escapeHtml(config.environment)],
  ['Version', escapeHtml(harness.version)],
])}
</header>`;
}

function renderProportions({ benchmarks }: NonNullable<BenchmarkResult['comparison']>): string {
  if (benchmarks.length === 0) return '';
  const counts = countVerdicts(benchmarks);
  let from = 0;
  const parts = verdictOrder.map((verdict) => {
    const width = (counts[verdict] / benchmarks.length) * 100;
    const part = `<rect class="fill-${verdict}" x="${percent(from)}" width="${percent(width)}" height="10"/>`;
    from += width;
    return width === 0 ? '' : part;
  });
  const items = verdictOrder
    .filter((verdict) => counts[verdict] > 0)
    .map(
      (verdict) => `<li class="${verdict}"><strong>${formatCount(counts[verdict])}</strong> ${verdict}</li>`,
    );
  return `<svg class="proportions" height="10" aria-hidden="true" focusable="false">${parts.join('')}</svg>
<ul class="legend">${items.join('')}</ul>`;
}

import type { Comparison } from '@mcp-test-harness/core/benchmark';
import { escapeHtml } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { verdictOrder, withVerdict } from '../outcome.ts';
import { formatChange, formatInterval, formatValue } from '../values.ts';
import { describeEvidence, nameMetric } from '../words.ts';

const columns = ['Base', 'Head', 'Change', '95 % interval'] as const;

/** Every metric of every benchmark, the worst benchmarks first. */
export function renderMetricTable({ benchmarks }: Comparison, anchorOf: (id: string) => string): string {
  const rows = verdictOrder
    .flatMap((verdict) => withVerdict(benchmarks, verdict))
    .flatMap(({ id, metrics }) =>
      metrics.map((metric, index) => {
        const name =
          index === 0
            ? `<th scope="rowgroup" rowspan="${metrics.length}"><a href="#${anchorOf(id)}">${escapeHtml(cutText(id, 200))}</a></th>`
            : '';
        const cells = [
          formatValue(metric.metric, metric.base),
          formatValue(metric.metric, metric.head),
          formatChange(metric.changePercent),
          formatInterval(metric),
        ];
        return `<tr>${name}<td>${nameMetric(metric.metric)}</td>${cells.map((cell) => `<td class="number">${cell}</td>`).join('')}<td class="verdict-cell ${metric.verdict}">${metric.verdict}</td><td class="aside">${escapeHtml(describeEvidence(metric))}</td></tr>`;
      }),
    );
  return `<div class="scroll" tabindex="0" role="group" aria-label="All metrics"><table class="metrics"><thead><tr><th scope="col">Benchmark</th><th scope="col">Metric</th>${columns.map((name) => `<th scope="col" class="number">${name}</th>`).join('')}<th scope="col">Verdict</th><th scope="col">Rests on</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

import type {
  BaselineComparison,
  BenchmarkAgainstBaseline,
  MetricAgainstBaseline,
} from '@mcp-test-harness/core/baseline';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import { speakingMetric, verdictOrder, verdictSigns, withVerdict } from '../outcome.ts';
import { formatChange, formatInterval, formatLimit, formatValue } from '../values.ts';
import { nameMetric } from '../words.ts';

/** A column of numbers: HTML of a cell. */
interface Column {
  readonly name: string;
  readonly write: (metric: MetricAgainstBaseline) => string;
}

const change: Column = {
  name: 'Change',
  write: ({ changePercent }) => `<strong>${formatChange(changePercent)}</strong>`,
};
const interval: Column = { name: '95 % interval', write: formatInterval };
const limit: Column = {
  name: 'Could have shown',
  write: ({ smallestDetectablePercent: percent }) => (percent === undefined ? 'n/a' : formatLimit(percent)),
};
const runs: Column = {
  name: 'Runs',
  write: ({ runs: amount, scope }) =>
    `${formatCount(amount)}${scope === 'any-machine' ? '<span class="aside">any machine</span>' : ''}`,
};
/** Of the metric that decides. */
const decidingColumns = [change, interval, limit, runs];
/** Of every metric. */
const allColumns: readonly Column[] = [
  {
    name: 'History → now',
    write: ({ metric, base, head }) => `${formatValue(metric, base)} → ${formatValue(metric, head)}`,
  },
  change,
  interval,
  limit,
  runs,
  {
    name: 'Since the approved run',
    write: ({ sinceApprovedPercent }) => formatChange(sinceApprovedPercent),
  },
  { name: 'Since the anchor', write: ({ sinceAnchorPercent }) => formatChange(sinceAnchorPercent) },
];

/** Every benchmark with its verdict and the interval of the metric that decides, the worst first; all metrics folded. */
export function renderBaselineTable(
  { suite, benchmarks }: BaselineComparison,
  linkTo: (id: string) => string | undefined,
): string {
  if (benchmarks.length === 0) return '';
  const sorted = verdictOrder.flatMap((verdict) => withVerdict(benchmarks, verdict));
  const rows = sorted.map(
    (one) =>
      `<tr><th scope="row">${renderName(one.id, linkTo)}<span class="sentence">${escapeProse(one.sentence)}</span></th>${renderMetric(speakingMetric(one), one, decidingColumns)}</tr>`,
  );
  const metrics = sorted.flatMap((one) =>
    one.metrics.map(
      (metric, index) =>
        `<tr>${index === 0 ? `<th scope="rowgroup" rowspan="${one.metrics.length}">${renderName(one.id, linkTo)}</th>` : ''}${renderMetric(metric, metric, allColumns)}</tr>`,
    ),
  );
  const folded =
    metrics.length === 0
      ? ''
      : `<details class="more"><summary>All metrics of ${count(benchmarks.length, 'benchmark')}</summary>${renderTable(`All metrics of ${suite} against the baseline`, allColumns, metrics)}</details>`;
  return `${renderTable(`Benchmarks of ${suite} against the baseline`, decidingColumns, rows)}
<p class="note">The change is against the mean of the comparable runs since the last change of level; a smaller one than it could have shown may hide.</p>
${folded}`;
}

function renderTable(label: string, columns: readonly Column[], rows: readonly string[]): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(cutText(label, 300))}"><table class="metrics"><thead><tr><th scope="col">Benchmark</th><th scope="col">Verdict</th><th scope="col">Metric</th>${columns.map(({ name }) => `<th scope="col" class="number">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderName(id: string, linkTo: (id: string) => string | undefined): string {
  const anchor = linkTo(id);
  const name = escapeHtml(cutText(id, 200));
  return anchor === undefined ? name : `<a href="#${anchor}">${name}</a>`;
}

function renderMetric(
  metric: MetricAgainstBaseline | undefined,
  { verdict, severity }: Pick<BenchmarkAgainstBaseline, 'verdict' | 'severity'>,
  columns: readonly Column[],
): string {
  const badge =
    severity === undefined || severity === 'minor' ? '' : ` <span class="badge warned">${severity}</span>`;
  const cells = columns.map(({ write }) => (metric === undefined ? 'n/a' : write(metric)));
  return `<td class="verdict-cell ${verdict}"><span aria-hidden="true">${verdictSigns[verdict]}</span> ${verdict}${badge}</td><td>${metric === undefined ? 'none' : nameMetric(metric.metric)}</td>${cells.map((cell) => `<td class="number">${cell}</td>`).join('')}`;
}

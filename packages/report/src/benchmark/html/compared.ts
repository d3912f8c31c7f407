import type { ComparedBenchmark, Comparison } from '@mcp-test-harness/core/benchmark';
import { definitionList } from '../../html/blocks.ts';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { displayLocation } from '../../text/location.ts';
import { speakingMetric, verdictOrder, verdictSigns, withVerdict } from '../outcome.ts';
import { formatChange } from '../values.ts';
import { describeCalls } from './calls.ts';
import { renderDistributions, type SideLatency } from './distribution.ts';
import {
  renderBand,
  renderInterval,
  renderPercentAxis,
  renderRatioPlot,
  scaleOfRatios,
} from './ratio-plot.ts';
import type { Scale } from './scale.ts';

/** More open details than these hide the overview: of many regressions only the first is open. */
const openedAtFirst = 2;

interface Overview {
  readonly comparison: Comparison;
  /** Of all benchmarks, so that they can be held against each other. */
  readonly scale: Scale;
  readonly cwd: string;
}

/** Every compared benchmark, the worst first: a line with its interval that opens to all that is known about it. */
export function* renderCompared(
  comparison: Comparison,
  cwd: string,
  anchorOf: (id: string) => string,
): Generator<string> {
  const sorted = verdictOrder.flatMap((verdict) => withVerdict(comparison.benchmarks, verdict));
  if (sorted.length === 0) {
    yield '<p class="absent">Nothing was compared.</p>';
    return;
  }
  const speaking = sorted
    .map((one) => speakingMetric(one))
    .filter((metric) => metric !== undefined)
    .map((metric) => ({ ...metric, logRatios: [] }));
  const overview = { comparison, scale: scaleOfRatios(speaking, comparison.minimumEffectPercent), cwd };
  const regressed = sorted.filter(({ verdict }) => verdict === 'regressed');
  const opened = new Set(regressed.length <= openedAtFirst ? regressed : regressed.slice(0, 1));
  yield `<div class="forest-head" aria-hidden="true"><span></span><span></span><svg height="24" focusable="false">${renderPercentAxis(overview.scale, 22)}</svg><span></span></div>
<div class="rows">
`;
  for (const one of sorted) yield `${renderRow(one, anchorOf(one.id), opened.has(one), overview)}\n`;
  yield '</div>\n<p class="note">The bar is the 95 % interval of the change of the metric that decides; the shaded band is what does not count.</p>';
}

function renderRow(one: ComparedBenchmark, anchor: string, open: boolean, overview: Overview): string {
  const { verdict, severity, id } = one;
  const metric = speakingMetric(one);
  const { scale, comparison } = overview;
  const badge =
    severity === undefined || severity === 'minor' ? '' : `<span class="badge warned">${severity}</span>`;
  const plot =
    metric === undefined
      ? '<span></span>'
      : `<svg class="forest" height="22" aria-hidden="true" focusable="false">${renderBand(scale, comparison.minimumEffectPercent, 22)}${renderInterval(metric, scale, 11)}</svg>`;
  return `<details class="test compared ${verdict}" id="${anchor}" data-state="${verdict}"${open ? ' open' : ''}>
<summary><span class="sign" aria-hidden="true">${verdictSigns[verdict]}</span><span class="what"><span class="name">${escapeHtml(cutText(id, 400))}</span>${badge}<span class="sentence">${escapeProse(one.sentence)}</span></span>${plot}<span class="time">${formatChange(metric?.changePercent)}</span></summary>
<div class="body">${renderBody(one, overview)}</div>
</details>`;
}

function renderBody(one: ComparedBenchmark, { comparison, cwd }: Overview): string {
  const { base, head, location, metrics } = one;
  const sides = (['base', 'head'] as const).flatMap((side): readonly SideLatency[] => {
    const latency = one[side]?.latency;
    return latency === undefined ? [] : [{ side, label: side, latency }];
  });
  return [
    ...(['base', 'head'] as const).map((side) => {
      const complaint = one[side]?.complaint;
      return complaint === undefined
        ? ''
        : `<div class="expectation failure"><p class="message">${escapeProse(`${side}: ${complaint}`)}</p></div>`;
    }),
    renderRatioPlot(metrics, comparison.minimumEffectPercent),
    sides.length === 0
      ? ''
      : `<div><h4>Latency of all calls of stage 1</h4>${renderDistributions(sides, one.id)}</div>`,
    definitionList('facts', [
      [
        'Defined at',
        location === undefined ? undefined : `<code>${escapeHtml(displayLocation(location, cwd))}</code>`,
      ],
      ['Calls of base', base === undefined ? undefined : describeCalls(base.calls)],
      ['Calls of head', head === undefined ? undefined : describeCalls(head.calls)],
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

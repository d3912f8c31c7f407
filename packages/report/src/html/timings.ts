import type { RunResult, SuiteResult } from '@mcp-test-harness/core';
import { count, formatCount, formatDuration } from '../text/format.ts';
import { testsOf } from '../text/outcome.ts';
import type { PageContext } from './context.ts';
import { escapeHtml } from './escape.ts';
import { quantile } from './quantile.ts';
import { renderTimeline } from './timeline.ts';

const slowestShown = 12;
const binsPerDecade = 8;
const chartHeight = 120;
/** Below this many samples a 95th percentile is the maximum under another name. */
const samplesForP95 = 60;

/** Where the time went: the slowest tests, and how long requests took. Undefined when nothing was timed. */
export function renderTimings(result: RunResult, page: PageContext): string | undefined {
  const durations = testsOf(result).flatMap(({ requestDurationsMs }) => requestDurationsMs);
  const overview = `${renderTimeline(result)}${renderSlowest(result, page)}`;
  if (overview === '' && durations.length === 0) return undefined;
  return `${overview}${durations.length === 0 ? '' : renderRequests(result, durations)}`;
}

function renderSlowest(result: RunResult, page: PageContext): string {
  const tests = testsOf(result)
    .filter(({ outcome }) => outcome !== 'skipped')
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, slowestShown);
  const longest = tests[0]?.durationMs ?? 0;
  if (longest === 0) return '';
  const rows = tests.map(
    ({ id, outcome, durationMs }) =>
      `<tr><th scope="row"><a href="#${page.anchorOf(id)}">${escapeHtml(id)}</a></th><td class="chart"><svg height="14" aria-hidden="true" focusable="false"><rect class="fill-${outcome}" width="${((durationMs / longest) * 100).toFixed(2)}%" height="14" rx="2"/></svg></td><td class="number">${formatDuration(durationMs)}</td></tr>`,
  );
  return `<h3>Slowest tests</h3>
<table class="bars"><thead><tr><th scope="col">Test</th><th scope="col"><span class="sr">Share of the slowest</span></th><th scope="col" class="number">Time</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderRequests(result: RunResult, durations: readonly number[]): string {
  const rows = result.suites.flatMap((suite) => {
    const own = suite.tests.flatMap(({ requestDurationsMs }) => requestDurationsMs);
    return own.length === 0 ? [] : [renderRequestRow(suite, own)];
  });
  return `<h3>Request durations</h3>
<figure>${renderHistogram(durations)}<figcaption>${count(durations.length, 'request')} on a logarithmic axis; the line marks the median.</figcaption></figure>
<table><thead><tr><th scope="col">Suite</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Fastest</th><th scope="col" class="number">Median</th><th scope="col" class="number">95 %</th><th scope="col" class="number">Slowest</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderRequestRow(suite: SuiteResult, durations: readonly number[]): string {
  const sorted = durations.toSorted((a, b) => a - b);
  const cells = [
    formatCount(sorted.length),
    formatDuration(sorted[0] ?? 0),
    formatDuration(quantile(sorted, 0.5)),
    sorted.length < samplesForP95
      ? `<span title="needs ${samplesForP95} requests">–</span>`
      : formatDuration(quantile(sorted, 0.95)),
    formatDuration(sorted.at(-1) ?? 0),
  ];
  return `<tr><th scope="row">${escapeHtml(suite.name)}</th>${cells.map((cell) => `<td class="number">${cell}</td>`).join('')}</tr>`;
}

/** Drawn in percent of the width and pixels of height, so that text keeps its size on any screen. */
function renderHistogram(durations: readonly number[]): string {
  const sorted = durations.toSorted((a, b) => a - b);
  const exponentOf = (ms: number) => Math.log10(Math.max(ms, 0.01));
  const from = Math.floor(exponentOf(sorted[0] ?? 1));
  const until = Math.max(from + 1, Math.ceil(exponentOf(sorted.at(-1) ?? 1) + 1e-9));
  const bins = Array.from({ length: (until - from) * binsPerDecade }, () => 0);
  for (const ms of sorted) {
    const bin = Math.min(bins.length - 1, Math.floor((exponentOf(ms) - from) * binsPerDecade));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const highest = Math.max(...bins);
  const width = 100 / bins.length;
  const edge = (bin: number) => formatDuration(10 ** (from + bin / binsPerDecade));
  const bars = bins.map((amount, index) => {
    if (amount === 0) return '';
    const height = Math.max(2, (amount / highest) * chartHeight);
    return `<rect class="fill-plain" x="${(index * width + width * 0.06).toFixed(3)}%" width="${(width * 0.88).toFixed(3)}%" y="${(chartHeight - height).toFixed(1)}" height="${height.toFixed(1)}" rx="1.5"><title>${count(amount, 'request')}, ${edge(index)} to ${edge(index + 1)}</title></rect>`;
  });
  const ticks = Array.from({ length: until - from + 1 }, (_, index) => {
    const x = (index / (until - from)) * 100;
    const anchor = index === 0 ? 'start' : index === until - from ? 'end' : 'middle';
    return `<line class="tick" x1="${x.toFixed(3)}%" x2="${x.toFixed(3)}%" y1="${chartHeight}" y2="${chartHeight + 5}"/><text x="${x.toFixed(3)}%" y="${chartHeight + 20}" text-anchor="${anchor}">${formatDuration(10 ** (from + index))}</text>`;
  });
  const median = quantile(sorted, 0.5);
  const at = (((exponentOf(median) - from) / (until - from)) * 100).toFixed(3);
  return `<svg class="histogram" height="${chartHeight + 26}" role="img" aria-label="Histogram of request durations from ${formatDuration(sorted[0] ?? 0)} to ${formatDuration(sorted.at(-1) ?? 0)}, median ${formatDuration(median)}">
<text class="peak" x="100%" y="11" text-anchor="end">${count(highest, 'request')} in the highest bar</text><line class="axis" x1="0" x2="100%" y1="${chartHeight}" y2="${chartHeight}"/>${bars.join('')}${ticks.join('')}<line class="median" x1="${at}%" x2="${at}%" y1="0" y2="${chartHeight}"/></svg>`;
}

import type { Measurement, ProcessSummary } from '@mcp-test-harness/core/benchmark';
import { definitionList } from '../../html/blocks.ts';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { formatCount } from '../../text/format.ts';
import { displayLocation } from '../../text/location.ts';
import { hasNumbers, isInvalid, type WithNumbers } from '../outcome.ts';
import { formatMs, formatRate } from '../values.ts';
import { percent } from './axis.ts';
import { describeCalls } from './calls.ts';
import { renderDistributions } from './distribution.ts';

const states = {
  measured: { sign: '✓', rank: 2, outcome: 'passed' },
  short: { sign: '…', rank: 1, outcome: 'inconclusive' },
  failed: { sign: '✗', rank: 0, outcome: 'failed' },
  skipped: { sign: '↓', rank: 3, outcome: 'skipped' },
} as const;

/** Every benchmark that was measured alone, what failed first. */
export function* renderMeasured(
  benchmarks: readonly Measurement[],
  cwd: string,
  anchorOf: (id: string) => string,
): Generator<string> {
  if (benchmarks.length === 0) {
    yield '<p class="absent">Nothing was measured.</p>';
    return;
  }
  const longestMs = Math.max(...benchmarks.map((one) => (hasNumbers(one) ? one.latency.p50Ms : 0)));
  yield '<div class="rows">\n';
  for (const one of benchmarks.toSorted((a, b) => states[a.state].rank - states[b.state].rank)) {
    yield `${renderRow(one, anchorOf(one.id), longestMs, cwd)}\n`;
  }
  yield '</div>\n<p class="note">The time is the median of the calls; the bars compare the medians.</p>';
}

function renderRow(one: Measurement, anchor: string, longestMs: number, cwd: string): string {
  const invalid = isInvalid(one);
  const { sign, outcome } = invalid ? states.failed : states[one.state];
  const reason = one.state === 'measured' ? undefined : one.reason;
  const numbers = hasNumbers(one)
    ? `<svg class="bar" height="4" aria-hidden="true" focusable="false"><rect width="${percent((one.latency.p50Ms / (longestMs || 1)) * 100)}" height="4" rx="2"/></svg><span class="time">${formatMs(one.latency.p50Ms)}</span>`
    : '';
  return `<details class="test ${outcome}" id="${anchor}" data-state="${one.state}"${one.state === 'failed' || invalid ? ' open' : ''}>
<summary><span class="sign" aria-hidden="true">${sign}</span><span class="what"><span class="sr">${one.state}: </span><span class="name">${escapeHtml(cutText(one.id, 400))}</span>${one.state === 'short' ? '<span class="badge warned">short</span>' : ''}${invalid ? '<span class="badge bad">invalid</span>' : ''}${reason === undefined ? '' : `<span class="sentence">${escapeProse(reason)}</span>`}</span>${numbers}</summary>
<div class="body">${hasNumbers(one) ? renderNumbers(one) : ''}${renderFacts(one, cwd)}</div>
</details>`;
}

function renderNumbers(one: WithNumbers): string {
  const { latency, processes } = one;
  const invalid = one.generator?.invalid;
  return [
    invalid === undefined
      ? ''
      : `<div class="expectation failure"><p class="message">Do not believe these latencies: the load generator could not keep its rate.</p><p class="where">${escapeProse(invalid)}</p></div>`,
    renderDistributions([{ side: 'head', label: 'latency', latency }], one.id),
    definitionList('facts', [
      ['Fastest', formatMs(latency.minMs)],
      ['p25', formatMs(latency.p25Ms)],
      ['p50', formatMs(latency.p50Ms)],
      ['p90', formatMs(latency.p90Ms)],
      ['p95', formatMs(latency.p95Ms)],
      ['p99', formatMs(latency.p99Ms)],
      ['p99.9', formatMs(latency.p999Ms)],
      ['Slowest', formatMs(latency.maxMs)],
      [
        'Mean',
        `${formatMs(latency.meanMs)} ± ${formatMs(latency.sdMs)} (CV ${Math.round(latency.cvPercent)} %)`,
      ],
      ['Outliers', `${latency.outlierPercent.toFixed(1)} %`],
      ['Throughput', formatRate(one.throughputPerSecond)],
      ['CPU time per call', formatMs(one.cpuMsPerCall)],
    ]),
    processes.length < 2 ? '' : renderProcesses(processes),
  ].join('\n');
}

function renderProcesses(processes: readonly ProcessSummary[]): string {
  const rows = processes.map(
    ({ n, p25Ms, p50Ms, meanMs, p95Ms, cpuMsPerCall }, index) =>
      `<tr><th scope="row">${index + 1}</th><td class="number">${formatCount(n)}</td>${[p25Ms, p50Ms, meanMs, p95Ms, cpuMsPerCall].map((value) => `<td class="number">${formatMs(value)}</td>`).join('')}</tr>`,
  );
  return `<details class="more"><summary>By process</summary><div class="scroll" tabindex="0" role="group" aria-label="By process"><table><thead><tr><th scope="col">Process</th>${['Calls', 'p25', 'p50', 'Mean', 'p95', 'CPU'].map((name) => `<th scope="col" class="number">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
}

function renderFacts(one: Measurement, cwd: string): string {
  const { location } = one;
  return definitionList('facts', [
    [
      'Defined at',
      location === undefined ? undefined : `<code>${escapeHtml(displayLocation(location, cwd))}</code>`,
    ],
    ['Server', `<code>${escapeHtml(one.server)}</code>`],
    ['Calls', one.state === 'skipped' ? undefined : describeCalls(one.calls)],
  ]);
}

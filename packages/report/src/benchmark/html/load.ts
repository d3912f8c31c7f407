import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { cutText } from '../../text/cut.ts';
import { formatCount } from '../../text/format.ts';
import { hasNumbers, type WithNumbers } from '../outcome.ts';
import { formatMs, formatRate } from '../values.ts';
import { describeLoad } from '../words.ts';

/** Throughput and latency under load, and whether the generator can be believed; undefined without load. */
export function renderLoad(
  { settings, benchmarks, comparison }: BenchmarkResult,
  anchorOf: (id: string) => string,
): string | undefined {
  const { load } = settings;
  const measured = benchmarks.filter(hasNumbers);
  if (load.kind === 'sequential' || comparison !== undefined || measured.length === 0) return undefined;
  const isOpen = load.kind === 'open';
  const invalid = measured.filter(({ generator }) => generator?.invalid !== undefined);
  const columns = [
    'Calls',
    'Throughput',
    'p50',
    'p95',
    'p99',
    'p99.9',
    ...(isOpen ? ['Lag p50', 'Lag p99'] : []),
  ];
  return `<p>${escapeHtml(describeLoad(load))}.</p>
${
  invalid.length === 0
    ? ''
    : `<div class="expectation failure">${invalid.map(({ id, generator }) => `<p class="message">Invalid: <code>${escapeHtml(cutText(id, 200))}</code>: the load generator could not keep its rate.</p><p class="where">${escapeProse(generator?.invalid ?? '')}</p>`).join('')}</div>`
}
<div class="scroll" tabindex="0" role="group" aria-label="Load"><table><thead><tr><th scope="col">Benchmark</th>${columns.map((name) => `<th scope="col" class="number">${name}</th>`).join('')}</tr></thead><tbody>${measured.map((one) => renderRow(one, isOpen, anchorOf)).join('')}</tbody></table></div>
${isOpen ? '<p class="note">Latency runs from when a call was due, so that a stall counts for every call that it delayed. The lag is how late the generator itself was.</p>' : '<p class="note">In a closed loop nobody calls while everybody waits, which hides stalls; an open loop (--rate) shows them.</p>'}`;
}

function renderRow(one: WithNumbers, isOpen: boolean, anchorOf: (id: string) => string): string {
  const { latency, generator, throughputPerSecond } = one;
  const cells = [
    formatCount(latency.n),
    formatRate(throughputPerSecond),
    formatMs(latency.p50Ms),
    formatMs(latency.p95Ms),
    formatMs(latency.p99Ms),
    formatMs(latency.p999Ms),
    ...(isOpen ? [formatMs(generator?.lagP50Ms), formatMs(generator?.lagP99Ms)] : []),
  ];
  const badge = generator?.invalid === undefined ? '' : ' <span class="badge bad">invalid</span>';
  return `<tr><th scope="row"><a href="#${anchorOf(one.id)}">${escapeHtml(cutText(one.id, 200))}</a>${badge}</th>${cells.map((cell) => `<td class="number">${cell}</td>`).join('')}</tr>`;
}

import type { TestResult } from '@mcp-test-harness/core';
import { cutText } from '../text/cut.ts';
import { formatBytes, formatDuration } from '../text/format.ts';
import { displayLocation } from '../text/location.ts';
import { headlineOf, needsAttention, outcomeSigns } from '../text/outcome.ts';
import { definitionList, preBlock } from './blocks.ts';
import type { PageContext } from './context.ts';
import { escapeHtml, escapeProse } from './escape.ts';
import { renderExchange } from './exchange.ts';
import { renderExpectations } from './expectation.ts';
import { quantile } from './quantile.ts';

/** One test: a line that opens to everything that is known about it. */
export function renderTestRow(
  test: TestResult,
  suiteIndex: number,
  open: boolean,
  page: PageContext,
): string {
  const { outcome, flaky, tags } = test;
  const attributes = [
    `id="${page.anchorOf(test.id)}"`,
    `data-outcome="${outcome}"`,
    `data-suite="${suiteIndex}"`,
    `data-ms="${Number(test.durationMs.toFixed(3))}"`,
    ...(flaky ? ['data-flaky'] : []),
    ...(tags.length === 0 ? [] : [`data-tags="${escapeHtml(JSON.stringify(tags))}"`]),
    ...(open ? ['open'] : []),
  ];
  return `<details class="test ${outcome}" ${attributes.join(' ')}>
<summary>${renderSummary(test, page)}</summary>
<div class="body">${renderBody(test, page)}</div>
</details>`;
}

function renderSummary(test: TestResult, { longestMs }: PageContext): string {
  const { outcome, suite, id, tags } = test;
  const name = id.startsWith(`${suite}/`) ? id.slice(suite.length + 1) : id;
  const headline = outcome === 'passed' ? '' : cutText(headlineOf(test), 240);
  const badges = [
    ...(test.flaky ? [`<span class="badge flaky">flaky</span>`] : []),
    ...(test.warnings.length > 0 ? [`<span class="badge warned">${test.warnings.length} warned</span>`] : []),
    ...tags.map((tag) => `<span class="badge tag">${escapeHtml(cutText(tag, 60))}</span>`),
  ];
  const width = longestMs === 0 ? 0 : (test.durationMs / longestMs) * 100;
  return [
    `<span class="sign" aria-hidden="true">${outcomeSigns[outcome]}</span><span class="sr">${outcome}: </span>`,
    `<span class="what"><span class="name">${escapeHtml(name)}</span>${badges.join('')}`,
    headline === '' ? '' : `<span class="headline">${escapeHtml(headline)}</span>`,
    '</span>',
    outcome === 'skipped'
      ? ''
      : `<svg class="bar" height="4" aria-hidden="true" focusable="false"><rect width="${width.toFixed(2)}%" height="4" rx="2"/></svg><span class="time">${formatDuration(test.durationMs)}</span>`,
  ].join('');
}

function renderBody(test: TestResult, page: PageContext): string {
  const { description, error, failures, warnings, reproduce, skipReason, stderr } = test;
  return [
    description === undefined ? '' : `<p class="description">${escapeProse(description)}</p>`,
    skipReason === undefined ? '' : `<p>Skipped: ${escapeProse(skipReason)}</p>`,
    error === undefined
      ? ''
      : `<div class="expectation failure"><p class="message">${escapeProse(error.message)}</p><p class="where"><code>${escapeHtml(error.code)}</code> ${error.kind}</p>${
          error.hint === undefined ? '' : `<p class="hint">${escapeProse(error.hint)}</p>`
        }</div>`,
    renderExpectations('failure', failures, page),
    renderExpectations('warning', warnings, page),
    reproduce === undefined ? '' : renderReproduce(reproduce),
    renderExchanges(test, page),
    stderr === undefined || stderr.trim() === ''
      ? ''
      : `<div><h4>stderr of the server</h4>${preBlock(escapeHtml(stderr.trimEnd()), 'stderr of the server', 'stderr')}</div>`,
    renderFacts(test, page),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function renderReproduce(line: string): string {
  return `<div class="reproduce"><h4>Send it again</h4><div class="command"><code>${escapeHtml(line)}</code><button type="button" class="quiet copy" hidden>Copy</button></div></div>`;
}

function renderExchanges(test: TestResult, page: PageContext): string {
  if (test.exchanges.length === 0) return '';
  const size = test.exchanges.reduce(
    (sum, { request, response = '' }) => sum + request.length + response.length,
    0,
  );
  return needsAttention(test) || page.takeRoom(size * 4)
    ? test.exchanges.map(renderExchange).join('\n')
    : '<p class="absent">The exchange of this passed test is left out to keep the page small: see the JSON report.</p>';
}

function renderFacts(test: TestResult, { cwd }: PageContext): string {
  const { usage, requestDurationsMs: durations, location } = test;
  const sorted = durations.toSorted((a, b) => a - b);
  return definitionList('facts', [
    ['Test', `<code>${escapeHtml(test.id)}</code>`],
    [
      'Defined at',
      location === undefined ? undefined : `<code>${escapeHtml(displayLocation(location, cwd))}</code>`,
    ],
    ['Server', `<code>${escapeHtml(test.server)}</code>`],
    ['Attempts', test.attempts > 1 ? String(test.attempts) : undefined],
    [
      'Requests',
      durations.length < 2
        ? undefined
        : `${durations.length}, median ${formatDuration(quantile(sorted, 0.5))}, slowest ${formatDuration(sorted.at(-1) ?? 0)}`,
    ],
    [
      'Server use',
      usage === undefined
        ? undefined
        : `CPU ${formatDuration(usage.cpuMs)}, peak memory ${formatBytes(usage.peakMemoryBytes)}${usage.shared ? ', shared with other tests' : ''}`,
    ],
  ]);
}

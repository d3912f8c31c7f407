import type { RunResult } from '@mcp-test-harness/core';
import { formatCount } from '../text/format.ts';
import { testsOf } from '../text/outcome.ts';
import { escapeHtml } from './escape.ts';

/** The filter bar; without JavaScript it stays hidden and every test is shown. */
export function renderFilters(result: RunResult): string {
  const { totals } = result;
  const tests = testsOf(result);
  const tags = [...new Set(tests.flatMap((test) => test.tags))].toSorted();
  const states = (['passed', 'failed', 'errored', 'skipped', 'flaky'] as const).filter(
    (state) => totals[state] > 0,
  );
  const buttons = states.map(
    (state) =>
      `<button type="button" class="chip ${state}" data-state="${state}" aria-pressed="false">${state} <span class="amount">${formatCount(totals[state])}</span></button>`,
  );
  return `<div class="filters" id="filters" role="search" aria-label="Tests" hidden>
<div class="field grow"><label for="filter-text">Search</label><input id="filter-text" type="search" placeholder="Name, tag or message" autocomplete="off" spellcheck="false"></div>
${
  result.suites.length < 2
    ? ''
    : select(
        'filter-suite',
        'Suite',
        'All suites',
        result.suites.map(({ name }, index) => [String(index), name]),
      )
}
${
  tags.length === 0
    ? ''
    : select(
        'filter-tag',
        'Tag',
        'All tags',
        tags.map((tag) => [tag, tag]),
      )
}
${select('sort', 'Order', 'As in the suites', [
  ['slowest', 'Slowest first'],
  ['outcome', 'By outcome'],
  ['name', 'By name'],
])}
${buttons.length < 2 ? '' : `<div class="chips" role="group" aria-label="Outcome">${buttons.join('')}</div>`}
<div class="actions"><p id="filter-count" role="status">${formatCount(tests.length)} of ${formatCount(tests.length)} tests</p><button type="button" class="quiet" id="toggle-all" aria-pressed="false">Open all</button></div>
</div>`;
}

function select(
  id: string,
  label: string,
  all: string,
  options: readonly (readonly [string, string])[],
): string {
  const items = options.map(
    ([value, text]) => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`,
  );
  return `<div class="field"><label for="${id}">${label}</label><select id="${id}"><option value="">${all}</option>${items.join('')}</select></div>`;
}

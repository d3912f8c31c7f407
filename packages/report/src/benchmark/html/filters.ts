import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { formatCount } from '../../text/format.ts';
import { countVerdicts, verdictOrder } from '../outcome.ts';

/** Fewer can be seen at once. */
const worthFiltering = 4;
const measuredStates = ['failed', 'short', 'measured', 'skipped'] as const;

/** The filter bar; without JavaScript it stays hidden and every benchmark is shown. */
export function renderBenchmarkFilters({ comparison, benchmarks }: BenchmarkResult): string {
  const total = comparison?.benchmarks.length ?? benchmarks.length;
  if (total < worthFiltering) return '';
  const chips: readonly (readonly [string, number])[] =
    comparison === undefined
      ? measuredStates.map((state) => [state, benchmarks.filter((one) => one.state === state).length])
      : verdictOrder.map((verdict) => [verdict, countVerdicts(comparison.benchmarks)[verdict]]);
  const buttons = chips
    .filter(([, amount]) => amount > 0)
    .map(
      ([state, amount]) =>
        `<button type="button" class="chip ${state}" data-state="${state}" aria-pressed="false">${state} <span class="amount">${formatCount(amount)}</span></button>`,
    );
  return `<div class="filters" id="filters" role="search" aria-label="Benchmarks" hidden>
<div class="field grow"><label for="filter-text">Search</label><input id="filter-text" type="search" placeholder="Name or sentence" autocomplete="off" spellcheck="false"></div>
${buttons.length < 2 ? '' : `<div class="chips" role="group" aria-label="Verdict">${buttons.join('')}</div>`}
<div class="actions"><p id="filter-count" role="status">${formatCount(total)} of ${formatCount(total)} benchmarks</p><button type="button" class="quiet" id="toggle-all" aria-pressed="false">Open all</button></div>
</div>`;
}

import { count } from '@mcp-test-harness/report/html';
import type { FoundBaseline } from '@mcp-test-harness/core/baseline';
import { listBaselines } from '../../operations/baselines.ts';
import { markup, type Markup } from '../markup.ts';
import { relativeTime, shorten } from '../parts.ts';
import type { RenderPage } from './visit.ts';

/** What runs are compared with. */
export const renderBaselines: RenderPage = async ({ context, now }) => {
  const found = await listBaselines(context);
  return {
    title: 'Baselines',
    header: markup`<h1>Baselines</h1><p class="description">${count(found.length, 'suite')} with a measure for its runs.</p>`,
    body: markup`<section aria-label="Baselines">${found.length === 0 ? markup`<p class="absent">There are none yet: a first benchmark establishes one.</p>` : renderTable(found, now)}</section>`,
  };
};

function renderTable(found: readonly FoundBaseline[], now: number): Markup {
  return markup`<table><thead><tr><th scope="col">Suite</th><th scope="col" class="number">Approved</th><th scope="col" class="wide">By</th><th scope="col" class="wide">Why</th><th scope="col" class="number">Benchmarks</th><th scope="col" class="number wide">Runs kept</th></tr></thead><tbody>${found.map((one) => renderRow(one, now))}</tbody></table>`;
}

function renderRow({ suite, baseline }: FoundBaseline, now: number): Markup {
  const name = markup`<th scope="row">${suite === undefined ? 'unknown' : markup`<a href="/suites/${encodeURIComponent(suite)}">${shorten(suite)}</a>`}</th>`;
  if (baseline === undefined)
    return markup`<tr>${name}<td colspan="5"><span class="bad-end">cannot be read</span></td></tr>`;
  const { approved, history } = baseline;
  return markup`<tr>${name}<td class="number">${relativeTime(Date.parse(approved.at), now)}</td><td class="wide">${shorten(approved.by)}</td><td class="wide">${approved.forced === true ? markup`<span class="badge warned">forced</span>` : ''}${shorten(approved.reason ?? '')}</td><td class="number">${approved.run.benchmarks.length}</td><td class="number wide">${history.length}</td></tr>`;
}

import { runKinds, runStates } from '../../api/documents.ts';
import { HttpError } from '../../listener/problem.ts';
import { markup, type Markup } from '../markup.ts';
import { runTable } from '../parts.ts';
import type { RenderPage, Visit } from './visit.ts';

const verdicts = ['passed', 'failed', 'errored'] as const;
const pageLength = 30;

/** Runs, newest first, filtered and page by page. */
export const renderRuns: RenderPage = async (visit) => {
  const { context, query, now } = visit;
  const { kind, state, verdict, suite, schedule, cursor } = query;
  const known = runStates.find((one) => one === state);
  if (state !== undefined && known === undefined) throw new HttpError(400, 'there is no such state of a run');
  const { items, next } = await context.store.runs.list(
    { kind, states: known === undefined ? undefined : [known], verdict, suite, scheduleId: schedule },
    { limit: pageLength, cursor },
  );
  return {
    title: 'Runs',
    header: markup`<h1>Runs</h1>`,
    body: markup`<section aria-label="Runs">${filters(visit)}${runTable(items, now, 'No run is like this.')}${pager(query, next)}</section>`,
  };
};

function filters({ context, query }: Visit): Markup {
  const suites = context.settings().plan.suites.map(({ name }) => name);
  const { schedule } = query;
  return markup`<form method="get" action="/runs" class="filters">
${select('suite', 'Suite', suites, query['suite'])}
${select('kind', 'Kind', runKinds, query['kind'])}
${select('state', 'State', runStates, query['state'])}
${select('verdict', 'Verdict', verdicts, query['verdict'])}
${schedule === undefined ? '' : markup`<input type="hidden" name="schedule" value="${schedule}">`}
<button>Filter</button>${schedule === undefined ? '' : markup`<p class="aside">Of the schedule ${schedule}. <a href="/runs">All runs</a></p>`}</form>`;
}

function select(name: string, title: string, values: readonly string[], chosen: string | undefined): Markup {
  const options = values.map((value) =>
    value === chosen
      ? markup`<option value="${value}" selected>${value}</option>`
      : markup`<option value="${value}">${value}</option>`,
  );
  return markup`<div class="field"><label for="filter-${name}">${title}</label><select id="filter-${name}" name="${name}"><option value="">Any</option>${options}</select></div>`;
}

function pager(query: Visit['query'], next: string | undefined): Markup {
  const { cursor, ...filter } = query;
  const at = (more: Readonly<Record<string, string>>): string =>
    `/runs?${new URLSearchParams({ ...filter, ...more }).toString()}`;
  const links = [
    ...(cursor === undefined ? [] : [markup`<a href="${at({})}">Newest</a> `]),
    ...(next === undefined ? [] : [markup`<a href="${at({ cursor: next })}" rel="next">Older</a>`]),
  ];
  return links.length === 0 ? markup`` : markup`<nav class="pager" aria-label="More runs">${links}</nav>`;
}

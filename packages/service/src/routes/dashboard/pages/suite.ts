import { findChangePoints } from '@mcp-test-harness/core/statistics';
import { renderTrend, type TrendPoint } from '@mcp-test-harness/report/benchmark';
import { count, formatDuration } from '@mcp-test-harness/report/html';
import type { Run } from '../../../store/index.ts';
import { HttpError } from '../../listener/problem.ts';
import { configuredName, historyOf } from '../../operations/suites.ts';
import type { StoredSummary } from '../../operations/summary.ts';
import { markup, rendered, type Markup } from '../markup.ts';
import { facts, moment, runTable, section, shorten, standingOfRun } from '../parts.ts';
import { renderRunNow } from './run-now.ts';
import type { RenderPage } from './visit.ts';

const runsShown = 50;

interface HistoryEntry {
  readonly run: Run;
  readonly summary: StoredSummary | undefined;
}

/** A suite over time: how its runs ended, and how fast its server answered. */
export const renderSuite: RenderPage = async (visit) => {
  const { context, params, now } = visit;
  const name = params['name'] ?? '';
  const { plan } = context.settings();
  const suite = plan.suites.find((one) => one.name === name);
  const history = await historyOf(context, name, runsShown);
  // A suite that is gone from the configuration still has a past.
  if (suite === undefined && history.length === 0) throw new HttpError(404, 'there is no such suite');
  return {
    title: shorten(name),
    header: markup`<h1>${shorten(name)}</h1>
${suite?.description === undefined ? '' : markup`<p class="description">${suite.description}</p>`}
${
  suite === undefined
    ? markup`<p class="description">The configuration has this suite no longer.</p>`
    : facts([
        ['Server', configuredName(plan, suite.server)],
        ['Tests', suite.tests.length],
        ['Runs', history.length === runsShown ? `last ${runsShown}` : history.length],
      ])
}
${suite === undefined ? '' : renderRunNow(visit, name)}`,
    body: markup`${history.length === 0 ? '' : section('Results', strip(history))}
${trends(name, history)}
${section('Runs', runTable(history.map(({ run }) => run).slice(0, 20), now, 'This suite has not run yet.'))}`,
  };
};

/** One square a run, oldest first. */
function strip(history: readonly HistoryEntry[]): Markup {
  const items = history.toReversed().map(({ run }) => {
    const word = standingOfRun(run);
    const label = `${word}, ${moment(run.createdAt)}`;
    return markup`<li><a class="${word}" href="/runs/${encodeURIComponent(run.id)}" title="${label}" aria-label="${label}"></a></li>`;
  });
  const passed = history.filter(({ run }) => run.verdict === 'passed').length;
  return markup`<ul class="history">${items}</ul><p class="note">${passed} of ${count(history.length, 'run')} passed; the newest is the last.</p>`;
}

/** A chart for each server that the suite ran against. */
function trends(suite: string, history: readonly HistoryEntry[]): Markup {
  const servers = new Map<string, TrendPoint[]>();
  for (const { run, summary } of history.toReversed()) {
    for (const one of summary?.suites ?? []) {
      if (one.suite !== suite || one.latency === undefined) continue;
      const points = servers.get(one.server) ?? [];
      points.push({
        label: moment(run.createdAt).slice(5, 16),
        value: one.latency.p95Ms,
        note: `${count(one.latency.n, 'call')}, ${standingOfRun(run)}${one.baselineP95Ms === undefined ? '' : `, baseline ${formatDuration(one.baselineP95Ms)}`}`,
      });
      servers.set(one.server, points);
    }
  }
  const charts = [...servers].map(([server, points]) =>
    rendered(
      renderTrend({
        title: `${shorten(server)}: 95 % of the calls answered within`,
        points,
        changePoints: findChangePoints(points.map(({ value }) => value)),
        format: formatDuration,
      }),
    ),
  );
  return charts.length === 0 ? markup`` : section('Response time', charts);
}

import { count } from '@mcp-test-harness/report/html';
import type { ServiceContext } from '../../define.ts';
import { findRun } from '../../operations/runs.ts';
import { listSchedules, type ScheduleStanding } from '../../operations/schedules.ts';
import { listServers, type ServerStanding } from '../../operations/servers.ts';
import { latestRuns, type SuiteRun } from '../../operations/suites.ts';
import { readSummary } from '../../operations/summary.ts';
import { markup, type Markup } from '../markup.ts';
import { relativeTime, runTable, section, shorten, standing, standingOfRun } from '../parts.ts';
import { renderRunNow } from './run-now.ts';
import { serverItem } from './servers.ts';
import type { RenderPage, Visit } from './visit.ts';

const recentRuns = 10;
/** More that fail at once are not told one by one here. */
const failingShown = 20;

/** What a person wants to know first: whether all is well, and if not, what fails. */
export const renderOverview: RenderPage = async (visit) => {
  const { context, now } = visit;
  const [latest, servers, schedules, recent] = await Promise.all([
    latestRuns(context),
    listServers(context),
    listSchedules(context, now),
    context.store.runs.list({}, { limit: recentRuns }),
  ]);
  const suites = context.settings().plan.suites.map(({ name }) => name);
  const failing = suites.flatMap((suite) => {
    const last = latest.get(suite);
    return last === undefined || last.verdict === 'passed' ? [] : [{ suite, last }];
  });
  const runNow = renderRunNow(visit);
  return {
    title: 'Overview',
    header: markup`${headline(suites, latest, servers)}${proportions(suites, latest)}`,
    body: markup`${failing.length === 0 ? '' : section('Failing now', await failingList(context, failing, now), failing.length)}
${section('Recent runs', [runTable(recent.items, now, 'Nothing has run yet.'), markup`<p class="pager"><a href="/runs">All runs</a></p>`])}
<div class="columns">${section('Servers', serverList(servers, now), servers.length)}
${section('Schedules', scheduleTable(schedules, visit), schedules.length)}</div>
${runNow.text === '' ? '' : section('Run now', runNow)}`,
  };
};

function headline(
  suites: readonly string[],
  latest: ReadonlyMap<string, SuiteRun>,
  servers: readonly ServerStanding[],
): Markup {
  const verdicts = suites
    .map((suite) => latest.get(suite))
    .map((last) => last && (last.verdict ?? 'errored'));
  const bad = verdicts.filter((verdict) => verdict !== undefined && verdict !== 'passed').length;
  const passed = verdicts.filter((verdict) => verdict === 'passed').length;
  const down = servers.filter(({ state }) => state === 'down').length;
  const word =
    bad > 0 || down > 0
      ? 'failing'
      : passed === 0
        ? 'waiting'
        : passed < suites.length
          ? 'passing'
          : 'passed';
  const className = word === 'failing' ? 'failed' : word === 'waiting' ? 'skipped' : 'passed';
  const said = [
    bad > 0
      ? `${bad} of ${count(suites.length, 'suite')} fail`
      : `${passed} of ${count(suites.length, 'suite')} passed`,
    ...(down > 0 ? [`${count(down, 'server')} down`] : []),
  ];
  return markup`<h1><span class="verdict ${className}">${word}</span> ${said.join(', ')}</h1>`;
}

const outcomes = ['passed', 'failed', 'errored', 'not run'] as const;

function proportions(suites: readonly string[], latest: ReadonlyMap<string, SuiteRun>): Markup {
  const amounts = new Map<string, number>();
  for (const suite of suites) {
    const last = latest.get(suite);
    const outcome = last === undefined ? 'not run' : (last.verdict ?? 'errored');
    const kind = outcomes.find((one) => one === outcome) ?? 'errored';
    amounts.set(kind, (amounts.get(kind) ?? 0) + 1);
  }
  if (suites.length === 0) return markup`<p class="description">The configuration has no suites.</p>`;
  let from = 0;
  const bars = outcomes.map((outcome) => {
    const width = ((amounts.get(outcome) ?? 0) / suites.length) * 100;
    const bar =
      width === 0
        ? ''
        : markup`<rect class="fill-${classOf(outcome)}" x="${from.toFixed(3)}%" width="${width.toFixed(3)}%" height="10"/>`;
    from += width;
    return bar;
  });
  const legend = outcomes
    .filter((outcome) => amounts.has(outcome))
    .map(
      (outcome) =>
        markup`<li class="${classOf(outcome)}"><strong>${amounts.get(outcome)}</strong> ${outcome}</li>`,
    );
  return markup`<svg class="proportions" height="10" aria-hidden="true" focusable="false">${bars}</svg><ul class="legend">${legend}</ul>`;
}

function classOf(outcome: (typeof outcomes)[number]): string {
  return outcome === 'not run' ? 'skipped' : outcome;
}

interface FailingSuite {
  readonly suite: string;
  readonly last: SuiteRun;
}

async function failingList(
  context: ServiceContext,
  failing: readonly FailingSuite[],
  now: number,
): Promise<Markup> {
  const items = await Promise.all(
    failing.slice(0, failingShown).map(async ({ suite, last: { run, verdict } }) => {
      const why = await firstFailure(context, run.id, suite);
      return markup`<li class="finding">${standing(verdict ?? standingOfRun(run))}<h3><a href="/suites/${encodeURIComponent(suite)}">${shorten(suite)}</a></h3><span class="aside"><a href="/runs/${encodeURIComponent(run.id)}">${relativeTime(run.endedAt ?? run.createdAt, now)}</a></span>${why === undefined ? '' : markup`<p class="message">${why}</p>`}</li>`;
    }),
  );
  const more = failing.length - items.length;
  return markup`<ul class="findings failing">${items}</ul>${more > 0 ? markup`<p class="note">and ${more} more</p>` : ''}`;
}

/** In a line: what failed first. */
async function firstFailure(
  context: ServiceContext,
  runId: string,
  suite: string,
): Promise<string | undefined> {
  const run = await findRun(context, runId);
  if (run.error !== undefined) return firstLine(run.error.message);
  const summary = readSummary((await context.store.runs.result(runId))?.summary);
  const failures = summary?.failures ?? [];
  const own = failures.find(({ test }) => test.startsWith(`${suite}/`)) ?? failures[0];
  if (own === undefined) return undefined;
  const more = failures.length > 1 ? ` (${failures.length - 1} more)` : '';
  return `${shorten(own.test)}: ${firstLine(own.message)}${more}`;
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}

function serverList(servers: readonly ServerStanding[], now: number): Markup {
  if (servers.length === 0) return markup`<p class="absent">The configuration has no servers.</p>`;
  return markup`<ul class="servers">${servers.map((server) => serverItem(server, now))}</ul>`;
}

function scheduleTable(schedules: readonly ScheduleStanding[], { now }: Visit): Markup {
  if (schedules.length === 0) return markup`<p class="absent">Nothing runs by itself.</p>`;
  const rows = schedules.map(
    ({ schedule, nextStartAt }) =>
      markup`<tr><th scope="row"><a href="/runs?schedule=${encodeURIComponent(schedule.id)}">${shorten(schedule.id)}</a></th><td class="wide">${schedule.kind}</td><td><code>${timingOf(schedule)}</code></td><td class="number">${nextStartAt === undefined ? 'never' : relativeTime(nextStartAt, now)}</td></tr>`,
  );
  return markup`<table><thead><tr><th scope="col">Schedule</th><th scope="col" class="wide">Kind</th><th scope="col">When</th><th scope="col" class="number">Next</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function timingOf({ cron, timezone, everyMs }: ScheduleStanding['schedule']): string {
  if (cron !== undefined) return timezone === undefined || timezone === 'UTC' ? cron : `${cron} ${timezone}`;
  const seconds = (everyMs ?? 0) / 1000;
  return seconds % 60 === 0 ? `every ${seconds / 60} min` : `every ${seconds} s`;
}

import { formatDuration } from '@mcp-test-harness/report/html';
import { randomUUID } from 'node:crypto';
import type { Run, RunAttempt } from '../../../store/index.ts';
import { findRun, suitesOfRun } from '../../operations/runs.ts';
import { readSummary, type StoredSummary } from '../../operations/summary.ts';
import { markup, type Markup } from '../markup.ts';
import {
  durationOfRun,
  facts,
  moment,
  nameOfRun,
  relativeTime,
  section,
  shorten,
  standing,
  standingOfRun,
} from '../parts.ts';
import { csrfField } from '../page.ts';
import type { RenderPage, Visit } from './visit.ts';

/** A run: how it ended, what failed and where, and its reports. */
export const renderRun: RenderPage = async (visit) => {
  const { context, params, now } = visit;
  const run = await findRun(context, params['id'] ?? '');
  const { runs } = context.store;
  const [result, attempts] = await Promise.all([runs.result(run.id), runs.attempts(run.id)]);
  const summary = readSummary(result?.summary);
  return {
    title: `${standingOfRun(run)}: ${shorten(nameOfRun(run))}`,
    header: renderHeader(run, visit),
    body: markup`${run.error === undefined ? '' : renderError(run.error)}
${summary === undefined ? '' : renderSummary(summary, run, visit)}
${attempts.length === 0 ? '' : section('Attempts', renderAttempts(attempts, now))}`,
  };
};

const verdictClasses: Readonly<Record<string, string>> = {
  passed: 'passed',
  failed: 'failed',
  errored: 'errored',
  'could not run': 'errored',
};

function renderHeader(run: Run, visit: Visit): Markup {
  const { now } = visit;
  const word = standingOfRun(run);
  return markup`<h1><span class="verdict ${verdictClasses[word] ?? 'interrupted'}">${word}</span> ${shorten(nameOfRun(run))}</h1>
${facts([
  ['Kind', run.kind],
  ['Server', run.server],
  ['Queued', moment(run.createdAt)],
  ['Started', run.startedAt === undefined ? undefined : relativeTime(run.startedAt, now)],
  ['Time', durationOfRun(run, now)],
  [
    'Schedule',
    run.scheduleId === undefined
      ? undefined
      : markup`<a href="/runs?schedule=${encodeURIComponent(run.scheduleId)}">${shorten(run.scheduleId)}</a>`,
  ],
  ['Asked for by', run.requestedBy],
  ['Id', markup`<code>${run.id}</code>`],
])}${renderActions(run, visit)}`;
}

function renderActions(run: Run, { visitor }: Visit): Markup {
  const { caller, csrf } = visitor;
  const waits = run.state === 'queued' || run.state === 'running';
  const suites = suitesOfRun(run);
  const buttons = [
    ...(waits && caller.may('test:cancel') && !run.cancelRequested
      ? [
          markup`<form method="post" action="/runs/${encodeURIComponent(run.id)}/cancel">${csrfField(csrf)}<button>Cancel</button></form>`,
        ]
      : []),
    ...(run.cancelRequested && waits ? [markup`<p class="aside">It is asked to end.</p>`] : []),
    ...(waits ? [markup`<a href="/runs/${encodeURIComponent(run.id)}">Refresh</a>`] : []),
    ...(!waits && caller.may('test:run') && suites.length <= 1
      ? [
          markup`<form method="post" action="/runs">${csrfField(csrf)}<input type="hidden" name="once" value="${randomUUID()}"><input type="hidden" name="suite" value="${suites[0] ?? ''}"><input type="hidden" name="kind" value="${run.kind}"><button>Run again</button></form>`,
        ]
      : []),
  ];
  return buttons.length === 0 ? markup`` : markup`<div class="actions">${buttons}</div>`;
}

function renderError({ code, message }: { readonly code: string; readonly message: string }): Markup {
  return markup`<section aria-label="Error"><ul class="expectation"><li><p class="message">${message}</p><p class="where"><code>${code}</code></p></li></ul></section>`;
}

function renderSummary(summary: StoredSummary, run: Run, { visitor }: Visit): Markup {
  const { suites, failures, regressions, notes, reports } = summary;
  const showReports = reports.length > 0 && visitor.caller.may('report:view');
  return markup`${failures.length === 0 ? '' : section('Failures', renderFailures(failures), failures.length)}
${regressions.length === 0 ? '' : section('Regressions', renderRegressions(regressions), regressions.length)}
${notes.length === 0 ? '' : section('Compared with the baseline', markup`<ul class="plain">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`)}
${suites.length === 0 ? '' : section('Suites', renderSuites(suites), suites.length)}
${showReports ? section('Reports', renderReports(reports, run)) : ''}`;
}

function renderFailures(failures: StoredSummary['failures']): Markup {
  return markup`<ul class="failures">${failures.map(
    ({ test, outcome, message, location }) =>
      markup`<li><h3>${standing(outcome)}${shorten(test)}</h3><p class="message">${message}</p>${location === undefined ? '' : markup`<p class="where"><code>${location}</code></p>`}</li>`,
  )}</ul>`;
}

function renderRegressions(regressions: StoredSummary['regressions']): Markup {
  const rows = regressions.map(
    ({ id, metric, changePercent, severity }) =>
      markup`<tr><th scope="row">${shorten(id)}</th><td>${metric}</td><td>${severity}</td><td class="number">${changePercent > 0 ? '+' : ''}${changePercent.toFixed(1)} %</td></tr>`,
  );
  return markup`<table><thead><tr><th scope="col">Benchmark</th><th scope="col">Metric</th><th scope="col">Severity</th><th scope="col" class="number">Change</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function renderSuites(suites: StoredSummary['suites']): Markup {
  const rows = suites.map(
    ({ suite, server, passed, failed, errored, skipped, flaky, latency, baselineP95Ms }) =>
      markup`<tr><th scope="row"><a href="/suites/${encodeURIComponent(suite)}">${shorten(suite)}</a></th><td class="wide">${shorten(server)}</td><td class="number">${passed}</td><td class="number">${failed}</td><td class="number">${errored}</td><td class="number wide">${skipped}</td><td class="number wide">${flaky}</td><td class="number wide">${latency === undefined ? '–' : formatDuration(latency.p50Ms)}</td><td class="number">${latency === undefined ? '–' : formatDuration(latency.p95Ms)}</td><td class="number wide">${baselineP95Ms === undefined ? '–' : formatDuration(baselineP95Ms)}</td></tr>`,
  );
  return markup`<table><thead><tr><th scope="col">Suite</th><th scope="col" class="wide">Server</th><th scope="col" class="number">Passed</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Errored</th><th scope="col" class="number wide">Skipped</th><th scope="col" class="number wide">Flaky</th><th scope="col" class="number wide">Median</th><th scope="col" class="number">95 %</th><th scope="col" class="number wide">Baseline 95 %</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function renderReports(reports: readonly string[], { id }: Run): Markup {
  return markup`<ul class="files">${reports.map(
    (name) =>
      markup`<li><a href="/runs/${encodeURIComponent(id)}/reports/${encodeURIComponent(name)}">${shorten(name)}</a></li>`,
  )}</ul>`;
}

function renderAttempts(attempts: readonly RunAttempt[], now: number): Markup {
  const rows = attempts.map(
    ({ attempt, owner, startedAt, endedAt, endedAs }) =>
      markup`<tr><td>${attempt}</td><th scope="row">${shorten(owner)}</th><td>${endedAs ?? 'goes on'}</td><td class="number wide">${relativeTime(startedAt, now)}</td><td class="number">${formatDuration((endedAt ?? now) - startedAt)}</td></tr>`,
  );
  return markup`<table><thead><tr><th scope="col">Attempt</th><th scope="col">Worker</th><th scope="col">End</th><th scope="col" class="number wide">Started</th><th scope="col" class="number">Time</th></tr></thead><tbody>${rows}</tbody></table>`;
}

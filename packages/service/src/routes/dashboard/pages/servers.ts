import { count } from '@mcp-test-harness/report/html';
import { listServers, type ServerStanding } from '../../operations/servers.ts';
import { markup, type Markup } from '../markup.ts';
import { facts, relativeTime, shorten, standing } from '../parts.ts';
import type { RenderPage } from './visit.ts';

/** A server as a line of a list. */
export function serverItem({ server, state, health }: ServerStanding, now: number): Markup {
  const since = health === undefined || state === 'unknown' ? '' : relativeTime(health.since, now);
  const error =
    state === 'down' && health?.lastError !== undefined
      ? markup`<span class="aside">${shorten(health.lastError)}</span>`
      : '';
  return markup`<li>${standing(state)}<span class="name">${shorten(server)}</span><span class="aside-time">${since}</span>${error}</li>`;
}

/** Every server, and what its health check knows. */
export const renderServers: RenderPage = async ({ context, now }) => {
  const servers = await listServers(context);
  const watched = servers.filter(({ state }) => state !== 'unwatched').length;
  return {
    title: 'Servers',
    header: markup`<h1>Servers</h1><p class="description">${count(servers.length, 'server')}, ${watched} of them watched.</p>`,
    body: markup`<section aria-label="Servers">${servers.length === 0 ? markup`<p class="absent">The configuration has no servers.</p>` : servers.map((server) => serverBox(server, now))}</section>`,
  };
};

function serverBox({ server, state, suites, health }: ServerStanding, now: number): Markup {
  const at = (ms: number | undefined): Markup | undefined =>
    ms === undefined ? undefined : relativeTime(ms, now);
  const { consecutiveFailures = 0, lastError, since, lastProbeAt, nextProbeAt } = health ?? {};
  return markup`<div class="server"><h2>${shorten(server)}</h2><p class="target">${standing(state)}</p>
${lastError === undefined ? '' : markup`<ul class="expectation"><li class="message">${lastError}</li></ul>`}
${facts([
  ['Since', state === 'unknown' ? undefined : at(since)],
  ['Last ping', at(lastProbeAt)],
  ['Next ping', at(nextProbeAt)],
  ['Failures in a row', consecutiveFailures === 0 ? undefined : consecutiveFailures],
  [
    'Suites',
    suites.length === 0
      ? undefined
      : suites.map((suite, index) => [
          index === 0 ? '' : ', ',
          markup`<a href="/suites/${encodeURIComponent(suite)}">${shorten(suite)}</a>`,
        ]),
  ],
])}</div>`;
}

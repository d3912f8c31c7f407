/** What several pages are made of. */
import { cutText, formatDuration, readableTime } from '@mcp-test-harness/report/html';
import type { Run } from '../../store/index.ts';
import { suitesOfRun } from '../operations/runs.ts';
import { markup, type Markup, type Part } from './markup.ts';

/** Longer names are read on the page of what they name. */
const nameCharacters = 120;

export const shorten = (text: string): string => cutText(text, nameCharacters);

/** `2026-11-26 14:03:05 UTC`. */
export function moment(ms: number): string {
  return readableTime(new Date(ms).toISOString());
}

/** `3 min ago`, `in 2 h`; the exact time is its title. */
export function relativeTime(ms: number, now: number): Markup {
  const distance = roughly(Math.abs(now - ms));
  const said = distance === undefined ? 'now' : ms > now ? `in ${distance}` : `${distance} ago`;
  return markup`<time datetime="${new Date(ms).toISOString()}" title="${moment(ms)}">${said}</time>`;
}

function roughly(ms: number): string | undefined {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return undefined;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

const known = ['passed', 'failed', 'errored', 'queued', 'running', 'cancelled', 'skipped', 'up', 'down'];

/** A word with the colour that it stands for. */
export function standing(word: string): Markup {
  const className = known.includes(word) ? word : word === 'could not run' ? 'errored' : 'skipped';
  return markup`<span class="standing ${className}"><span class="dot ${className}" aria-hidden="true"></span>${shorten(word)}</span>`;
}

/** How a run stands, in one word: its verdict, once it has one. */
export function standingOfRun({ state, verdict }: Run): string {
  if (state === 'finished') return verdict ?? 'finished';
  return state === 'failed' ? 'could not run' : state;
}

/** What a run is called. */
export function nameOfRun(run: Run): string {
  const suites = suitesOfRun(run);
  if (suites.length === 0) return 'every suite';
  return suites.length <= 3
    ? suites.join(', ')
    : `${suites.slice(0, 2).join(', ')} and ${suites.length - 2} more`;
}

export function durationOfRun({ startedAt, endedAt }: Run, now: number): string {
  return startedAt === undefined ? '' : formatDuration((endedAt ?? now) - startedAt);
}

export function runTable(runs: readonly Run[], now: number, empty: string): Markup {
  if (runs.length === 0) return markup`<p class="absent">${empty}</p>`;
  const rows = runs.map(
    (run) => markup`<tr>
<td>${standing(standingOfRun(run))}</td>
<th scope="row"><a href="/runs/${encodeURIComponent(run.id)}">${shorten(nameOfRun(run))}</a></th>
<td class="wide">${run.kind}</td>
<td class="wide">${shorten(run.scheduleId ?? run.requestedBy ?? '')}</td>
<td class="number wide">${durationOfRun(run, now)}</td>
<td class="number">${relativeTime(run.startedAt ?? run.createdAt, now)}</td>
</tr>`,
  );
  return markup`<table class="runs"><thead><tr><th scope="col">Result</th><th scope="col">Suites</th><th scope="col" class="wide">Kind</th><th scope="col" class="wide">By</th><th scope="col" class="number wide">Time</th><th scope="col" class="number">When</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** Terms with what there is to say of them; what is undefined is left out. */
export function facts(rows: readonly (readonly [term: string, value: Part])[]): Markup {
  return markup`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function section(title: string, body: Part, amount?: number): Markup {
  const id = title.toLowerCase().replaceAll(/\W+/g, '-');
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}${amount === undefined ? '' : markup` <span class="amount">${amount}</span>`}</h2>${body}</section>`;
}

import { count } from '../../text/format.ts';
import type { JobReport } from '../types.ts';
import { renderBaselineAlert } from './baseline-alert.ts';
import type { Changes } from './changes.ts';
import { listErrors } from './errors.ts';
import { fitList, foldList } from './fit-list.ts';
import { isAllClear, renderHeadline } from './headline.ts';
import type { Linker } from './links.ts';
import { renderFacts, renderJobTable } from './overview.ts';
import { renderFolded, renderMethods, renderShown } from './render-sections.ts';
import type { Room } from './room.ts';
import { chooseShown } from './screenful.ts';
import { listSections } from './sections.ts';

export interface PageSettings {
  readonly linker: Linker;
  /** The sign of the heading. */
  readonly heading: '##' | '###';
  /** Of a screen: what is more is folded. */
  readonly lines: number;
}

const jobsShown = 8;
const errorsShown = 2;
/** Changes are seen however long what stands above them is. */
const leastLines = 4;

/** The verdict, what there is to know of each job, what changed: what comments and summaries share. */
export function renderPage(
  reports: readonly JobReport[],
  changes: Changes,
  { linker, heading, lines }: PageSettings,
  room: Room,
): string {
  const headline = room.take(`${heading} ${renderHeadline(reports, changes)}\n`);
  const alert = room.take(renderBaselineAlert(reports));
  const overview = renderOverview(reports, isAllClear(reports, changes), room);
  const errors = renderErrors(changes, reports.length, room);
  const head = `${headline}${alert}${overview.shown}${errors.shown}`;
  const sections = listSections(reports, changes, linker);
  const shown = chooseShown(sections, Math.max(leastLines, lines - countLines(head)));
  const visible = `${renderShown(sections, shown, room)}${renderMethods(changes, room)}`;
  return [head, visible, errors.folded, overview.folded, renderFolded(sections, shown, room)].join('');
}

interface Parts {
  readonly shown: string;
  readonly folded: string;
}

/** The facts of a single job, or a table of several. */
function renderOverview(reports: readonly JobReport[], isClear: boolean, room: Room): Parts {
  const [only] = reports;
  if (only === undefined) return { shown: '', folded: '' };
  if (reports.length === 1) return { shown: room.take(renderFacts(only, isClear)), folded: '' };
  const [head, rows] = renderJobTable(reports);
  const note = (missing: string): string => `\n_and ${missing} more jobs_\n`;
  const first = { head: `\n${head}`, entries: rows.slice(0, jobsShown), tail: '', note };
  const rest = rows.slice(jobsShown);
  return {
    shown: fitList(first, room),
    folded: foldList(count(rest.length, 'more job'), { head: `\n${head}`, entries: rest, note }, room),
  };
}

function renderErrors(changes: Changes, jobs: number, room: Room): Parts {
  const errors = listErrors(changes.errors, jobs);
  const shown = room.takeSome(errors.slice(0, errorsShown), Math.floor(room.left / 2));
  const entries = errors.slice(shown.length);
  const hidden = changes.errors.total - errors.length;
  const note = (missing: string): string => `\n_and ${missing} more_\n`;
  const folded = { head: '', entries, hidden, note };
  return {
    shown: shown.join(''),
    folded: foldList(count(entries.length + hidden, 'more error'), folded, room),
  };
}

function countLines(text: string): number {
  return text.split('\n').filter((line) => line !== '').length;
}

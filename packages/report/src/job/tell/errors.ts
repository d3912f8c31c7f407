import { fencedBlock } from '../../markdown/escape.ts';
import { cutLines } from '../../text/cut.ts';
import { shorten } from '../build/texts.ts';
import type { ReportedError } from '../types.ts';
import type { Shared, SharedList } from './shared.ts';
import { describeJobs } from './sections.ts';

/** Lines and UTF-16 units of one error. */
const linesShown = 8;
const charactersShown = 1200;

/** Why there is no verdict, a block each: the place, the message, what to do. */
export function listErrors(errors: SharedList<ReportedError>, jobs: number): readonly string[] {
  return errors.shown.map((shared) => `${renderError(shared)}${describeError(shared, jobs)}`);
}

function renderError({ item: { code, message, hint, location } }: Shared<ReportedError>): string {
  const place = location === undefined ? '' : `${location.file}:${location.line}:${location.column}  `;
  const lines = [...`${place}${code}\n${message}`.split('\n'), ...(hint ?? '').split('\n')].filter(
    (line) => line.trim() !== '',
  );
  return `\n${fencedBlock(shorten(cutLines(lines, linesShown).join('\n'), charactersShown), 'text')}\n`;
}

function describeError(shared: Shared<ReportedError>, jobs: number): string {
  const where = describeJobs(shared, jobs);
  return where === '' ? '' : `\n${where.replace(/^ · /, '')}\n`;
}

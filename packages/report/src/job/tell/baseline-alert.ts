import { inlineCode } from '../../markdown/escape.ts';
import { cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import { lacksBaseline } from '../reports.ts';
import type { JobReport } from '../types.ts';

/**
 * A box that cannot be overlooked where a baseline is wanted and there is none: what it means, and what happens next.
 */
export function renderBaselineAlert(reports: readonly JobReport[]): string {
  const without = reports.filter(lacksBaseline);
  const [first] = without;
  if (first === undefined) return '';
  const what =
    without.length === reports.length
      ? 'No baseline yet: nothing was compared.'
      : `No baseline yet in ${formatCount(without.length)} of ${count(reports.length, 'job')}: nothing was compared there.`;
  const next = without.every(({ baseline }) => baseline.saved)
    ? 'This run was kept as the first one: pull requests are compared with it from now on.'
    : 'The next run on the default branch is kept as one, and from then on changes show here.';
  const [note] = first.baseline.notes;
  const why = note === undefined ? '' : ` ${inlineCode(cutText(note, 200))}`;
  return `\n> [!IMPORTANT]\n> **${what}** ${next}${why}\n`;
}

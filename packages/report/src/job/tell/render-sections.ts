import { formatCount } from '../../text/format.ts';
import { fitList, foldList } from './fit-list.ts';
import type { Room } from './room.ts';
import type { Section } from './sections.ts';

const note = (missing: string): string => `- _and ${missing} more: see the report_\n`;

/** The entries that are seen at once, below their titles. */
export function renderShown(sections: readonly Section[], shown: readonly number[], room: Room): string {
  return sections
    .map(({ title, entries }, index) =>
      fitList({ head: `\n**${title}**\n\n`, entries: entries.slice(0, shown[index]), tail: '', note }, room),
    )
    .join('');
}

/** The others, folded, with what no list has room for counted. */
export function renderFolded(sections: readonly Section[], shown: readonly number[], room: Room): string {
  return sections
    .map(({ title, entries, hidden }, index) => {
      const seen = shown[index] ?? 0;
      const total = formatCount(entries.length - seen + hidden);
      return foldList(
        seen > 0 ? `${total} more: ${title}` : `${title} (${total})`,
        { head: '\n', entries: entries.slice(seen), hidden, note },
        room,
      );
    })
    .join('');
}

import { count } from '../../text/format.ts';
import type { Changes } from './changes.ts';
import { fitList } from './fit-list.ts';
import type { Room } from './room.ts';
import type { Section } from './sections.ts';

const note = (missing: string): string => `- _and ${missing} more: see the report_\n`;

/** The entries that are seen at once, as one list. */
export function renderShown(sections: readonly Section[], shown: readonly number[], room: Room): string {
  const entries = sections.flatMap((section, index) => section.entries.slice(0, shown[index]));
  return fitList({ head: '\n', entries, tail: '', note }, room);
}

/** What the sizes of changes rest on, in plain words. */
export function renderMethods({ regressed, improved }: Changes, room: Room): string {
  const told = [...regressed.shown, ...improved.shown].flatMap(({ items }) => items);
  const against = new Set(told.map((one) => one.against));
  const words = [
    ...(against.has('base') ? ['<b>Pairs</b>: base and head, measured in turns on the same machine.'] : []),
    ...(against.has('history') ? ['<b>Earlier runs</b>: those of the default branch.'] : []),
  ];
  return words.length === 0 ? '' : room.take(`\n<sub>${words.join(' ')}</sub>\n`);
}

/** The others, folded together, with what no list has room for counted. */
export function renderFolded(sections: readonly Section[], shown: readonly number[], room: Room): string {
  const rest = sections.flatMap(({ kind, entries, hidden }, index) => {
    const own = entries.slice(shown[index]);
    const total = own.length + hidden;
    return total === 0 ? [] : [{ title: count(total, ...kind), entries: own, hidden }];
  });
  if (rest.length === 0) return '';
  const summary = `More: ${rest.map(({ title }) => title).join(', ')}`;
  const frame = room.takeAll(`\n<details>\n<summary>${summary}</summary>\n`, '\n</details>\n');
  if (frame === undefined) return '';
  const lists = rest.map(({ title, entries, hidden }) =>
    fitList({ head: `\n**${title}**\n\n`, entries, tail: '', hidden, note }, room),
  );
  return `${frame[0]}${lists.join('')}${frame[1]}`;
}

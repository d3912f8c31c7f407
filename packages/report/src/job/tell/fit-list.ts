import { formatCount } from '../../text/format.ts';
import type { Room } from './room.ts';

/** A list that may be cut, between whole entries. */
export interface FittedList {
  readonly head: string;
  readonly entries: readonly string[];
  readonly tail: string;
  /** Entries that exist, and are in no list any more. */
  readonly hidden?: number | undefined;
  /** Says how many are missing, as a piece of Markdown that may follow an entry. */
  readonly note: (missing: string) => string;
}

/** Bytes that are kept free for what counts the entries that were left out. */
const noteBytes = 200;

/** The entries that fit, of half the room at most, so that no list takes that of all others; nothing when not even its head fits. */
export function fitList({ head, entries, tail, hidden = 0, note }: FittedList, room: Room): string {
  const frame = Buffer.byteLength(head) + Buffer.byteLength(tail) + noteBytes;
  if (room.left < frame) return '';
  const kept = room.takeSome(entries, Math.max(frame, Math.floor(room.left / 2)));
  const missing = entries.length - kept.length + hidden;
  if (kept.length + missing === 0) return '';
  return `${room.take(head)}${kept.join('')}${missing > 0 ? room.take(note(formatCount(missing))) : ''}${room.take(tail)}`;
}

/** The same, folded below its summary. */
export function foldList(summary: string, list: Omit<FittedList, 'tail'>, room: Room): string {
  return fitList(
    {
      ...list,
      head: `\n<details>\n<summary>${summary}</summary>\n${list.head}`,
      tail: '\n</details>\n',
    },
    room,
  );
}

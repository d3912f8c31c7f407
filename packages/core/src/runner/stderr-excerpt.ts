import { cutText } from './records.ts';

const longestExcerpt = 16 * 1024;
const longestContext = 1024;

/**
 * What a server wrote to stderr between two looks at its tail; when it wrote nothing, the last lines before.
 * Undefined when stderr is empty.
 */
export function stderrDuring(before: string, after: string): string | undefined {
  if (after === '') return undefined;
  const written = newPart(before, after);
  if (written.trim() !== '') return cutStart(written, longestExcerpt);
  return cutStart(after, longestContext);
}

/** The part of `after` beyond what `before` ends with; all of it when the tail has moved on too far to tell. */
function newPart(before: string, after: string): string {
  if (before === '') return after;
  if (after.startsWith(before)) return after.slice(before.length);
  const anchor = before.slice(-512);
  const at = after.lastIndexOf(anchor);
  return at === -1 ? after : after.slice(at + anchor.length);
}

function cutStart(text: string, longest: number): string {
  if (text.length <= longest) return cutText(text, longest);
  const from = text.indexOf('\n', text.length - longest) + 1;
  return `…\n${Buffer.from(text.slice(from === 0 ? text.length - longest : from)).toString()}`;
}

import { cutText } from './records.ts';

const longestExcerpt = 16 * 1024;
const longestContext = 1024;
/** How much of the earlier tail is looked for in the later one. */
const longestAnchor = 512;

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
  if (after.startsWith(before)) return after.slice(before.length);
  const anchor = before.slice(-longestAnchor);
  // Too short to be told from what came since.
  if (anchor.length < longestAnchor) return after;
  const at = after.lastIndexOf(anchor);
  return at === -1 ? after : after.slice(at + anchor.length);
}

/** The end of a text, from the beginning of a line where that keeps at least half. */
function cutStart(text: string, longest: number): string {
  if (text.length <= longest) return cutText(text, longest);
  const start = text.length - longest;
  const line = text.indexOf('\n', start - 1) + 1;
  const from = line === 0 || line - start > longest / 2 ? start : line;
  // Copied, since a slice would keep the whole text in memory.
  return `…\n${Buffer.from(text.slice(from)).toString()}`;
}

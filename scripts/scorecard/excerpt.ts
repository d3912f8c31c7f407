/** Longest frame on the page, in UTF-16 units. */
const longest = 700;

/**
 * A frame short enough to be read: its beginning, or, when it says what the message quotes further behind, the part around
 * that. What was left out is counted.
 */
export function excerpt(frame: string, message: string): string {
  if (frame.length <= longest) return frame;
  const quoted = [...message.matchAll(/"((?:[^"\\]|\\.)+)"/g)].map(([, text]) => text ?? '');
  const place = quoted.map((text) => frame.indexOf(text)).find((found) => found > longest / 2) ?? 0;
  const start = Math.max(0, place === 0 ? 0 : place - Math.floor(longest / 3));
  const end = Math.min(frame.length, start + longest);
  const before = start > 0 ? `… (${start} characters) ` : '';
  const after = end < frame.length ? ` … (${frame.length - end} characters)` : '';
  return `${before}${frame.slice(start, end)}${after}`;
}

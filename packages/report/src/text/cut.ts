/** Cuts to `limit` UTF-16 units, never through a surrogate pair, and says how much is missing. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

/** Keeps the first `limit` lines and says how many are missing. */
export function cutLines(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit), `… (${lines.length - limit} more lines)`];
}

/** Keeps the last `limit` lines and says how many are missing. */
export function tailLines(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [`… (${lines.length - limit} lines before)`, ...lines.slice(-limit)];
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

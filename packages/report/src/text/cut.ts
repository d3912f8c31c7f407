import { count } from './format.ts';

/** Cuts to `limit` UTF-16 units, never through a surrogate pair, and says how much is missing. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${text.length - end} more ${text.length - end === 1 ? 'character' : 'characters'})`;
}

/** Keeps the beginning and the end, where a sentence names its subject and its reason; never cuts through a surrogate pair. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 3) / 2);
  const head = text.slice(0, isHighSurrogate(text.charCodeAt(half - 1)) ? half - 1 : half);
  const from = text.length - half;
  const tail = text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from);
  return `${head.trimEnd()} … ${tail.trimStart()}`;
}

/** Keeps the first `limit` lines and says how many are missing. */
export function cutLines(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit), `… (${count(lines.length - limit, 'more line')})`];
}

/** Keeps the last `limit` lines and says how many are missing. */
export function tailLines(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [`… (${count(lines.length - limit, 'line')} before)`, ...lines.slice(-limit)];
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

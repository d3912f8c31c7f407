import type { Span } from './source.ts';

/**
 * The part of a scalar where a fragment of its value is written; the whole scalar when escapes or folding
 * keep the fragment from standing in the source as it is.
 */
export function spanWithin(scalar: Span, fragment: string, offset = 0, length = fragment.length): Span {
  const written = scalar.source.text.slice(scalar.start, scalar.end);
  const at = fragment === '' ? -1 : written.indexOf(fragment);
  if (at === -1) return { source: scalar.source, start: scalar.start, end: scalar.end };
  const start = scalar.start + at + offset;
  return { source: scalar.source, start, end: Math.max(start + 1, start + length) };
}

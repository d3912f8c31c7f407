import { formatCount } from '../text/format.ts';

export interface Section {
  /** Heading, and the head of a table; both end with a newline. */
  readonly head: string;
  readonly entries: readonly string[];
  /** What the entries are, for the note on those left out. */
  readonly nouns: string;
  /** Characters, all included. */
  readonly limit: number;
}

const noteCharacters = 120;

/** As many entries as fit, then a pointer to where the rest is. Nothing at all without entries. */
export function fitSection({ head, entries, nouns, limit }: Section): string {
  if (entries.length === 0) return '';
  const kept: string[] = [];
  let left = limit - head.length - noteCharacters;
  for (const entry of entries) {
    if (entry.length > left) break;
    kept.push(entry);
    left -= entry.length;
  }
  const hidden = entries.length - kept.length;
  const note =
    hidden > 0
      ? `\n_${formatCount(hidden)} more ${nouns} did not fit here: see the JSON or HTML report._\n`
      : '';
  return `\n${head}${kept.join('')}${note}`;
}

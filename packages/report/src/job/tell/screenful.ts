import type { Section } from './sections.ts';

/** Entries of one kind that are seen at once, however much room there is. */
const mostEntries = 8;

/**
 * How many entries of each section are seen without unfolding anything: one of each while there is room, then more of
 * the most important.
 * @param lines of a screen, for all of them
 */
export function chooseShown(sections: readonly Section[], lines: number): readonly number[] {
  const shown = sections.map(() => 0);
  let left = lines;
  for (const most of [1, mostEntries]) {
    for (const [index, { isNews, entries }] of sections.entries()) {
      const now = shown[index] ?? 0;
      const more = isNews ? Math.max(0, Math.min(entries.length, most, now + left) - now) : 0;
      shown[index] = now + more;
      left -= more;
    }
  }
  return shown;
}

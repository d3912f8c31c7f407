import type { Section } from './sections.ts';

/** Lines that a title takes, with the space around it. */
const titleLines = 2;
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
  for (const [index, { news, entries }] of sections.entries()) {
    if (!news || entries.length === 0 || left < titleLines + 1) continue;
    shown[index] = 1;
    left -= titleLines + 1;
  }
  for (const [index, { entries }] of sections.entries()) {
    const now = shown[index] ?? 0;
    if (now === 0) continue;
    const more = Math.max(0, Math.min(entries.length, mostEntries, now + left) - now);
    shown[index] = now + more;
    left -= more;
  }
  return shown;
}

import { distance } from 'fastest-levenshtein';

/** "Did you mean x?" for the nearest known name, else the known names, cut to ten. */
export function suggestName(wanted: string, known: readonly string[]): string {
  const lower = wanted.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const away = distance(lower, name.toLowerCase());
    if (away < bestDistance) [best, bestDistance] = [name, away];
  }
  if (best !== undefined) return `Did you mean ${best}?`;
  if (known.length === 0) return 'There are none.';
  return `Known: ${known.slice(0, 10).join(', ')}${known.length > 10 ? `, and ${known.length - 10} more` : ''}.`;
}

import { distance } from 'fastest-levenshtein';

/** The known name most like a wrong one, or undefined when none is near enough to be meant. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const folded = fold(wrong);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = fold(name);
    const edits = distance(folded, candidate);
    const limit = Math.floor(Math.max(folded.length, candidate.length) / 3);
    const isPart =
      Math.min(folded.length, candidate.length) >= 3 &&
      (candidate.startsWith(folded) || folded.startsWith(candidate));
    if ((edits > limit && !isPart) || edits >= bestDistance) continue;
    best = name;
    bestDistance = edits;
  }
  return best;
}

/** `Did you mean x?`, or the list of what there is; `more` is looked through as well, but not listed. */
export function suggestName(
  wrong: string,
  known: readonly string[],
  what: string,
  more: readonly string[] = [],
): string {
  const near = nearestName(wrong, [...known, ...more]);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return `There are no ${what}.`;
  const shown = known.slice(0, 20).join(', ');
  return `Known ${what}: ${shown}${known.length > 20 ? ', …' : ''}.`;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}

import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant, if one is near enough. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.floor(name.length / 3);
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known.slice(0, 500)) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const steps = candidate.toLowerCase() === name.toLowerCase() ? 0 : distance(name, candidate);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

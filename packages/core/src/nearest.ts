/** Which known name was meant by one that does not exist. One rule for keys, tests, options and names of servers. */
import { distance } from 'fastest-levenshtein';

/** Names of servers may be many and long; what is beyond is nobody's slip of the finger. */
const mostNames = 1000;
const longestName = 200;

/**
 * The known name most like a wrong one, or undefined when none is near enough to be meant. Case, `-`, `_` and blanks do
 * not count, nor do letters that changed places count twice; a third of the letters may differ, or one name may begin
 * with the other.
 */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const folded = fold(wrong);
  if (folded.length > longestName) return undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const name of known) {
    looked += 1;
    if (looked > mostNames) break;
    const edits = editsBetween(folded, fold(name), least);
    if (edits === undefined) continue;
    [best, least] = [name, edits];
  }
  return best;
}

/** `Did you mean x?`, or the list of what there is. */
export function suggestName(
  wrong: string,
  known: readonly string[],
  options: {
    /** What the names are, in the plural. */
    readonly what?: string | undefined;
    /** Looked through as well, but not listed. */
    readonly more?: readonly string[] | undefined;
  } = {},
): string {
  const { what, more = [] } = options;
  const near = nearestName(wrong, [...known, ...more]);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return what === undefined ? 'There are none.' : `There are no ${what}.`;
  const shown = known.slice(0, namesShown).join(', ');
  const hidden = known.length - namesShown;
  return `Known${what === undefined ? '' : ` ${what}`}: ${shown}${hidden > 0 ? `, and ${hidden} more` : ''}.`;
}

const namesShown = 20;

/** How many letters differ; undefined when these are not the same name, or no better than `least`. */
function editsBetween(wrong: string, name: string, least: number): number | undefined {
  const [shorter, longer] = wrong.length < name.length ? [wrong, name] : [name, wrong];
  if (longer.length > longestName) return undefined;
  const isPart = shorter.length >= 3 && longer.startsWith(shorter);
  const limit = Math.floor(longer.length / 3);
  if (!isPart && longer.length - shorter.length > limit) return undefined;
  const edits = isSwapped(wrong, name) ? 1 : distance(wrong, name);
  return (edits <= limit || isPart) && edits < least ? edits : undefined;
}

/** Two neighbours changed places: `tset`. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 3) return false;
  const at = Array.from({ length: a.length }).findIndex((_, index) => a[index] !== b[index]);
  return at !== -1 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}

import type { Work } from '../work.ts';
import { sizeOfPattern, writeLinearPattern } from './linear-pattern.ts';
import { parsePattern } from './parse-pattern.ts';

/** Together the patterns of one schema may be this large, which takes some tenths of a second to compile. */
const sizeLimit = 50_000;
const lengthLimitCharacters = 10_000;
/** How much of a pattern's size is tried on one character in a unit of work, at worst. */
const sizePerUnit = 32;

/** Whether a pattern is found in a text; undefined when that cannot be told. */
export type MatchPattern = (pattern: string, text: string, work: Work) => boolean | undefined;

export interface PatternSet {
  /** In linear time. */
  readonly matches: MatchPattern;
  /** One sentence for each pattern that cannot be checked. */
  readonly problems: readonly string[];
}

interface LinearPattern {
  readonly size: number;
  test(text: string): boolean;
}

/** Compiles patterns to be matched in linear time; the engine is loaded only when there are any. */
export async function compilePatterns(patterns: ReadonlySet<string>): Promise<PatternSet> {
  const compiled = new Map<string, LinearPattern>();
  const problems: string[] = [];
  if (patterns.size > 0) {
    const { createSafeRegex } = await import('../../regex.ts');
    let sizeLeft = sizeLimit;
    for (const pattern of patterns) {
      const tree = parsePattern(pattern);
      const size = tree === undefined ? guessSize(pattern) : sizeOfPattern(tree);
      if (size > sizeLeft || pattern.length > lengthLimitCharacters) {
        problems.push(
          `a pattern cannot be checked: ${quotePattern(pattern)} is too much, alone or with the others`,
        );
        continue;
      }
      sizeLeft -= size;
      const source = tree === undefined ? pattern : writeLinearPattern(tree);
      try {
        const regex = createSafeRegex(source, 'u');
        compiled.set(pattern, { size, test: (text) => regex.test(text) });
      } catch (error) {
        const reason = (error instanceof Error ? error.message : String(error)).replace(
          source,
          () => pattern,
        );
        problems.push(`a pattern cannot be checked: ${reason}`);
      }
    }
  }
  return {
    problems,
    matches(pattern, text, work) {
      const found = compiled.get(pattern);
      work.spend(1 + (text.length * (found?.size ?? 0)) / sizePerUnit);
      if (found === undefined) return undefined;
      return found.test(text);
    },
  };
}

/** At most the size of a pattern that cannot be read here: all its numbers could be numbers of rounds, one in the other. */
function guessSize(pattern: string): number {
  const rounds = [...pattern.matchAll(/\d{1,4}(?=\})/g)].reduce(
    (product, [digits]) => product * Number(digits),
    1,
  );
  return Math.min(sizeLimit / 10, pattern.length * Math.max(1, rounds));
}

function quotePattern(pattern: string): string {
  return pattern.length > 100 ? `/${pattern.slice(0, 100)}…/` : `/${pattern}/`;
}

import type { Work } from '../work.ts';
import type { PatternNode } from './parse-pattern.ts';

const stepLimit = 2000;

class StepLimitError extends Error {}

/** Whether a pattern is found in a short text; undefined when that cannot be told within little work. */
export function matchPattern(tree: PatternNode, text: string, work: Work): boolean | undefined {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  let steps = 0;

  const matches = (node: PatternNode, at: number, then: (at: number) => boolean): boolean => {
    steps += 1;
    if (steps > stepLimit) throw new StepLimitError();
    switch (node.kind) {
      case 'start':
        return at === 0 && then(at);
      case 'end':
        return at === codes.length && then(at);
      case 'set':
        return at < codes.length && isInSet(node, codes[at]!) && then(at + 1);
      case 'choice':
        return node.parts.some((part) => matches(part, at, then));
      case 'sequence':
        return matchesFrom(node.parts, 0, at, then);
      default:
        return matchesTimes(node, 0, at, then);
    }
  };
  const matchesFrom = (
    parts: readonly PatternNode[],
    index: number,
    at: number,
    then: (at: number) => boolean,
  ): boolean => {
    const part = parts[index];
    return part === undefined
      ? then(at)
      : matches(part, at, (end) => matchesFrom(parts, index + 1, end, then));
  };
  const matchesTimes = (
    node: PatternNode & { kind: 'repeat' },
    done: number,
    at: number,
    then: (at: number) => boolean,
  ): boolean => {
    const canRepeat =
      done < node.most &&
      // A round that consumes nothing counts for what is still due, and never goes on for ever.
      matches(
        node.part,
        at,
        (end) => (end > at || done < node.least) && matchesTimes(node, done + 1, end, then),
      );
    return canRepeat || (done >= node.least && then(at));
  };

  try {
    return [...codes, 0].some((_code, at) => matches(tree, at, () => true));
  } catch (error) {
    if (error instanceof StepLimitError || error instanceof RangeError) return undefined;
    throw error;
  } finally {
    work.spend(10 + (steps + text.length) / 4);
  }
}

/** Whether a character belongs to a set. */
export function isInSet({ ranges, isNegated }: PatternNode & { kind: 'set' }, code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last) !== isNegated;
}

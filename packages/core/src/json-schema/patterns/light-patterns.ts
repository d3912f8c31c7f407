import type { Work } from '../work.ts';
import { matchPattern } from './match-pattern.ts';
import { parsePattern, type PatternNode } from './parse-pattern.ts';
import { samplePattern } from './sample-pattern.ts';

/** Patterns of the common kind, for short texts, without an engine to load. */
export class LightPatterns {
  readonly #trees = new Map<string, PatternNode | undefined>();

  /** Whether a pattern is found in a text; undefined when that cannot be told within little work. */
  matches(pattern: string, text: string, work: Work): boolean | undefined {
    const tree = this.#treeOf(pattern, work);
    return tree === undefined ? undefined : matchPattern(tree, text, work);
  }

  /** Different short texts in which the pattern is found; none for a pattern that is not of the common kind. */
  *samples(pattern: string, minLength: number, work: Work): Generator<string> {
    const tree = this.#treeOf(pattern, work);
    if (tree !== undefined) yield* samplePattern(tree, minLength, work);
  }

  #treeOf(pattern: string, work: Work): PatternNode | undefined {
    if (!this.#trees.has(pattern)) {
      work.spend(1 + pattern.length / 4);
      this.#trees.set(pattern, parsePattern(pattern));
    }
    return this.#trees.get(pattern);
  }
}

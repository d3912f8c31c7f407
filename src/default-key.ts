import { createHash } from 'node:crypto';

/** What tells one use of the Action from another. */
export interface KeyParts {
  /** The parsed `toJSON(matrix)`; anything that is no object: none. */
  readonly matrix: unknown;
  /** Configuration, where one was given. */
  readonly target: string | undefined;
  /** Command or URL. It may hold what is nobody's business, so that only a hash of it is shown. */
  readonly server: string | undefined;
  readonly workingDirectory: string;
  readonly environment: string | undefined;
  readonly parts: readonly string[] | undefined;
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  readonly filters: readonly string[];
}

/** Longer ones are cut, and told apart by a hash. */
const longest = 80;

/**
 * A key of a use of the Action that is the same in a pull request and on the default branch, and another one for each job
 * of a matrix and for each step that runs something else: they must not write over each other's baselines and comments.
 */
export function defaultKey(uses: KeyParts): string {
  const words = [
    uses.workingDirectory === '.' ? undefined : uses.workingDirectory,
    uses.target?.replace(/\.ya?ml$/i, ''),
    uses.server === undefined ? undefined : `server-${hashOf(uses.server)}`,
    uses.environment,
    uses.parts?.join('+'),
    ...uses.filters,
    uses.shard === undefined ? undefined : `${uses.shard.index} of ${uses.shard.count}`,
    ...valuesOf(uses.matrix),
  ].filter((word) => word !== undefined);
  const exact = JSON.stringify(words);
  const readable = words
    .map((word) => word.replaceAll(/[^\p{L}\p{N}.+_-]+/gu, '-').replaceAll(/^-+|-+$/g, ''))
    .filter((word) => word !== '')
    .join(' ');
  if (words.length === 0) return 'default';
  const isExact = readable === words.join(' ');
  if (isExact && readable.length <= longest) return readable;
  return `${Array.from(readable).slice(0, longest).join('')} ${hashOf(exact)}`.trim();
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function valuesOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [String(value as string | number | boolean)];
  return Object.keys(value)
    .toSorted()
    .flatMap((name) => valuesOf((value as Record<string, unknown>)[name]));
}

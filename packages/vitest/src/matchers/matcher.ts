import { cleanText } from '@mcp-test-harness/core/clean-text';
import { harmlessText } from '../harmless-text.ts';

/** What a matcher may use of Vitest's `this`. */
export interface MatcherState {
  readonly isNot?: boolean | undefined;
  readonly customTesters?: readonly unknown[] | undefined;
  equals(a: unknown, b: unknown, customTesters?: unknown[]): boolean;
}

/** A verdict as `expect.extend` takes it. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** A verdict in the words of both cases; values are given where their difference helps. */
export interface Verdict {
  readonly pass: boolean;
  /** Says why it does not hold. */
  readonly failed: string;
  /** Says that it holds, for `not`. */
  readonly held: string;
  readonly values?: { readonly expected: unknown; readonly actual: unknown } | undefined;
  /** More lines, below the sentence. */
  readonly context?: readonly string[] | undefined;
}

/** Servers' words are shown harmless. */
export function toMatcherResult(verdict: Verdict): MatcherResult {
  const { pass, failed, held, values, context = [] } = verdict;
  return {
    pass,
    message: () => harmlessText([pass ? held : failed, ...context].join('\n')),
    ...(values === undefined || pass
      ? {}
      : { expected: cleaned(values.expected), actual: cleaned(values.actual) }),
  };
}

function cleaned(value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value;
}

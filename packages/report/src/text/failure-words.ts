import type { LocatedFailure } from '@mcp-test-harness/core';
import { cutMiddle } from './cut.ts';
import { readDiff, type DiffLine } from './diff-lines.ts';

/** What a reader is shown of an expectation that did not hold: nothing of it twice. */
export interface FailureWords {
  /** The sentence; beside a diff its middle is cut out, since there the values stand. */
  readonly message: string;
  /** The values that the sentence does not say itself. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly diff: readonly DiffLine[] | undefined;
}

/** Beside a diff the sentence only has to say what was compared, and its hint, which stands at its end. */
const besideDiff = 220;
/** A value of which the sentence has so many characters is known from it. */
const recognised = 80;

/**
 * Decides what to show of a failure. The sentence comes first and is complete; `expected` and `actual` follow only when
 * it lacks them, and never beside a diff, which is made of both.
 * @param whole also show a value of which the sentence has the beginning only; else the exchange, which has all of it, will do
 */
export function sayFailure(failure: LocatedFailure, whole = false): FailureWords {
  const { message, diff } = failure;
  if (diff !== undefined) {
    return {
      message: cutMiddle(message, besideDiff),
      expected: undefined,
      actual: undefined,
      diff: readDiff(diff),
    };
  }
  const unsaid = (value: string | undefined) =>
    value === undefined || saysValue(message, value, whole) ? undefined : value;
  return { message, expected: unsaid(failure.expected), actual: unsaid(failure.actual), diff: undefined };
}

/** `≤ 400 ms` counts as said by "within 400 ms". */
function saysValue(message: string, value: string, whole: boolean): boolean {
  const plain = value.replace(/^[<>=≤≥] /, '');
  return message.includes(plain) || (!whole && message.includes(plain.slice(0, recognised)));
}

/** A sentence taken apart at its two values, for those who set them off. */
export interface SentenceParts {
  /** Up to the expected value. */
  readonly before: string;
  readonly expected: string;
  readonly between: string;
  readonly actual: string;
  /** The hint, in parentheses. */
  readonly after: string;
}

/** Finds `... <expected>, got <actual>[ (hint)]`; undefined when the sentence is made otherwise. */
export function splitSentence({ message, expected, actual }: LocatedFailure): SentenceParts | undefined {
  if (expected === undefined || actual === undefined || expected === '' || actual === '') return undefined;
  const between = ', got ';
  const pair = `${expected}${between}${actual}`;
  const at = message.indexOf(` ${pair}`);
  if (at === -1) return undefined;
  const after = message.slice(at + 1 + pair.length);
  if (after !== '' && !after.startsWith(' (')) return undefined;
  return { before: message.slice(0, at + 1), expected, between, actual, after };
}

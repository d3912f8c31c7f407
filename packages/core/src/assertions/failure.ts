import type { JsonValue } from '../json.ts';
import type { Mismatch } from './define.ts';
import { cutText, renderValue } from './render.ts';
import type { AssertionFailure } from './types.ts';

/** Which expectation failed. */
export interface FailureSource {
  readonly key: string;
  readonly type: string;
  readonly configKey: string;
  /** The configuration has the shape of the value: a mismatch below it stands below `configKey` too. */
  readonly mirrored?: boolean | undefined;
  readonly severity?: AssertionFailure['severity'] | undefined;
  /** The user's own words, put in front. */
  readonly prefix?: string | undefined;
}

/** A failure, with two values whose diff is still to be made. */
export interface DraftFailure {
  readonly failure: AssertionFailure;
  readonly compare?: { readonly expected: JsonValue; readonly actual: JsonValue } | undefined;
}

const messageLimit = 2000;
const valueLimit = 2000;
/** Strings up to this length are clear without a diff when they are one line. */
const clearText = 80;

/** A failure in words of its own. */
export function draftFailure(
  source: FailureSource,
  message: string,
  values: Pick<AssertionFailure, 'expected' | 'actual' | 'diff'> = {},
): DraftFailure {
  const whole = source.prefix === undefined ? message : `${source.prefix}: ${message}`;
  return {
    failure: {
      severity: source.severity ?? 'failure',
      key: source.key,
      type: source.type,
      message: whole.length > messageLimit ? `${cutText(whole, messageLimit)}…` : whole,
      ...values,
      configKey: source.configKey,
    },
  };
}

/** The sentence for a mismatch: `expected text to equal "a", got "b" (it differs only in case)`. */
export function draftMismatch(
  source: FailureSource,
  phrase: string,
  mismatch: Mismatch,
  looked: JsonValue | undefined,
): DraftFailure {
  const actual = 'actual' in mismatch ? mismatch.actual : looked;
  const at = mismatch.at ?? '';
  const key = source.key + at;
  const type = mismatch.type ?? source.type;
  const matcher = mismatch.type === undefined ? '' : `.${mismatch.type}`;
  const configKey = source.mirrored === true ? source.configKey + at + matcher : source.configKey;
  const draft = draftFailure({ ...source, key, type, configKey }, sentence(key, phrase, mismatch, actual), {
    ...(mismatch.expected === undefined ? {} : { expected: renderValue(mismatch.expected, valueLimit) }),
    ...(actual === undefined ? {} : { actual: renderValue(actual, valueLimit) }),
  });
  const { expected } = mismatch;
  if (expected === undefined || actual === undefined || !needsDiff(expected, actual)) return draft;
  return { ...draft, compare: { expected, actual } };
}

/** The part of a message that says what came instead. */
function sentence(key: string, phrase: string, mismatch: Mismatch, actual: JsonValue | undefined): string {
  const hint = mismatch.hint === undefined ? '' : ` (${mismatch.hint})`;
  if (mismatch.says !== undefined) return `${key} ${mismatch.says}${hint}`;
  const wanted = `expected ${key} ${mismatch.phrase ?? phrase}`;
  if (mismatch.but !== undefined) return `${wanted}, but ${mismatch.but}${hint}`;
  return `${wanted}, got ${mismatch.got ?? renderValue(actual)}${hint}`;
}

function needsDiff(expected: JsonValue, actual: JsonValue): boolean {
  if (typeof expected === 'string' && typeof actual === 'string') {
    return isLong(expected) || isLong(actual);
  }
  return isContainer(expected) && isContainer(actual);
}

function isLong(text: string): boolean {
  return text.length > clearText || text.trimEnd().includes('\n');
}

function isContainer(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

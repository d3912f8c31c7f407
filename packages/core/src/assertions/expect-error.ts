import { describeAnswer, errorKindOf, errorMessageOf } from './answer-error.ts';
import { draftFailure } from './failure.ts';
import type { DraftFailure } from './failure.ts';
import { after } from './maybe-promise.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { deferRegex } from './regex.ts';
import { quote } from './render.ts';
import type { Subject } from './types.ts';

/** The error that a test asked for by `expect_error`, `expected_error_code` and `expected_error_pattern`. */
export interface ExpectError {
  readonly any: boolean;
  /** JSON-RPC error code. A tool error has none. */
  readonly code?: number | undefined;
  /** Regular expression over the JSON-RPC message, or over the text of a tool error. */
  readonly pattern?: string | undefined;
}

/** True when any error was asked for. */
export function asksForError(expectError: ExpectError | undefined): expectError is ExpectError {
  return (
    expectError !== undefined &&
    (expectError.any || expectError.code !== undefined || expectError.pattern !== undefined)
  );
}

interface CompiledPattern {
  readonly test: (text: string) => boolean;
  readonly problems: readonly string[];
}

const compiledPatterns = new WeakMap<ExpectError, MaybePromise<CompiledPattern>>();

/** Holds the answer to the error that was asked for. */
export function checkExpectError(
  expectError: ExpectError,
  subject: Subject,
): MaybePromise<readonly DraftFailure[]> {
  const kind = errorKindOf(subject);
  if (kind === undefined) return [failAsSuccess(expectError, subject)];
  const failures: DraftFailure[] = [];
  const { code, pattern } = expectError;
  if (code !== undefined && subject.error?.code !== code) {
    failures.push(
      draftFailure(
        { key: 'error.code', type: 'equals', configKey: 'expected_error_code' },
        `expected the JSON-RPC error ${code}, but ${describeAnswer(subject)}`,
        {
          expected: String(code),
          actual: subject.error === undefined ? 'a tool error' : String(subject.error.code),
        },
      ),
    );
  }
  if (pattern === undefined) return failures;
  return after(compilePattern(expectError, pattern), ({ test, problems }) => {
    const failure = judgePattern(pattern, subject, test, problems);
    return failure === undefined ? failures : [...failures, failure];
  });
}

function failAsSuccess({ any, code, pattern }: ExpectError, subject: Subject): DraftFailure {
  const wanted = code === undefined ? 'an error' : `the JSON-RPC error ${code}`;
  const like = pattern === undefined ? '' : ` matching /${pattern}/`;
  const configKey = any
    ? 'expect_error'
    : code === undefined
      ? 'expected_error_pattern'
      : 'expected_error_code';
  return draftFailure(
    { key: 'error', type: 'expect_error', configKey },
    `expected ${wanted}${like}, but ${describeAnswer(subject)}`,
  );
}

function judgePattern(
  pattern: string,
  subject: Subject,
  test: CompiledPattern['test'],
  problems: readonly string[],
): DraftFailure | undefined {
  const key = subject.error === undefined ? 'text' : 'error.message';
  const source = { key, type: 'regex', configKey: 'expected_error_pattern' };
  if (problems.length > 0)
    return draftFailure({ ...source, type: 'invalid_expectation' }, problems.join('; '));
  const message = errorMessageOf(subject) ?? '';
  if (test(message)) return undefined;
  return draftFailure(
    source,
    `expected the error message to match the pattern /${pattern}/, got ${quote(message, 500)}`,
    {
      expected: `/${pattern}/`,
      actual: message,
    },
  );
}

function compilePattern(expectError: ExpectError, pattern: string): MaybePromise<CompiledPattern> {
  const known = compiledPatterns.get(expectError);
  if (known !== undefined) return known;
  const problems: string[] = [];
  const pending: Promise<void>[] = [];
  const regex = deferRegex(
    { problem: (message) => problems.push(message), defer: (work) => pending.push(work()) },
    pattern,
  );
  const ready: CompiledPattern = { test: (text) => regex.test(text), problems };
  const compiled = pending.length === 0 ? ready : whenLoaded(expectError, ready, pending);
  compiledPatterns.set(expectError, compiled);
  return compiled;
}

async function whenLoaded(
  expectError: ExpectError,
  ready: CompiledPattern,
  pending: readonly Promise<void>[],
): Promise<CompiledPattern> {
  await Promise.all(pending);
  compiledPatterns.set(expectError, ready);
  return ready;
}

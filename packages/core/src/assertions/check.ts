import { describeAnswer, errorKindOf } from './answer-error.ts';
import { compileExpected } from './compile-expected.ts';
import type { CompiledExpected } from './compile-expected.ts';
import { asksForError, checkExpectError } from './expect-error.ts';
import type { ExpectError } from './expect-error.ts';
import type { Expected } from './expected.ts';
import { draftFailure } from './failure.ts';
import type { DraftFailure } from './failure.ts';
import { limitFailures } from './limit-failures.ts';
import { after } from './maybe-promise.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { AssertionContext, AssertionFailure, Subject } from './types.ts';

export interface CheckOptions {
  readonly expectError?: ExpectError | undefined;
}

const nothingWrong: readonly AssertionFailure[] = Object.freeze([]);

/**
 * Holds an exchange to its expectations, spec `suite-language.md`, section `expected`. Success is the default: an
 * error answer that was not asked for is the one failure reported, as it explains all others.
 *
 * Answers at once, without a promise, when nothing has to be loaded, read or run: the plain forms from the second
 * use of an `expected` on.
 * @throws HarnessError IO_READ or IO_WRITE when a snapshot file cannot be read or written; CANCELLED by the signal
 */
export function checkExpected(
  expected: Expected | undefined,
  subject: Subject,
  context: AssertionContext,
  options: CheckOptions = {},
): MaybePromise<readonly AssertionFailure[]> {
  const { expectError } = options;
  const wanted = asksForError(expectError);
  if (expected === undefined) {
    if (wanted) return after(checkExpectError(expectError, subject), (drafts) => finish(drafts, undefined));
    return errorKindOf(subject) === undefined ? nothingWrong : [unaskedError(subject, '').failure];
  }
  return after(compileExpected(expected, context.baseDir), (compiled) => {
    if (!wanted && isUnasked(compiled, subject)) return [unaskedError(subject, 'expected').failure];
    const fromError = wanted ? checkExpectError(expectError, subject) : [];
    return after(fromError, (first) => {
      const drafts: DraftFailure[] = [...first];
      for (const part of compiled.parts) part(subject, drafts);
      if (compiled.snapshot === undefined && expected.custom_scripts === undefined) {
        return finish(drafts, expected.max_validation_errors);
      }
      return checkSlowly(expected, compiled, subject, context, drafts);
    });
  });
}

/** Scripts, one after the other, then the snapshot: only an answer that is right otherwise is ever stored. */
async function checkSlowly(
  expected: Expected,
  compiled: CompiledExpected,
  subject: Subject,
  context: AssertionContext,
  drafts: readonly DraftFailure[],
): Promise<readonly AssertionFailure[]> {
  const all = [...drafts];
  for (const [index, script] of (expected.custom_scripts ?? []).entries()) {
    const { checkCustomScript } = await import('./custom-script.ts');
    all.push(...(await checkCustomScript(script, subject, context, `expected.custom_scripts[${index}]`)));
  }
  if (compiled.snapshot !== undefined) {
    const mayWrite = !all.some(({ failure }) => failure.severity === 'failure');
    all.push(...(await compiled.snapshot(subject, context, mayWrite)));
  }
  return finish(all, expected.max_validation_errors);
}

function isUnasked({ wants }: CompiledExpected, subject: Subject): boolean {
  const kind = errorKindOf(subject);
  return kind !== undefined && !wants[kind];
}

function unaskedError(subject: Subject, configKey: string): DraftFailure {
  const key = subject.error === undefined ? 'is_error' : 'error';
  return draftFailure(
    { key, type: 'unexpected_error', configKey },
    `expected success, but ${describeAnswer(subject)}`,
  );
}

function finish(
  drafts: readonly DraftFailure[],
  limit: number | undefined,
): MaybePromise<readonly AssertionFailure[]> {
  if (drafts.length === 0) return nothingWrong;
  const kept = limitFailures(drafts, limit);
  if (kept.every(({ compare }) => compare === undefined)) return kept.map(({ failure }) => failure);
  return import('./diff.ts').then(({ attachDiffs }) => attachDiffs(kept));
}

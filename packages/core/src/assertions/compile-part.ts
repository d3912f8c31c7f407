import type { JsonValue } from '../json.ts';
import { compileMatcherMap, compileValidation } from './compile.ts';
import type { Compiler } from './compile.ts';
import type { Check, CompileDeps, MatcherMap } from './define.ts';
import { draftFailure, draftMismatch } from './failure.ts';
import type { DraftFailure, FailureSource } from './failure.ts';
import { describeError } from './regex.ts';
import type { Subject } from './types.ts';

/** One expectation, ready to be held against any number of subjects. */
export type CompiledPart = (subject: Subject, out: DraftFailure[]) => void;

/** Guards a part: an unusable expectation never holds, and nothing that a check does ends the run. */
export function guarded(compiler: Compiler, source: FailureSource, part: CompiledPart): CompiledPart {
  let problems: readonly string[] | undefined;
  return (subject, out) => {
    problems ??= compiler.problemsOf(source.configKey);
    if (problems.length > 0) {
      out.push(draftFailure({ ...source, type: 'invalid_expectation' }, problems.join('; ')));
      return;
    }
    try {
      part(subject, out);
    } catch (error) {
      const reason = describeError(error);
      out.push(draftFailure(source, `${source.key} could not be judged by ${source.type}: ${reason}`));
    }
  };
}

/** Verifies a value and drafts a failure for each mismatch; `nothing` says why there is no value. */
export function verifyInto(
  source: FailureSource,
  check: Check,
  value: JsonValue | undefined,
  out: DraftFailure[],
  nothing: () => string,
): void {
  if (value === undefined && check.acceptsMissing !== true) {
    out.push(draftFailure(source, `expected ${source.key} ${check.phrase}, but ${nothing()}`));
    return;
  }
  for (const mismatch of check.verify(value)) {
    const explained =
      value === undefined && mismatch.but === undefined ? { ...mismatch, but: nothing() } : mismatch;
    out.push(draftMismatch(source, check.phrase, explained, value));
  }
}

/** The check for a string that the text equals, or for a matcher map. */
export function compileTextOrMap(
  form: string | MatcherMap,
  deps: CompileDeps,
): { check: Check; type: string } {
  return typeof form === 'string'
    ? { check: compileValidation({ type: 'equals', value: form }, deps), type: 'equals' }
    : { check: compileMatcherMap(form, deps), type: 'matches' };
}

import { describeAnswer, errorKindOf, errorMessageOf } from './answer-error.ts';
import type { ErrorKind } from './answer-error.ts';
import { compileTextOrMap, guarded, verifyInto } from './compile-part.ts';
import type { CompiledPart } from './compile-part.ts';
import type { Compiler } from './compile.ts';
import type { Expected } from './expected.ts';
import { draftFailure } from './failure.ts';

/** `is_error`. */
export function compileIsError(wanted: boolean): CompiledPart {
  const source = { key: 'is_error', type: 'equals', configKey: 'expected.is_error' };
  return (subject, out) => {
    if (subject.is_error === wanted && (wanted || subject.error === undefined)) return;
    const words = wanted ? 'a tool error (isError: true)' : 'no error';
    out.push(draftFailure(source, `expected ${words}, but ${describeAnswer(subject)}`));
  };
}

/** `error: { code, message, kind }`. */
export function compileError(
  error: NonNullable<Expected['error']>,
  compiler: Compiler,
): readonly CompiledPart[] {
  const { code, kind, message } = error;
  const parts: CompiledPart[] = [compileErrorKind(kind, code)];
  if (message === undefined) return parts;
  const configKey = 'expected.error.message';
  const { check, type } = compiler.part(configKey, (deps) => compileTextOrMap(message, deps));
  const source = { key: 'error.message', type, configKey, mirrored: true };
  parts.push(
    guarded(compiler, source, (subject, out) => {
      if (errorKindOf(subject) === undefined) return;
      verifyInto(source, check, errorMessageOf(subject), out, () => 'the error has no words');
    }),
  );
  return parts;
}

function compileErrorKind(kind: ErrorKind | undefined, code: number | undefined): CompiledPart {
  const wantedKind = kind ?? (code === undefined ? undefined : 'protocol');
  const names = { protocol: 'a JSON-RPC error', tool: 'a tool error (isError: true)' };
  return (subject, out) => {
    const came = errorKindOf(subject);
    if (came === undefined || (wantedKind !== undefined && came !== wantedKind)) {
      const wanted = wantedKind === undefined ? 'an error' : names[wantedKind];
      const member = kind === undefined ? (code === undefined ? '' : '.code') : '.kind';
      const source = { key: 'error', type: 'error', configKey: `expected.error${member}` };
      const which = code === undefined ? wanted : `${wanted} with the code ${code}`;
      out.push(draftFailure(source, `expected ${which}, but ${describeAnswer(subject)}`));
      return;
    }
    if (code === undefined || subject.error?.code === code) return;
    const source = { key: 'error.code', type: 'equals', configKey: 'expected.error.code' };
    const values = { expected: String(code), actual: String(subject.error?.code) };
    out.push(
      draftFailure(source, `expected the JSON-RPC error ${code}, but ${describeAnswer(subject)}`, values),
    );
  };
}

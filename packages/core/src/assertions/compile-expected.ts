import type { JsonObject, JsonValue } from '../json.ts';
import { describeAnswer, errorKindOf } from './answer-error.ts';
import { compileError, compileIsError } from './compile-error-form.ts';
import { compileTextOrMap, guarded, verifyInto } from './compile-part.ts';
import type { CompiledPart } from './compile-part.ts';
import { comparisonOf, compileValidation, createCompiler } from './compile.ts';
import type { Compiler, ExpectationProblem } from './compile.ts';
import type { MatcherMap } from './define.ts';
import type { Expected } from './expected.ts';
import { draftFailure, draftMismatch } from './failure.ts';
import type { FailureSource } from './failure.ts';
import { after, isPromise } from './maybe-promise.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { quantify } from './quantify.ts';
import type { Quantifier } from './quantify.ts';
import { quote } from './render.ts';
import { compileKey } from './select.ts';
import { compileSnapshot } from './compile-snapshot.ts';
import type { SnapshotCheck } from './compile-snapshot.ts';
import type { Subject } from './types.ts';
import { findWantedErrors } from './wants-error.ts';
import type { WantedErrors } from './wants-error.ts';

/** An `expected`, compiled once and used for every exchange of its step. */
export interface CompiledExpected {
  readonly parts: readonly CompiledPart[];
  readonly wants: WantedErrors;
  readonly snapshot: SnapshotCheck | undefined;
  readonly problems: readonly ExpectationProblem[];
}

interface CacheEntry {
  readonly baseDir: string;
  compiled: MaybePromise<CompiledExpected>;
}

const cache = new WeakMap<Expected, CacheEntry>();

/**
 * Compiles an `expected`; the second time it is there at once.
 * @param baseDir directory that schema files are relative to
 */
export function compileExpected(expected: Expected, baseDir: string): MaybePromise<CompiledExpected> {
  const known = cache.get(expected);
  if (known !== undefined && known.baseDir === baseDir) return known.compiled;
  const compiled = compileParts(expected, baseDir);
  const entry: CacheEntry = { baseDir, compiled };
  cache.set(expected, entry);
  if (isPromise(compiled)) void settle(entry, compiled);
  return compiled;
}

async function settle(entry: CacheEntry, compiled: Promise<CompiledExpected>): Promise<void> {
  entry.compiled = await compiled;
}

/**
 * What is wrong with an expectation whatever the answer may be: invalid patterns, JSONPaths, schemas, missing
 * schema files. For checking a configuration before it is run.
 */
export async function findExpectationProblems(
  expected: Expected,
  baseDir: string,
): Promise<readonly ExpectationProblem[]> {
  return (await compileExpected(expected, baseDir)).problems;
}

function compileParts(expected: Expected, baseDir: string): MaybePromise<CompiledExpected> {
  const compiler = createCompiler(comparisonOf(expected), baseDir);
  const parts: CompiledPart[] = [];
  if (expected.error !== undefined) parts.push(...compileError(expected.error, compiler));
  if (expected.is_error !== undefined) parts.push(compileIsError(expected.is_error));
  if (expected.text !== undefined) parts.push(compileText(expected.text, compiler));
  if (expected.json !== undefined) parts.push(compileJson(expected.json, compiler));
  if (expected.schema !== undefined) parts.push(compileSchemaForm(expected.schema, compiler));
  for (const [index, pattern] of (expected.patterns ?? []).entries()) {
    parts.push(compilePattern(pattern, `expected.patterns[${index}]`, compiler));
  }
  const { snapshot: form } = expected;
  const snapshot = form === undefined || form === false ? undefined : compileSnapshot(form, compiler);
  return after(compiler.finish(), () => ({
    parts,
    wants: findWantedErrors(expected),
    snapshot,
    problems: compiler.problems,
  }));
}

function compileText(form: string | MatcherMap, compiler: Compiler): CompiledPart {
  const configKey = 'expected.text';
  const { check, type } = compiler.part(configKey, (deps) => compileTextOrMap(form, deps));
  const source = { key: 'text', type, configKey, mirrored: true };
  return guarded(compiler, source, (subject, out) =>
    verifyInto(source, check, subject.text, out, () => explainNoText(subject)),
  );
}

function explainNoText(subject: Subject): string {
  return errorKindOf(subject) === undefined && subject.result !== undefined
    ? 'the answer has no text content'
    : describeAnswer(subject);
}

function compileJson(template: JsonValue, compiler: Compiler): CompiledPart {
  const configKey = 'expected.json';
  const check = compiler.part(configKey, (deps) => deps.compileTemplate(template, deps.comparison));
  const source = { key: 'json', type: 'matches', configKey, mirrored: true };
  return guarded(compiler, source, (subject, out) =>
    verifyInto(source, check, subject.json, out, () => explainNoJson(subject)),
  );
}

function explainNoJson(subject: Subject): string {
  if (errorKindOf(subject) === 'protocol' || subject.result === undefined) return describeAnswer(subject);
  return subject.text === undefined
    ? 'the answer has neither structuredContent nor text'
    : `the answer has no structuredContent and its text is not JSON: ${quote(subject.text)}`;
}

function compileSchemaForm(schema: JsonValue, compiler: Compiler): CompiledPart {
  const configKey = 'expected.schema';
  const check = compiler.part(configKey, (deps) => compileValidation({ type: 'schema', schema }, deps));
  const source = { key: 'json', type: 'schema', configKey };
  return guarded(compiler, source, (subject, out) =>
    verifyInto(source, check, subject.json, out, () => explainNoJson(subject)),
  );
}

type Pattern = NonNullable<Expected['patterns']>[number];

function compilePattern(pattern: Pattern, configKey: string, compiler: Compiler): CompiledPart {
  const { key, validation, message, required = true } = pattern;
  const quantifier: Quantifier = pattern.quantifier ?? 'all';
  const { selector, check } = compiler.part(configKey, (deps) => ({
    selector: compileKey(key, deps),
    check: compileValidation(validation, deps),
  }));
  const source: FailureSource = {
    key,
    type: validation.type,
    configKey,
    severity: required ? 'failure' : 'warning',
    prefix: message,
  };
  return guarded(compiler, source, (subject, out) => {
    const document = subject as unknown as JsonObject;
    const { nodes, fault } = selector.select(document);
    if (fault !== undefined) {
      out.push(draftFailure(source, `expected ${key} ${check.phrase}, but ${fault}`));
      return;
    }
    if (nodes.length === 0) {
      verifyInto(source, check, undefined, out, () => selector.explainNothing(document));
      return;
    }
    const verdict = quantify(key, nodes, check, quantifier);
    if (verdict.kind === 'many') out.push(draftFailure(source, verdict.message));
    if (verdict.kind !== 'single') return;
    for (const mismatch of verdict.mismatches) {
      out.push(draftMismatch(source, check.phrase, mismatch, verdict.node.value));
    }
  });
}

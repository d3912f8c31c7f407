import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Compiler } from './compile.ts';
import { findDifference } from './compare.ts';
import type { CompileDeps } from './define.ts';
import type { SnapshotForm } from './expected.ts';
import { draftFailure, draftMismatch } from './failure.ts';
import type { DraftFailure } from './failure.ts';
import { describeError, loadSafeRegex } from './regex.ts';
import { removeAt } from './remove-at.ts';
import { quote, renderValue } from './render.ts';
import { compileKey } from './select.ts';
import type { AssertionContext, Subject } from './types.ts';

/** Holds an answer to its stored form, or stores it when the store is in update mode and `mayWrite` is true. */
export type SnapshotCheck = (
  subject: Subject,
  context: AssertionContext,
  mayWrite: boolean,
) => Promise<readonly DraftFailure[]>;

const configKey = 'expected.snapshot';
const source = { key: 'snapshot', type: 'snapshot', configKey };

type Normalize = (document: JsonObject) => JsonObject;

/** Compiles `snapshot: true` or `snapshot: { ignore, replace }`. */
export function compileSnapshot(form: Exclude<SnapshotForm, false>, compiler: Compiler): SnapshotCheck {
  const normalize = compiler.part(configKey, (deps) => compileNormalizer(form === true ? {} : form, deps));
  return async (subject, context, mayWrite) => {
    const problems = compiler.problemsOf(configKey);
    if (problems.length > 0) {
      return [draftFailure({ ...source, type: 'invalid_expectation' }, problems.join('; '))];
    }
    let current: JsonObject;
    try {
      current = normalize(answerOf(subject));
    } catch (error) {
      return [draftFailure(source, `the answer cannot be kept as a snapshot: ${describeError(error)}`)];
    }
    return compareWithStore(current, context, mayWrite);
  };
}

/** What is stored of an answer: everything that the server said, nothing of how long it took. */
function answerOf(subject: Subject): JsonObject {
  return {
    ...(subject.result === undefined ? {} : { result: subject.result }),
    ...(subject.error === undefined ? {} : { error: subject.error as unknown as JsonObject }),
  };
}

async function compareWithStore(
  current: JsonObject,
  { snapshots, suite, test, step }: AssertionContext,
  mayWrite: boolean,
): Promise<readonly DraftFailure[]> {
  const key = step === undefined ? test : `${test} > ${step}`;
  const stored = await snapshots.read(suite, key);
  const difference = stored === undefined ? undefined : findDifference(stored, current);
  if (stored !== undefined && difference === undefined) return [];
  if (snapshots.mode === 'update') {
    if (mayWrite) await snapshots.write(suite, key, current);
    return [];
  }
  const file = snapshots.locate?.(suite) ?? `__snapshots__ of ${suite}`;
  if (stored === undefined) {
    const message = `there is no snapshot ${quote(key)} in ${file}; write it with --update-snapshots (not in CI) and commit the file`;
    return [draftFailure(source, message, { actual: renderValue(current, 1000) })];
  }
  const at = difference?.at ?? '';
  const hint = `they differ first at ${at.replace(/^\./, '')}: ${renderValue(difference?.expected, 80)} was stored, ${renderValue(difference?.actual, 80)} came; if the new answer is right, run with --update-snapshots`;
  return [
    draftMismatch(
      { ...source, key: 'the answer' },
      `to equal the snapshot ${quote(key)} in ${file}`,
      { expected: stored, actual: current, but: hint },
      current,
    ),
  ];
}

function compileNormalizer(form: Exclude<SnapshotForm, boolean>, deps: CompileDeps): Normalize {
  const selectors = (form.ignore ?? []).map((key) => compileKey(key, deps));
  const replacers: ((text: string) => string)[] = [];
  if (form.replace !== undefined && form.replace.length > 0) {
    const rules = form.replace;
    deps.defer(async () => {
      const create = await loadSafeRegex();
      for (const { pattern, with: replacement } of rules) {
        const regex = create(pattern);
        replacers.push((text) => regex.replaceAll(text, replacement));
      }
    });
  }
  return (document) => {
    const locations = selectors.flatMap((selector) =>
      selector.select(document).nodes.map((node) => node.location),
    );
    const kept = removeAt(document, locations);
    const replaced = mapStrings(kept, (text) =>
      replacers.reduce((result, replace) => replace(result), text.toWellFormed()),
    );
    return replaced as JsonObject;
  };
}

/** Every string value, names of members excepted. */
function mapStrings(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapStrings(item, map));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}

/** For tests: judges an answer as the runner would. */
import { checkExpected } from '../check.ts';
import type { CheckOptions } from '../check.ts';
import { expectedSchema } from '../expected.ts';
import { buildSubject } from '../subject.ts';
import type { JsonRpcErrorObject } from '../../protocol/types.ts';
import type { JsonValue } from '../../json.ts';
import type { AssertionContext, AssertionFailure, Subject } from '../types.ts';

/** A context whose snapshot store is empty. */
export const testContext: AssertionContext = {
  suite: 'suite',
  test: 'test',
  baseDir: import.meta.dirname,
  variables: {},
  env: {},
  snapshots: { mode: 'never', read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
};

/** The subject of an answer with this result or error. */
export function subjectOf(result: JsonValue | undefined, error?: JsonRpcErrorObject): Subject {
  return buildSubject({
    id: 1,
    method: 'tools/call',
    params: undefined,
    result,
    error,
    malformed: [],
    startedAtMs: 0,
    durationMs: 1,
    notifications: [],
    requestText: '',
    responseText: undefined,
  });
}

/** The subject of a tool's answer with this text. */
export function textSubject(text: string, more: Readonly<Record<string, JsonValue>> = {}): Subject {
  return subjectOf({ content: [{ type: 'text', text }], ...more });
}

/** The subject of a tool's answer with this structured content. */
export function jsonSubject(json: JsonValue): Subject {
  return subjectOf({ content: [], structuredContent: json });
}

/** Parses the expectation, as the configuration does, and holds the subject to it. */
export async function judge(
  expected: unknown,
  subject: Subject,
  { context = testContext, ...options }: CheckOptions & { readonly context?: AssertionContext } = {},
): Promise<readonly AssertionFailure[]> {
  const parsed = expected === undefined ? undefined : expectedSchema.parse(expected);
  return checkExpected(parsed, subject, context, options);
}

/** The messages of what {@link judge} finds. */
export async function messagesOf(...args: Parameters<typeof judge>): Promise<readonly string[]> {
  return (await judge(...args)).map((failure) => failure.message);
}

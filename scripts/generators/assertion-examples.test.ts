import { checkExpected, describeAssertions, expectedSchema } from '@mcp-test-harness/core/assertions';
import { buildSubject } from '@mcp-test-harness/core/assertions';
import type { JsonValue } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { assertionExamples } from './assertion-examples.ts';
import { longForm, shortForm } from './assertions-reference.ts';

const types = describeAssertions();

describe('the examples of the assertions reference', () => {
  it('cover every type, and no other', () => {
    expect(Object.keys(assertionExamples)).toEqual(types.map(({ name }) => name));
  });

  it.each(types)('$name holds and fails as it says, in both forms', async (type) => {
    const { options, holds, fails } = assertionExamples[type.name] ?? { options: {} };
    const long = { patterns: [{ key: 'json.it', validation: longForm(type, options) }] };
    expect(await judge(long, holds)).toEqual([]);
    expect(await judge(long, fails)).not.toEqual([]);
    const matchers = shortForm(type, options);
    if (matchers === undefined) return;
    expect(await judge({ json: { it: matchers } }, holds)).toEqual([]);
    expect(await judge({ json: { it: matchers } }, fails)).not.toEqual([]);
  });
});

/** Judges an answer whose structured content is `{ it: value }`. */
async function judge(expected: object, value: JsonValue | undefined) {
  const structuredContent: { it?: JsonValue } = value === undefined ? {} : { it: value };
  const subject = buildSubject({
    id: 1,
    method: 'tools/call',
    params: undefined,
    result: { content: [], structuredContent: structuredContent as JsonValue },
    error: undefined,
    malformed: [],
    startedAtMs: 0,
    durationMs: 1,
    notifications: [],
    requestText: '',
    responseText: undefined,
  });
  return await checkExpected(expectedSchema.parse(expected), subject, {
    suite: 's',
    test: 't',
    baseDir: import.meta.dirname,
    variables: {},
    env: {},
    snapshots: { mode: 'never', read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
  });
}

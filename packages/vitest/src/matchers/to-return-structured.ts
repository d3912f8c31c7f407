import { isJsonObject } from '@mcp-test-harness/core';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import { readSuccess } from './read-answer.ts';

export async function toReturnStructured(
  this: MatcherState,
  received: unknown,
  ...args: readonly [expected?: unknown]
): Promise<MatcherResult> {
  const { subject } = await readSuccess(received, 'toReturnStructured');
  const { renderValue } = await import('@mcp-test-harness/core/assertions');
  const actual = isJsonObject(subject.result) ? subject.result['structuredContent'] : undefined;
  const got = renderValue(actual);
  if (actual === undefined || args.length === 0) {
    return toMatcherResult({
      pass: actual !== undefined,
      failed: 'expected structuredContent, but the answer has none',
      held: `expected no structuredContent, got ${got}`,
    });
  }
  const [expected] = args;
  return toMatcherResult({
    pass: this.equals(actual, expected, [...(this.customTesters ?? [])]),
    failed: `structuredContent is not what was expected, got ${got}`,
    held: `expected structuredContent to differ, got ${got}`,
    values: { expected, actual },
  });
}

import { judgeText } from './judge-text.ts';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import { readSuccess } from './read-answer.ts';
import type { TextExpectation } from './types.ts';

export async function toBeToolError(
  this: MatcherState,
  received: unknown,
  expected?: TextExpectation,
): Promise<MatcherResult> {
  const { subject } = await readSuccess(received, 'toBeToolError', { toolErrors: true });
  const { describeAnswer } = await import('@mcp-test-harness/core/assertions');
  if (!subject.is_error) {
    return toMatcherResult({
      pass: false,
      failed: `expected a tool error, but ${describeAnswer(subject)}`,
      held: '',
    });
  }
  if (expected !== undefined) return toMatcherResult(await judgeText(subject.text, expected, this));
  return toMatcherResult({
    pass: true,
    failed: '',
    held: `expected success, but ${describeAnswer(subject)}`,
  });
}

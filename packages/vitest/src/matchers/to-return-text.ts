import { judgeText } from './judge-text.ts';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import { readSuccess } from './read-answer.ts';
import type { TextExpectation } from './types.ts';

export async function toReturnText(
  this: MatcherState,
  received: unknown,
  expected?: TextExpectation,
): Promise<MatcherResult> {
  const { subject } = await readSuccess(received, 'toReturnText');
  return toMatcherResult(await judgeText(subject.text, expected, this));
}

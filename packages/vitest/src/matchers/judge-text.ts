import type { MatcherMap, Subject } from '@mcp-test-harness/core/assertions';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { MatcherState, Verdict } from './matcher.ts';
import type { AsymmetricMatcher, TextExpectation } from './types.ts';

/** Holds a text to what is expected of it, in the words of the suites. */
export async function judgeText(
  text: string | undefined,
  expected: TextExpectation | undefined,
  state: MatcherState,
): Promise<Verdict> {
  const { checkExpected, createSnapshotStore, renderValue } =
    await import('@mcp-test-harness/core/assertions');
  const got = renderValue(text);
  if (expected === undefined) {
    return {
      pass: text !== undefined,
      failed: 'expected text, but the answer has none',
      held: `expected no text, got ${got}`,
    };
  }
  if (expected instanceof RegExp) {
    return {
      pass: text !== undefined && matches(expected, text),
      failed: `expected text to match ${String(expected)}, got ${got}`,
      held: `expected text not to match ${String(expected)}, got ${got}`,
    };
  }
  if (isAsymmetric(expected)) {
    return {
      pass: state.equals(text, expected, [...(state.customTesters ?? [])]),
      failed: `expected text to equal ${describe(expected)}, got ${got}`,
      held: `expected text not to equal ${describe(expected)}, got ${got}`,
    };
  }
  const map: MatcherMap = typeof expected === 'string' ? { equals: expected } : expected;
  await refuseFaulty(map);
  const failures = await checkExpected({ text: map }, subjectOf(text), {
    suite: '',
    test: '',
    baseDir: '.',
    variables: {},
    env: {},
    snapshots: createSnapshotStore({ dir: '.', update: false, ci: true }),
  });
  const phrase = typeof expected === 'string' ? `equal ${renderValue(expected)}` : `be ${renderValue(map)}`;
  return {
    pass: failures.length === 0,
    failed: failures.map(({ message }) => message).join('\n'),
    held: `expected text not to ${phrase}, got ${got}`,
    values: typeof expected === 'string' && text !== undefined ? { expected, actual: text } : undefined,
  };
}

/** A validation that is misspelt holds for nothing, and with `not` for everything. */
async function refuseFaulty(map: MatcherMap): Promise<void> {
  const { expectedSchema, findExpectationProblems } = await import('@mcp-test-harness/core/assertions');
  const { success, data, error } = expectedSchema.safeParse({ text: map });
  const problems = success ? await findExpectationProblems(data, '.') : error.issues;
  const [first] = problems.map(({ message }) => message);
  if (first === undefined) return;
  throw new HarnessError({ code: 'USAGE', message: `what the text is to be is faulty: ${first}` });
}

/** A sticky or global expression keeps no state from one use to the next. */
function matches(expression: RegExp, text: string): boolean {
  return new RegExp(expression.source, expression.flags.replaceAll(/[gy]/g, '')).test(text);
}

function subjectOf(text: string | undefined): Subject {
  return {
    ...(text === undefined ? {} : { text }),
    is_error: false,
    duration_ms: 0,
    notifications: [],
    logs: [],
    progress: [],
  };
}

function isAsymmetric(value: TextExpectation): value is AsymmetricMatcher {
  return typeof (value as Partial<AsymmetricMatcher>).asymmetricMatch === 'function';
}

/** `Anything`, `StringContaining "a"`. */
function describe(matcher: AsymmetricMatcher): string {
  const { toAsymmetricMatcher, sample } = matcher as {
    readonly toAsymmetricMatcher?: () => string;
    readonly sample?: unknown;
  };
  if (toAsymmetricMatcher !== undefined) return toAsymmetricMatcher.call(matcher);
  const wanted = sample instanceof RegExp ? String(sample) : (JSON.stringify(sample) ?? '');
  return `${matcher.toString()} ${wanted}`.trim();
}

import type { JsonValue } from '../json.ts';
import type { DraftFailure } from './failure.ts';
import { prettyJson } from './render.ts';
import type { AssertionFailure } from './types.ts';

const sideLimit = 64 * 1024;
const lineLimit = 120;
const diffTimeoutMs = 500;

/** Gives each failure that compares whole values its diff. Loads the `diff` package when there is one. */
export async function attachDiffs(drafts: readonly DraftFailure[]): Promise<readonly AssertionFailure[]> {
  const { createTwoFilesPatch } = await import('diff');
  return drafts.map(({ failure, compare }) => {
    if (compare === undefined) return failure;
    const expected = toLines(compare.expected);
    const actual = toLines(compare.actual);
    if (expected === undefined || actual === undefined) return failure;
    const patch = createTwoFilesPatch('expected', 'actual', expected, actual, undefined, undefined, {
      context: 3,
      timeout: diffTimeoutMs,
    });
    return patch === undefined ? failure : { ...failure, diff: trimPatch(patch) };
  });
}

function toLines(value: JsonValue): string | undefined {
  if (typeof value !== 'string') return prettyJson(value, sideLimit);
  return value.length > sideLimit ? undefined : value;
}

/** Without the rule above the header and the notes on the last line break, cut after {@link lineLimit} lines. */
function trimPatch(patch: string): string {
  const lines = patch
    .trimEnd()
    .split('\n')
    .filter((line, index) => (index > 0 || !line.startsWith('===')) && !line.startsWith('\\ '));
  if (lines.length <= lineLimit) return lines.join('\n');
  return [...lines.slice(0, lineLimit), `… ${lines.length - lineLimit} more lines`].join('\n');
}

import { describe, expect, it } from 'vitest';
import { buildFailure } from '../testing/results.ts';
import { sayFailure, splitSentence } from './failure-words.ts';

const withoutValues = { expected: undefined, actual: undefined };

describe('sayFailure', () => {
  it('says nothing twice: values that stand in the sentence are not repeated', () => {
    const failure = buildFailure();
    expect(sayFailure(failure)).toMatchObject({ message: failure.message, ...withoutValues });
  });

  it('knows a value behind a sign of comparison', () => {
    const failure = buildFailure({
      message: 'expected every answer within 400 ms, the request took 1006 ms',
      expected: '≤ 400 ms',
      actual: '1006 ms',
    });
    expect(sayFailure(failure)).toMatchObject(withoutValues);
  });

  it('shows the values that the sentence lacks', () => {
    const failure = buildFailure({
      message: 'there is no snapshot',
      expected: undefined,
      actual: '{ a: 1 }',
    });
    expect(sayFailure(failure)).toMatchObject({ expected: undefined, actual: '{ a: 1 }' });
  });

  it('takes a value as known from its beginning, unless all of it is wanted', () => {
    const actual = `"${'x'.repeat(2000)}"`;
    const message = `expected text to contain "needle", got "${'x'.repeat(200)}"… (50000 characters)`;
    const failure = buildFailure({ message, expected: undefined, actual });
    expect(sayFailure(failure).actual).toBeUndefined();
    expect(sayFailure(failure, true).actual).toBe(actual);
  });

  it('keeps subject and hint beside a diff, and leaves the values to the diff', () => {
    const failure = buildFailure({
      message: `expected json to equal { a: ${'1'.repeat(300)} }, got { a: 2 } (they differ first at .a)`,
      diff: '--- expected\n+++ actual\n@@ -1,1 +1,1 @@\n-1\n+2',
    });
    const words = sayFailure(failure);
    expect(words.message).toMatch(/^expected json to equal .* … .* \(they differ first at \.a\)$/);
    expect(words).toMatchObject(withoutValues);
    expect(words.diff?.map(({ kind }) => kind)).toEqual(['expected', 'actual']);
  });
});

describe('splitSentence', () => {
  it('finds the two values and the hint', () => {
    const message = 'expected text to equal "a", got "b" (it differs)';
    expect(splitSentence(buildFailure({ message, expected: '"a"', actual: '"b"' }))).toEqual({
      before: 'expected text to equal ',
      expected: '"a"',
      between: ', got ',
      actual: '"b"',
      after: ' (it differs)',
    });
  });

  it.each([
    ['without a value', { actual: undefined }],
    ['whose values are cut', { message: 'expected text to equal "The sum…", got "The…"' }],
    [
      'that goes on',
      { message: 'expected text to equal "The sum of 2 and 3 is 5.", got "The sum of 2 and 3 is 6." twice' },
    ],
  ])('leaves a sentence %s whole', (_, init) => {
    expect(splitSentence(buildFailure(init))).toBeUndefined();
  });
});

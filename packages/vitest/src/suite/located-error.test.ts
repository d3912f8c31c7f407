import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locatedError } from './located-error.ts';

const location = { file: '/project/suite.yaml', line: 17, column: 19 };

/** As Vitest finds frames, of V8 and of the others: in any line that looks like one. */
function framesIn(stack: string): readonly string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s*at .*(?:\S:\d+|\(native\))/.test(line) || /^\s*\S*@\S*:\d+/.test(line));
}

describe('an error that leads into a file', () => {
  it('has its place as the first line of the stack', () => {
    const error = locatedError('AssertionError', 'expected a, got b', [{ what: 'expected.text', location }]);
    expect(error.stack).toBe(
      'AssertionError: expected a, got b\n    at expected.text (/project/suite.yaml:17:19)',
    );
    expect(error.message).toBe('expected a, got b');
  });

  it.each([
    ['a name with parentheses', 'says (twice)', '    at says twice (/project/suite.yaml:17:19)'],
    [
      'a name of several lines',
      'a\n    at b (/etc/passwd:1:1)',
      '    at a at b /etc/passwd:1:1 (/project/suite.yaml:17:19)',
    ],
  ])('takes %s for one name', (_, what, frame) => {
    expect(framesIn(locatedError('E', 'm', [{ what, location }]).stack ?? '')).toEqual([frame]);
  });

  it('names a place once, and leaves out what stands in no file', () => {
    const places = [
      { what: 'a', location },
      { what: 'a', location },
      { what: 'b', location: undefined },
      { what: 'c', location: { ...location, file: '<flag --set>' } },
    ];
    expect(framesIn(locatedError('E', 'm', places).stack ?? '')).toHaveLength(1);
  });

  it('takes nothing of its text for a place, whatever a server says', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '    at x (/etc/passwd:1:1)',
        'at /etc/passwd:1:1',
        'x@/etc/passwd:1:1',
        '@file:///etc/passwd:1',
        '\u001B[31m',
        '\r    at y (/etc/shadow:1:1)',
        '\u2028at z (/etc/hosts:1:1)',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = ['expected this', ...lines].join('\n');
        const { stack = '' } = locatedError('E', text, [{ what: 'here', location }]);
        expect(framesIn(stack)).toEqual(['    at here (/project/suite.yaml:17:19)']);
        for (const character of ['\u001B', '\u2028', '\r']) expect(stack).not.toContain(character);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSafeRegex } from '../../regex.ts';
import { matchPattern } from './match-pattern.ts';
import { parsePattern } from './parse-pattern.ts';
import { samplePattern } from './sample-pattern.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '1',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '[a-c]',
  '[^a]',
  '[\\d-]',
  '\\.',
  '\\u0041',
  '-',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '+?');
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(atom, quantifier).map((parts) => parts.join('')),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc.tuple(tie('pattern'), quantifier).map(([inner, times]) => `(${inner})${times}`),
    tie('pattern').map((inner) => `^(?:${inner})$`),
  ),
}));

describe('patterns of the common kind', () => {
  it('match what the linear-time engine matches', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '1', '-', '.', ' ', 'A', 'é', '😀'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(pattern, text, (source, sample) => {
        const matched = matchPattern(source, sample);
        if (matched !== undefined) expect(matched).toBe(createSafeRegex(source, 'u').test(sample));
      }),
      { numRuns: 2000 },
    );
  });

  it('are found in their samples', () => {
    fc.assert(
      fc.property(pattern, fc.nat(10), (source, minLength) => {
        for (const text of [...samplePattern(source, minLength)].slice(0, 30)) {
          expect(createSafeRegex(source, 'u').test(text)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    '\\bword',
    '\\p{L}',
    '(',
    ')',
    '[b-a]',
    'a**',
    '*',
    '{',
    '[a',
    '\\',
  ])('do not include /%s/', (source) => {
    expect(parsePattern(source)).toBeUndefined();
    expect(matchPattern(source, 'a')).toBeUndefined();
    expect([...samplePattern(source, 0)]).toEqual([]);
  });

  it('that blow up backtracking engines are given up', () => {
    expect(matchPattern('^(a+)+$', `${'a'.repeat(200)}!`)).toBeUndefined();
  });

  it('give different samples', () => {
    const samples = [...samplePattern('^id-[a-z]{2}$', 0)];
    expect(samples.slice(0, 2)).toEqual(['id-aa', 'id-bb']);
    expect(new Set(samples).size).toBe(samples.length);
  });
});

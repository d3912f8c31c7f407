import { describe, expect, it } from 'vitest';
import { createSafeRegex } from './regex.ts';

describe('createSafeRegex', () => {
  it.each([
    ['b+', '', 'abbc', true],
    ['^b', '', 'abbc', false],
    ['ABC', 'i', 'xabcx', true],
    ['^b$', 'm', 'a\nb\nc', true],
    ['a.b', 's', 'a\nb', true],
    ['\\d{4}-\\d{2}', '', 'on 2026-11', true],
    ['\\p{Lu}', 'u', 'Ä', true],
    ['(?<year>\\d+)', '', '2026', true],
  ])('/%s/%s on %j finds: %s', (pattern, flags, text, found) => {
    expect(createSafeRegex(pattern, flags).test(text)).toBe(found);
  });

  it('gives groups and replaces', () => {
    expect(createSafeRegex('(a)(b)?').exec('xa')).toEqual(['a', 'a', undefined]);
    expect(createSafeRegex('\\d+').replaceAll('1 and 22', '#')).toBe('# and #');
  });

  it.each(['(?=a)', '(?<!a)b', '(a)\\1', '(', '[z-a]'])('refuses /%s/ with a reason', (pattern) => {
    expect(() => createSafeRegex(pattern)).toThrow(/is not a usable regular expression: \S/);
  });

  it('refuses unknown flags by name', () => {
    expect(() => createSafeRegex('a', 'ix')).toThrow('unknown flag "x"');
  });

  it('ends on a pattern that blows up backtracking engines', () => {
    expect(createSafeRegex('^(a+)+$').test(`${'a'.repeat(5000)}!`)).toBe(false);
  });
});

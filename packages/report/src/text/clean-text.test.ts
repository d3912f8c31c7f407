/* oxlint-disable no-control-regex -- control characters are what this file is about */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyHostileText, hostile } from '../testing/hostile.ts';
import { cleanLine, cleanText } from './clean-text.ts';

describe('cleanText', () => {
  it.each([
    ['plain text', 'plain text'],
    ['tabs\tand\nlines', 'tabs\tand\nlines'],
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]8;;https://evil.example\u0007link\u001B]8;;\u001B\\', 'link'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['nul\u0000 bell\u0007 del\u007F', 'nul␀ bell␇ del␡'],
    ['admin\u202Etxt', 'admin<U+202E>txt'],
    ['pass\u200Bword \u200D\u{E0061}\u2060', 'pass<U+200B>word <U+200D><U+E0061><U+2060>'],
    ['می\u200Cخواهم', 'می\u200Cخواهم'],
    ['half \uD83D pair', 'half \uFFFD pair'],
    [hostile.unicode, hostile.unicode],
  ])('turns %j into %j', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('leaves nothing that a terminal or XML 1.0 would act on or refuse, whatever comes', () => {
    const allowed = /^[\t\n\u0020-\u007E\u00A0-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
    expect(cleanText(everyHostileText)).toMatch(allowed);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => allowed.test(cleanText(text))));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\u001B', '[', ']', '\u009B', '31', 'm', '\u0007', 'x', '\\')),
        (parts) => allowed.test(cleanText(parts.join(''))),
      ),
    );
  });

  it('does not change text that is clean already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => cleanText(cleanText(text)) === cleanText(text)),
    );
  });
});

describe('cleanLine', () => {
  it('joins lines with one space', () => {
    expect(cleanLine('  one\r\n   two\n\nthree ')).toBe('one two three');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLines, cutMiddle, cutText, tailLines } from './cut.ts';
import { count, formatBytes, formatCount, formatDuration } from './format.ts';
import { displayLocation } from './location.ts';
import { displayWidth, fitColumns, wrapColumns, wrapJson } from './width.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.04, '0.04 ms'],
    [0.949, '0.9 ms'],
    [1, '1 ms'],
    [3.24, '3.2 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1240, '1.24 s'],
    [59_940, '59.9 s'],
    [59_990, '1 min'],
    [125_000, '2 min 5 s'],
    [3_660_000, '1 h 1 min'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatBytes and counts', () => {
  it.each([
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [68_157_440, '65 MiB'],
    [1024 * 1024 - 1, '1 MiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('writes amounts with separators and the right noun', () => {
    expect([count(1, 'test'), count(1234, 'test'), count(2, 'finding'), formatCount(1_234_567)]).toEqual([
      '1 test',
      '1,234 tests',
      '2 findings',
      '1,234,567',
    ]);
  });
});

describe('cutting', () => {
  it('never cuts through a surrogate pair and says what is missing', () => {
    expect(cutText('ab🧪cd', 3)).toBe('ab… (4 more characters)');
    expect(cutText('ab', 3)).toBe('ab');
  });

  it('keeps both ends of a sentence, never half of a surrogate pair', () => {
    expect(cutMiddle('expected text to equal "aaaa" (it differs only in case)', 41)).toBe(
      'expected text to eq … ffers only in case)',
    );
    expect(cutMiddle('short', 41)).toBe('short');
    for (let limit = 10; limit < 30; limit += 1) {
      const cut = cutMiddle('🧪'.repeat(40), limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(limit);
    }
  });

  it('keeps the first or the last lines', () => {
    expect(cutLines(['a', 'b', 'c'], 2)).toEqual(['a', 'b', '… (1 more line)']);
    expect(tailLines(['a', 'b', 'c'], 2)).toEqual(['… (1 line before)', 'b', 'c']);
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['日本語', 6],
    ['e\u0301', 1],
    ['🧪', 2],
  ])('%s takes %d columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it('fits a line with an ellipsis', () => {
    expect(fitColumns('日本語テキスト', 7)).toBe('日本語…');
    expect(fitColumns('short', 7)).toBe('short');
  });

  it('wraps at spaces, and inside a long word behind a comma', () => {
    expect(wrapColumns('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapColumns('{"a":1,"b":22222}', 10)).toEqual(['{"a":1,', '"b":22222}']);
  });
});

describe('wrapJson', () => {
  it('breaks behind commas, at spaces where there is no comma near, and inside a word that is too long', () => {
    expect(wrapJson('{"a":1,"b":22222}', 10)).toEqual(['{"a":1,', '"b":22222}']);
    expect(wrapJson('{"text":"one two three"}', 14)).toEqual(['{"text":"one', 'two three"}']);
    expect(wrapJson('{"text":"Echo: hello"},"id":3}', 24)).toEqual(['{"text":"Echo: hello"},', '"id":3}']);
    expect(wrapJson('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
  });

  it('loses nothing but white space, and fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', ' ', '日', '{') }), (text) => {
        const lines = wrapJson(text, 8);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(lines.every((line) => displayWidth(line) <= 8)).toBe(true);
      }),
    );
  });
});

describe('displayLocation', () => {
  it.each([
    ['/project/suites/a.yaml', 'suites/a.yaml:3:5'],
    ['/elsewhere/a.yaml', '/elsewhere/a.yaml:3:5'],
    ['<flag --set>', '<flag --set>:3:5'],
  ])('shows %s as %s', (file, text) => {
    expect(displayLocation({ file, line: 3, column: 5 }, '/project')).toBe(text);
  });
});

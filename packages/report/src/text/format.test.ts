import { describe, expect, it } from 'vitest';
import { cutLines, cutText, tailLines } from './cut.ts';
import { count, formatBytes, formatCount, formatDuration } from './format.ts';
import { displayLocation } from './location.ts';
import { displayWidth, fitColumns, wrapColumns } from './width.ts';

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

  it('keeps the first or the last lines', () => {
    expect(cutLines(['a', 'b', 'c'], 2)).toEqual(['a', 'b', '… (1 more lines)']);
    expect(tailLines(['a', 'b', 'c'], 2)).toEqual(['… (1 lines before)', 'b', 'c']);
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

describe('displayLocation', () => {
  it.each([
    ['/project/suites/a.yaml', 'suites/a.yaml:3:5'],
    ['/elsewhere/a.yaml', '/elsewhere/a.yaml:3:5'],
    ['<flag --set>', '<flag --set>:3:5'],
  ])('shows %s as %s', (file, text) => {
    expect(displayLocation({ file, line: 3, column: 5 }, '/project')).toBe(text);
  });
});

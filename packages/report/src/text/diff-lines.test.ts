import { describe, expect, it } from 'vitest';
import { readDiff, writeDiffLine } from './diff-lines.ts';

const shown = (diff: string) => readDiff(diff).map(writeDiffLine);

describe('readDiff', () => {
  it('drops the headers that name the two sides, and says where a later part begins', () => {
    const diff = [
      '--- expected',
      '+++ actual',
      '@@ -1,3 +1,3 @@',
      ' a',
      '-b',
      '+c',
      '@@ -40,3 +41,3 @@',
      ' x',
      '-y',
      '… 12 more lines',
    ];
    expect(shown(diff.join('\n'))).toEqual([
      ' a',
      '-b',
      '+c',
      '… from line 41',
      ' x',
      '-y',
      '… 12 more lines',
    ]);
  });

  it('takes headers for text where they are none', () => {
    expect(shown('-- expected\n+++ actual\n@@ -1,1 +1,1 @@')).toEqual([
      '-- expected',
      '+++ actual',
      ' @@ -1,1 +1,1 @@',
    ]);
    expect(shown('--- expected\n+++ actual\n@@ -1 +1 @@\n--- expected\n+++ actual')).toEqual([
      '--- expected',
      '+++ actual',
    ]);
  });

  it('makes the text of a server harmless', () => {
    expect(shown('-a\u001B[31mb')).toEqual(['-ab']);
  });
});

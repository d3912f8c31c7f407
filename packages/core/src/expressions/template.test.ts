import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHarnessError } from '../errors.ts';
import { parseTemplate } from './template.ts';

const readOne = (text: string) => {
  const parts = parseTemplate(text);
  expect(parts).toHaveLength(1);
  return parts[0];
};

describe('parseTemplate', () => {
  it.each([
    ['${NAME}', { name: 'NAME', path: [] }],
    ['${a.result.content[0].text}', { name: 'a', path: ['result', 'content', 0, 'text'] }],
    ['${a["a key"].b}', { name: 'a', path: ['a key', 'b'] }],
    ["${a['it is'][2]}", { name: 'a', path: ['it is', 2] }],
    ['${a.x-y.$ref}', { name: 'a', path: ['x-y', '$ref'] }],
    ['${PORT:-8080}', { name: 'PORT', fallback: '8080' }],
    ['${PORT:-}', { name: 'PORT', fallback: '' }],
    ['${A:-{"a": {}}}', { name: 'A', fallback: '{"a": {}}' }],
    ['${A:?set A first}', { name: 'A', required: 'set A first' }],
  ])('reads %s', (text, expected) => {
    expect(readOne(text)).toMatchObject({ kind: 'reference', source: text, ...expected });
  });

  it('keeps text, escapes and expressions apart', () => {
    expect(
      parseTemplate("a ${B} $${C} $5 ${{ env.X == '}}' }}!").map((part) => [part.kind, part.source]),
    ).toEqual([
      ['text', 'a '],
      ['reference', '${B}'],
      ['text', ' '],
      ['escape', '$${'],
      ['text', 'C} $5 '],
      ['expression', "${{ env.X == '}}' }}"],
      ['text', '!'],
    ]);
  });

  it.each([
    ['${', 'a name must follow'],
    ['${}', 'a name must follow'],
    ['${1A}', 'a name must follow'],
    ['${A', 'it is not closed by }'],
    ['${A:-x', 'it is not closed by }'],
    ['${A-x}', 'a default is written ${A:-default}'],
    ['${A B}', '" " cannot stand after'],
    ['${A:-${B}}', 'a default or message cannot hold another ${...}'],
    ['${{ a', 'the expression is not closed by }}'],
  ])('refuses %s: %s', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it('loses nothing: the sources of the parts are the text, at their offsets', () => {
    const piece = fc.constantFrom(
      '${A}',
      '$${',
      '$',
      '{',
      '}',
      '${{ 1 }}',
      '$${{',
      'é',
      '${A.b[0]:-x}',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          let parts;
          try {
            parts = parseTemplate(text);
          } catch (error) {
            expect(isHarnessError(error)).toBe(true);
            return;
          }
          expect(parts.map((part) => part.source).join('')).toBe(text);
          for (const part of parts) expect(text.startsWith(part.source, part.offset)).toBe(true);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarmlessStream } from './harmless-line.ts';

function written(...pieces: readonly string[]): string {
  let text = '';
  const stream = new HarmlessStream((part) => (text += part));
  for (const piece of pieces) stream.write(piece);
  stream.flush();
  return text;
}

/** As the runner looks for a command in a line. */
function isCommand(line: string): boolean {
  return line.trim().startsWith('::') || line.includes('##[');
}

describe('foreign text in the log', () => {
  it.each([
    ['a test passed', 'a test passed\n'],
    ['::error::not ours', String.raw`:\:error::not ours` + '\n'],
    ['  \t::set-output name=x::1', '  \t' + String.raw`:\:set-output name=x::1` + '\n'],
    ['one\r::add-mask::a\rtwo', `one\n${String.raw`:\:add-mask::a`}\ntwo\n`],
    ['see ##[group]here', String.raw`see ##\[group]here` + '\n'],
    ['std::vector and a::b', 'std::vector and a::b\n'],
  ])('%j is written as %j', (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it('is no command either when it comes in pieces', () => {
    expect(written(':', ':err', 'or::x\n')).toBe(String.raw`:\:error::x` + '\n');
  });

  it('is never a command, however it is cut', () => {
    const piece = fc.stringMatching(/^[ :#[\]\r\n\u00a0\u2028a-z]{0,12}$/);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(
          written(...pieces)
            .split(/\r\n|[\r\n]/)
            .filter(isCommand),
        ).toEqual([]);
      }),
    );
  });
});

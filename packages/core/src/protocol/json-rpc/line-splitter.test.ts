import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OversizedMessage } from '../../transports/types.ts';
import { LineSplitter } from './line-splitter.ts';

function collect(limitBytes = 1024): {
  readonly splitter: LineSplitter;
  readonly lines: string[];
  readonly bytes: number[];
  readonly oversized: OversizedMessage[];
  readonly invalid: string[];
} {
  const lines: string[] = [];
  const bytes: number[] = [];
  const oversized: OversizedMessage[] = [];
  const invalid: string[] = [];
  const splitter = new LineSplitter(
    {
      line: (text, size) => {
        lines.push(text);
        bytes.push(size);
      },
      oversized: (ends) => oversized.push(ends),
      invalidUtf8: (text) => invalid.push(text),
    },
    limitBytes,
  );
  return { splitter, lines, bytes, oversized, invalid };
}

describe('LineSplitter', () => {
  it.each<[title: string, chunks: string[], lines: string[]]>([
    ['one line in one chunk', ['a\n'], ['a']],
    ['several lines in one chunk', ['a\nb\n\nc\n'], ['a', 'b', '', 'c']],
    ['a line over several chunks', ['ab', 'cd', 'ef\n'], ['abcdef']],
    ['the end of one line and the beginning of the next', ['a', 'b\nc', 'd\n'], ['ab', 'cd']],
    ['a newline of its own', ['ab', '\n'], ['ab']],
    ['CRLF', ['a\r\nb\r\n'], ['a', 'b']],
    ['CRLF cut in two', ['a\r', '\nb\r\n'], ['a', 'b']],
    ['an unfinished line', ['a\nb'], ['a']],
  ])('reads %s', (_title, chunks, expected) => {
    const { splitter, lines } = collect();
    for (const chunk of chunks) splitter.push(Buffer.from(chunk), 0);
    expect(lines).toEqual(expected);
  });

  it('counts the bytes on the wire, the newline included', () => {
    const { splitter, bytes } = collect();
    splitter.push(Buffer.from('ä\r\nb\n'), 0);
    expect(bytes).toEqual([4, 2]);
  });

  it('joins a character that was cut in two', () => {
    const { splitter, lines, invalid } = collect();
    const bytes = Buffer.from('€\n');
    splitter.push(bytes.subarray(0, 1), 0);
    splitter.push(bytes.subarray(1), 0);
    expect(lines).toEqual(['€']);
    expect(invalid).toEqual([]);
  });

  it('tells bytes that are not UTF-8 from a replacement character that was sent', () => {
    const { splitter, lines, invalid } = collect();
    splitter.push(Buffer.from('sent \uFFFD\n'), 0);
    splitter.push(Buffer.concat([Buffer.from('broken '), Buffer.from([0xc3, 0x28, 0x0a])]), 0);
    expect(lines).toHaveLength(2);
    splitter.push(Buffer.from([0x61, 0xff, 0x0a]), 0);
    expect(invalid).toEqual(['broken \uFFFD(', 'a\uFFFD']);
  });

  it.each([
    ['in one chunk', (text: string) => [text]],
    ['in chunks of 100 bytes', (text: string) => text.match(/[^]{1,100}/g) ?? []],
    ['byte by byte', (text: string) => text.split('')],
  ])('throws an oversized line away as it comes, %s, and reads on', (_title, cut) => {
    const { splitter, lines, oversized } = collect(1000);
    const long = `{"id":7,${'x'.repeat(20_000)}"end":1}`;
    for (const chunk of cut(`before\n${long}\nafter\n`)) splitter.push(Buffer.from(chunk), 0);
    expect(lines).toEqual(['before', 'after']);
    expect(oversized).toHaveLength(1);
    expect(oversized[0]?.bytes).toBe(long.length);
    expect(oversized[0]?.head.startsWith('{"id":7,xxx')).toBe(true);
    expect(oversized[0]?.tail.endsWith('xxx"end":1}')).toBe(true);
  });

  it('accepts a line of exactly the limit', () => {
    const { splitter, lines, oversized } = collect(10);
    for (const character of '0123456789\n') splitter.push(Buffer.from(character), 0);
    splitter.push(Buffer.from('0123456789\n01234567890\n'), 0);
    expect(lines).toEqual(['0123456789', '0123456789']);
    expect(oversized.map(({ bytes }) => bytes)).toEqual([11]);
  });

  it('shows what is unfinished', () => {
    const { splitter } = collect();
    splitter.push(Buffer.from('done\nhalf a li'), 0);
    expect(splitter.unfinished(6)).toBe('half a');
    expect(splitter.takeUnfinished()).toBe('half a li');
    expect(splitter.takeUnfinished()).toBeUndefined();
  });

  it('reads the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]/g, ' '))),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (texts, sizes) => {
          const { splitter, lines } = collect(100_000);
          const stream = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          let start = 0;
          for (let index = 0; start < stream.length; index += 1) {
            const size = sizes[index % sizes.length] ?? 1;
            splitter.push(stream.subarray(start, start + size), 0);
            start += size;
          }
          expect(lines).toEqual(texts.map((text) => Buffer.from(text).toString()));
        },
      ),
    );
  });

  it('gathers a message of 8 MiB that comes in small pieces without copying it again and again', () => {
    const { splitter, lines } = collect(16 * 1024 * 1024);
    const piece = Buffer.alloc(64, 'x');
    for (let index = 0; index < 128 * 1024; index += 1) splitter.push(piece, 0);
    splitter.push(Buffer.from('\n'), 0);
    expect(lines[0]?.length).toBe(8 * 1024 * 1024);
  });
});

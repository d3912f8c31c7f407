import { describe, expect, it } from 'vitest';
import { LineJoiner } from './line-joiner.ts';

type Seen =
  | { readonly value: unknown; readonly lines: number }
  | { readonly noise: string }
  | { readonly truncated: string };

function join(
  lines: readonly string[],
  limitBytes = 100_000,
): { readonly seen: Seen[]; readonly joiner: LineJoiner } {
  const seen: Seen[] = [];
  const joiner = new LineJoiner(
    {
      value: (value, _text, _bytes, _atMs, count) => seen.push({ value, lines: count }),
      noise: (noise) => seen.push({ noise }),
      truncated: (truncated) => seen.push({ truncated }),
    },
    limitBytes,
    () => {},
  );
  for (const line of lines) joiner.line(line, line.length + 1, 0);
  return { seen, joiner };
}

const answer = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'a {"[ \\" b' }] } };
const next = { jsonrpc: '2.0', id: 2, result: {} };

describe('LineJoiner', () => {
  it('takes a whole message in one line', () => {
    expect(join([JSON.stringify(answer)]).seen).toEqual([{ value: answer, lines: 1 }]);
  });

  it('puts pretty-printed JSON together', () => {
    const pretty = JSON.stringify(answer, null, 2).split('\n');
    expect(join([...pretty, JSON.stringify(next)]).seen).toEqual([
      { value: answer, lines: pretty.length },
      { value: next, lines: 1 },
    ]);
  });

  it('puts a message together that was wrapped within a string', () => {
    const text = JSON.stringify(answer);
    expect(join([text.slice(0, 55), text.slice(55)]).seen).toEqual([{ value: answer, lines: 2 }]);
  });

  it.each([
    ['plain text', 'Server listening on stdio'],
    ['a bracketed log line', '[INFO] ready'],
    ['a bracketed time', '[2026-01-01 12:00:00] {"a":'],
    ['an object that is wrong in its middle', '{ready: true}'],
    ['a lone quote', '"'],
    ['a closing bracket', '}'],
  ])('takes %s as noise at once', (_title, line) => {
    expect(join([line, JSON.stringify(next)]).seen).toEqual([{ noise: line }, { value: next, lines: 1 }]);
  });

  it.each([
    ['in an array', '{"jsonrpc":"2.0","id":1,"result":{"content":['],
    ['in a string', '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"te'],
    ['after a comma', '{"jsonrpc":"2.0","id":1,'],
    ['after a member', '{"jsonrpc":"2.0","id":1'],
    ['at the first bracket', '{'],
  ])('notices a message that is cut off %s when the next one comes', (_title, line) => {
    expect(join([line, JSON.stringify(next)]).seen).toEqual([{ truncated: line }, { value: next, lines: 1 }]);
  });

  it('does not take an inner object that fills a line for the next message', () => {
    const lines = ['{"jsonrpc":"2.0","id":1,"result":{"content":[', '{"type":"text","text":"x"}', ']}}'];
    expect(join(lines).seen).toEqual([
      { value: { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'x' }] } }, lines: 3 },
    ]);
  });

  it('gives up a message whose rest is broken', () => {
    const lines = ['{"jsonrpc":"2.0",', 'INFO: interrupted', '"id":1}'];
    expect(join(lines).seen).toEqual([{ truncated: lines.join('\n') }]);
  });

  it('gives up a message that grows beyond the limit, and takes its rest as noise', () => {
    const { seen, joiner } = join(['{"a":[', ...Array.from({ length: 20 }, () => '"0123456789",')], 200);
    expect(seen[0]).toHaveProperty('truncated');
    expect(seen.slice(1).every((one) => 'noise' in one)).toBe(true);
    expect(joiner.holding).toBe(false);
  });

  it('gives up when told that nothing more comes', () => {
    const { seen, joiner } = join(['{"a":']);
    expect(seen).toEqual([]);
    expect(joiner.unfinished()).toBe('{"a":');
    joiner.giveUp();
    joiner.giveUp();
    expect(seen).toEqual([{ truncated: '{"a":' }]);
  });

  it('joins 100,000 lines in linear time', () => {
    const pretty = ['[', ...Array.from({ length: 100_000 }, (_, index) => `${index},`), '0', ']'];
    const beganMs = performance.now();
    expect(join(pretty, 10_000_000).seen).toHaveLength(1);
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });
});

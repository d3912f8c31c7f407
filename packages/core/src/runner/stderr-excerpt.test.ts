import { describe, expect, it } from 'vitest';
import { stderrDuring } from './stderr-excerpt.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');

describe('stderrDuring', () => {
  it.each<[string, string, string, string | undefined]>([
    ['nothing was ever written', '', '', undefined],
    ['all of it is new', '', 'boom\n', 'boom\n'],
    ['some of it is new', 'ready\n', 'ready\nboom\n', 'boom\n'],
    ['nothing is new: what was last', 'ready\n', 'ready\n', 'ready\n'],
    ['only blank lines are new', 'ready\n', 'ready\n\n \n', 'ready\n\n \n'],
    ['the tail has moved on', lines(0, 200), lines(100, 205), lines(200, 205)],
    ['the tail has moved on beyond recognition', lines(0, 200), lines(1000, 1003), lines(1000, 1003)],
    ['a short beginning that the tail has left behind', 'ok\n', `${lines(0, 5)}ok\n`, `${lines(0, 5)}ok\n`],
  ])('%s', (_what, before, after, excerpt) => {
    expect(stderrDuring(before, after)).toBe(excerpt);
  });

  it('keeps the end of a long output, from the beginning of a line', () => {
    const excerpt = stderrDuring('', lines(0, 5000)) ?? '';
    expect(excerpt).toMatch(/^…\nline \d+\n/);
    expect(excerpt).toMatch(/line 4999\n$/);
    expect(excerpt.length).toBeLessThanOrEqual(16 * 1024 + 2);
  });

  it('keeps the end of one long line', () => {
    const excerpt = stderrDuring('', `${'x'.repeat(20_000)} boom\n`) ?? '';
    expect(excerpt).toMatch(/^…\nx+ boom\n$/);
    expect(excerpt.length).toBe(16 * 1024 + 2);
  });

  it('is short about what came before', () => {
    const before = lines(0, 5000);
    expect(stderrDuring(before, before)?.length).toBeLessThanOrEqual(1026);
  });
});

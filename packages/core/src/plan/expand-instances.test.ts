import { describe, expect, it } from 'vitest';
import { expandInstances, nameInstance } from './expand-instances.ts';

describe('expandInstances', () => {
  it('has one instance without values for a plain test', () => {
    expect(expandInstances({})).toEqual([undefined]);
  });

  it('makes every combination of a matrix, the last key fastest', () => {
    expect(expandInstances({ matrix: { a: [1, 2], b: ['x', 'y'] } })).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('makes an instance of every row of cases', () => {
    expect(expandInstances({ cases: [{ a: 1 }, { b: 2 }] })).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe('nameInstance', () => {
  it.each([
    ['plain values', { a: 1, b: 'x y', c: true, d: null }, '[a=1, b=x y, c=true, d=null]'],
    ['an empty text', { a: '' }, '[a=""]'],
    ['what would break the form', { a: 'x, b=1]' }, '[a="x, b=1]"]'],
    ['a line break', { a: 'x\ny' }, String.raw`[a="x\ny"]`],
    ['a text that looks like JSON', { a: '"1"' }, String.raw`[a="\"1\""]`],
    ['lists and objects', { a: [1, { b: 2 }] }, '[a=[1,{"b":2}]]'],
    ['a long value, cut', { a: 'x'.repeat(100) }, `[a=${'x'.repeat(59)}…]`],
  ])('writes %s', (_what, instance, name) => {
    expect(nameInstance(instance)).toBe(name);
  });
});

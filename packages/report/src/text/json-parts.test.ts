import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonParts } from './json-parts.ts';

it('gives what JSON.stringify gives, in pieces', () => {
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
      expect([...jsonParts(value)].join('')).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

it('leaves out members that are undefined, at every depth', () => {
  const value = { a: undefined, b: [{ c: [{ d: { e: undefined, f: 1 } }], g: undefined }] };
  expect([...jsonParts(value)].join('')).toBe(JSON.stringify(value, null, 2));
});

it('never holds two tests in one piece', () => {
  const tests = Array.from({ length: 3 }, (_, number) => ({ id: `test-${number}` }));
  const pieces = [...jsonParts({ suites: [{ tests }] })];
  for (const piece of pieces) expect(piece.match(/test-/g)?.length ?? 0).toBeLessThan(2);
});

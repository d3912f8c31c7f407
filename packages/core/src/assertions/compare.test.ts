import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { assignPairs } from './bag-match.ts';
import { canonicalForm, defaultComparison, equalValues, findDifference } from './compare.ts';
import { comparisonOf, compileValidation, createCompiler } from './compile.ts';
import { prettyJson, renderValue } from './render.ts';
import { removeAt } from './remove-at.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('equality', () => {
  it('is reflexive, for copies too', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(findDifference(value, JSON.parse(JSON.stringify(value)) as JsonValue)).toBeUndefined();
      }),
    );
  });

  it('is symmetric, and agrees with the canonical form', () => {
    fc.assert(
      fc.property(json, json, fc.boolean(), fc.boolean(), (a, b, ignoreOrder, caseSensitive) => {
        const comparison = { ...defaultComparison, ignoreOrder, caseSensitive };
        const equal = equalValues(a, b, comparison);
        expect(equalValues(b, a, comparison)).toBe(equal);
        expect(canonicalForm(a, comparison) === canonicalForm(b, comparison)).toBe(equal);
      }),
    );
  });

  it('does not care for the order of an array when it is told so', () => {
    const shuffled = fc
      .array(json)
      .chain((items) =>
        fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
      );
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        expect(equalValues(items, others, { ...defaultComparison, ignoreOrder: true })).toBe(true);
      }),
    );
  });

  it('is bounded by the depth of what the user wrote', () => {
    let deep: JsonValue = 1;
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    expect(equalValues([[1]], deep)).toBe(false);
    expect(equalValues([[1]], deep, { ...defaultComparison, ignoreOrder: true })).toBe(false);
    expect(renderValue(deep).length).toBeLessThan(500);
    expect(prettyJson(deep, 1000)).toBeUndefined();
  });
});

describe('partial match', () => {
  const matches = (template: JsonValue, actual: JsonValue): boolean =>
    createCompiler(comparisonOf({}), '.')
      .part('', (deps) => compileValidation({ type: 'matches', value: template }, deps))
      .verify(actual).length === 0;
  // Templates whose objects could be taken for matcher maps say something else.
  const rename = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(rename);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [`_${key}`, rename(item)]));
  };
  const plain = json.map(rename);

  it('holds for the template itself', () => {
    fc.assert(fc.property(plain, (value) => matches(value, value)));
  });

  it('holds for an object with more members, and not for one with fewer', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((key) => `_${key}`),
          plain,
        ),
        json,
        (template, more) => {
          expect(matches(template, { ...template, more })).toBe(true);
          expect(matches({ ...template, more: { exists: true } }, template)).toBe(false);
        },
      ),
    );
  });
});

describe('assignPairs', () => {
  it('leaves as few unpaired as an exhaustive search does', () => {
    const best = (rows: readonly (readonly boolean[])[], used: ReadonlySet<number>): number => {
      const [first, ...rest] = rows;
      if (first === undefined) return 0;
      const choices = first.flatMap((fits, right) =>
        fits && !used.has(right) ? [1 + best(rest, new Set([...used, right]))] : [],
      );
      return Math.max(best(rest, used), ...choices);
    };
    const matrix = fc
      .integer({ min: 0, max: 4 })
      .chain((size) =>
        fc.array(fc.array(fc.boolean(), { minLength: size, maxLength: size }), { maxLength: 4 }),
      );
    fc.assert(
      fc.property(matrix, (rows) => {
        const unpaired = assignPairs(
          rows.length,
          rows[0]?.length ?? 0,
          (left, right) => rows[left]?.[right] ?? false,
        );
        expect(rows.length - unpaired.length).toBe(best(rows, new Set()));
      }),
    );
  });
});

describe('renderValue', () => {
  it('is short for a value of any size', () => {
    fc.assert(fc.property(json, (value) => renderValue(value, 50).length < 400));
    expect(
      renderValue(
        Array.from({ length: 1_000_000 }, (_, index) => index),
        20,
      ),
    ).toBe('[0, 1, 2, 3, 4, 5, 6, …]');
  });
});

describe('removeAt', () => {
  it('removes members and items, and moves the rest up', () => {
    const value = { a: [1, 2, 3], b: { c: 1, d: 2 } };
    expect(
      removeAt(value, [
        ['a', 0],
        ['a', 2],
        ['b', 'c'],
      ]),
    ).toEqual({ a: [2], b: { d: 2 } });
    expect(removeAt(value, [['b', 'c'], ['b']])).toEqual({ a: [1, 2, 3] });
    expect(removeAt(value, [[]])).toEqual(value);
    expect(value.a).toHaveLength(3);
  });
});

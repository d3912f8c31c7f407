import type { JsonValue } from '../../json.ts';
import { findLengthProblem, hasLength, lengthPhrase, lengthShape } from '../bounds.ts';
import { canonicalForm } from '../compare.ts';
import { createCheck, defineAssertion } from '../define.ts';
import type { Assertion, Check, CompileDeps, Mismatch } from '../define.ts';
import { formatKey, parseKey, selectPath } from '../key.ts';
import { requireNumbers } from '../require-options.ts';
import { count, renderList, renderValue, renderWithType, typeName } from '../render.ts';

const byText = 'Dotted path below each item whose value counts: `id`, `meta.rank`.';

/** Arrays and their items. */
export const arrayAssertions: readonly Assertion[] = [
  defineAssertion({
    name: 'array',
    description: 'An array.',
    options: () => ({}),
    flag: true,
    create: () => arrayCheck('to be an array', () => undefined),
  }),
  defineAssertion({
    name: 'array_length',
    description: 'An array with so many items.',
    options: (zod) => lengthShape(zod, 'items'),
    shorthand: 'exact',
    findProblem: (options) => findLengthProblem('array_length', options),
    create(options, deps) {
      requireNumbers(deps, 'array_length', { ...options });
      return arrayCheck(`to have ${lengthPhrase(options, 'item')}`, (actual) =>
        hasLength(actual.length, options)
          ? undefined
          : { got: `${count(actual.length, 'item')}: ${renderValue(actual, 120)}` },
      );
    },
  }),
  defineAssertion({
    name: 'array_contains',
    description: 'An array with an item that matches the value (partial deep match, matcher maps allowed).',
    options: (_zod, { template }) => ({ value: template.describe('The item, or a template of it.') }),
    shorthand: 'value',
    literal: true,
    create({ value }, deps) {
      const item = deps.compileTemplate(value, deps.comparison);
      return arrayCheck(`to contain an item ${item.phrase}`, (actual) =>
        contains(actual, item) ? undefined : { got: listItems(actual) },
      );
    },
  }),
  defineAssertion({
    name: 'array_contains_all',
    description: 'An array with, for each of the values, an item that matches it.',
    options: (zod, { template }) => ({
      values: zod.array(template).min(1).describe('The items, or templates of them.'),
    }),
    shorthand: 'values',
    create({ values }, deps) {
      const items = values.map((value) => deps.compileTemplate(value, deps.comparison));
      const phrase = `to contain an item for each of ${renderList(values.map((value) => renderValue(value, 60)))}`;
      return arrayCheck(phrase, (actual) => {
        const absent = values.filter((_value, index) => !contains(actual, items[index] as Check));
        if (absent.length === 0) return undefined;
        const list = renderList(absent.map((value) => renderValue(value, 60)));
        return { got: listItems(actual), hint: `nothing for ${list}` };
      });
    },
  }),
  defineAssertion({
    name: 'unique',
    description: 'An array without equal items, or without items that are equal at a path.',
    options: (zod) => ({ by: zod.string().optional().describe(byText) }),
    flag: true,
    shorthand: 'by',
    create({ by }, deps) {
      const read = readerOf(by, deps);
      return arrayCheck(`to have no equal items${by === undefined ? '' : ` by ${by}`}`, (actual) => {
        const seen = new Map<string, number>();
        for (const [index, item] of actual.entries()) {
          const value = read(item);
          if (value === undefined) return { hint: `item ${index} has no ${by}` };
          const form = canonicalForm(value, deps.comparison);
          const first = seen.get(form);
          if (first !== undefined) {
            return { hint: `items ${first} and ${index} are both ${renderValue(value, 80)}` };
          }
          seen.set(form, index);
        }
        return undefined;
      });
    },
  }),
  defineAssertion({
    name: 'sorted',
    description:
      'An array of numbers or of strings in order (strings by code unit); equal neighbours are allowed.',
    options: (zod) => ({
      order: zod.enum(['asc', 'desc']).optional().describe('asc (default) or desc.'),
      by: zod.string().optional().describe(byText),
    }),
    flag: true,
    shorthand: 'order',
    create({ order = 'asc', by }, deps) {
      const read = readerOf(by, deps);
      const words = order === 'asc' ? 'ascending' : 'descending';
      const phrase = `to be sorted in ${words} order${by === undefined ? '' : ` by ${by}`}`;
      return arrayCheck(phrase, (actual) => {
        let previous: number | string | undefined;
        for (const [index, item] of actual.entries()) {
          const value = read(item);
          if (value === undefined) return { hint: `item ${index} has no ${by}` };
          if (typeof value !== 'number' && typeof value !== 'string') {
            return { hint: `item ${index} is ${typeName(value)}, which has no order` };
          }
          if (previous !== undefined && typeof previous !== typeof value) {
            return { hint: `items ${index - 1} and ${index} are of different types` };
          }
          if (previous !== undefined && (order === 'asc' ? previous > value : previous < value)) {
            const pair = `${renderValue(previous, 60)} stands before ${renderValue(value, 60)}`;
            return { hint: `${pair} at item ${index}` };
          }
          previous = value;
        }
        return undefined;
      });
    },
  }),
];

function arrayCheck(phrase: string, verify: (actual: readonly JsonValue[]) => Mismatch | undefined): Check {
  return createCheck(phrase, (actual) =>
    Array.isArray(actual) ? verify(actual as readonly JsonValue[]) : { got: renderWithType(actual) },
  );
}

function contains(actual: readonly JsonValue[], item: Check): boolean {
  return actual.some((value) => item.verify(value).length === 0);
}

function listItems(actual: readonly JsonValue[]): string {
  return actual.length === 0 ? 'an empty array' : `${count(actual.length, 'item')}: ${renderValue(actual)}`;
}

function readerOf(by: string | undefined, deps: CompileDeps): (item: JsonValue) => JsonValue | undefined {
  if (by === undefined) return (item) => item;
  const key = parseKey(by);
  if ('fault' in key) {
    deps.problem(`by: ${key.fault}`);
    return () => undefined;
  }
  if (key.segments.some((segment) => typeof segment === 'object')) {
    deps.problem(`by: ${formatKey(key.segments)} selects more than one value`);
  }
  return (item) => selectPath(key.segments, item)[0]?.value;
}

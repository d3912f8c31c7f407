/** One example of every validation type, for the reference page. A test holds each to what it says. */
import type { JsonValue } from '../../packages/core/src/json.ts';

export interface AssertionExample {
  /** Of the long form, besides `type`. */
  readonly options: Readonly<Record<string, JsonValue>>;
  /** A value that satisfies it; undefined for nothing at all. */
  readonly holds: JsonValue | undefined;
  readonly fails: JsonValue | undefined;
}

/** By the name of the type. */
export const assertionExamples: Readonly<Record<string, AssertionExample>> = {
  exists: { options: {}, holds: null, fails: undefined },
  not_exists: { options: {}, holds: undefined, fails: null },
  equals: { options: { value: { a: 1, b: [2, 3] } }, holds: { b: [2, 3], a: 1 }, fails: { a: 1 } },
  not_equals: { options: { value: 'error' }, holds: 'ok', fails: 'error' },
  one_of: { options: { values: ['sunny', 'rainy'] }, holds: 'rainy', fails: 'Rainy' },
  matches: {
    options: { value: { id: { integer: true }, tags: ['a', { starts_with: 'b' }] } },
    holds: { id: 7, tags: ['a', 'bc'], more: true },
    fails: { id: 7, tags: ['a'] },
  },
  approx: { options: { value: 10, percent: 5 }, holds: 10.4, fails: 10.6 },
  range: { options: { min: 0, max: 100 }, holds: 100, fails: 101 },
  greater_than: { options: { value: 0 }, holds: 0.1, fails: 0 },
  greater_equal: { options: { value: 0 }, holds: 0, fails: -1 },
  less_than: { options: { value: 10 }, holds: 9.9, fails: 10 },
  less_equal: { options: { value: 10 }, holds: 10, fails: 11 },
  numeric: { options: { min_value: 0, decimal_places: 2 }, holds: 9.99, fails: 9.999 },
  integer: { options: {}, holds: 5, fails: '5' },
  regex: { options: { pattern: '^v\\d+\\.\\d+', flags: 'i' }, holds: 'V1.2-beta', fails: 'release v1.2' },
  string_length: { options: { min: 1, max: 3 }, holds: '日本語', fails: '' },
  contains: { options: { value: ['id', 'name'] }, holds: 'name, id', fails: 'id' },
  starts_with: { options: { value: 'Echo:' }, holds: 'Echo: hello', fails: 'echo: hello' },
  ends_with: { options: { value: ' done', case_sensitive: false }, holds: 'All Done', fails: 'undone' },
  format: { options: { format: 'date-time' }, holds: '2026-11-24T10:00:00Z', fails: '2026-11-24 10:00' },
  array: { options: {}, holds: [], fails: {} },
  array_length: { options: { min: 1 }, holds: ['a'], fails: [] },
  array_contains: {
    options: { value: { name: 'echo' } },
    holds: [{ name: 'add' }, { name: 'echo', title: 'Echo' }],
    fails: [{ name: 'add' }],
  },
  array_contains_all: { options: { values: ['b', 'a'] }, holds: ['a', 'b', 'c'], fails: ['a', 'c'] },
  unique: { options: { by: 'id' }, holds: [{ id: 1 }, { id: 2 }], fails: [{ id: 1 }, { id: 1 }] },
  sorted: { options: { order: 'desc' }, holds: [3, 2, 2], fails: [1, 2] },
  object: { options: {}, holds: {}, fails: [] },
  object_keys: {
    options: { keys: ['id', 'name'], strict: true },
    holds: { name: null, id: 1 },
    fails: { id: 1, name: 'a', more: true },
  },
  object_size: { options: { exact: 2 }, holds: { a: 1, b: 2 }, fails: { a: 1 } },
  boolean: { options: {}, holds: false, fails: 'false' },
  null: { options: {}, holds: null, fails: undefined },
  not_null: { options: {}, holds: 0, fails: null },
  schema: {
    options: { schema: { type: 'array', items: { type: 'integer' } } },
    holds: [1, 2],
    fails: [1, 'b'],
  },
  not: {
    options: { validation: { type: 'contains', value: 'error' } },
    holds: 'all fine',
    fails: 'an error',
  },
};

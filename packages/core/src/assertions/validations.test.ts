import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { registry } from './registry.ts';
import { jsonSubject, judge, messagesOf } from './testing/judge.ts';

interface Row {
  readonly validation: { readonly type: string; readonly [option: string]: JsonValue };
  /** Values that satisfy it. */
  readonly holds: readonly JsonValue[];
  /** Values that do not, with the message after `expected value `. */
  readonly misses: readonly (readonly [JsonValue, string])[];
  /** Only for the two that may look at nothing. */
  readonly holdsWhenMissing?: boolean;
}

const rows: readonly Row[] = [
  { validation: { type: 'exists' }, holds: [0, '', null, false, [], {}], misses: [] },
  {
    validation: { type: 'not_exists' },
    holds: [],
    misses: [[1, 'not to exist, got 1']],
    holdsWhenMissing: true,
  },
  {
    validation: { type: 'equals', value: 'Echo' },
    holds: ['Echo'],
    misses: [
      ['Echo ', 'to equal "Echo", got "Echo " (it differs only in white space)'],
      ['echo', 'to equal "Echo", got "echo" (it differs only in case)'],
      ['Echo\n', 'to equal "Echo", got "Echo\\n" (it differs only in a line break at its end)'],
      [null, 'to equal "Echo", got null'],
    ],
  },
  {
    validation: { type: 'equals', value: 5 },
    holds: [5, 5.0],
    misses: [['5', 'to equal 5, got "5" (the same value, but a string instead of a number)']],
  },
  {
    validation: { type: 'equals', value: { a: [1, { b: 2 }] } },
    holds: [{ a: [1, { b: 2 }] }],
    misses: [
      [
        { a: [1, { b: 3 }] },
        'to equal { a: [1, { b: 2 }] }, got { a: [1, { b: 3 }] } (they differ first at .a[1].b: 2 was expected, 3 came)',
      ],
      [
        { a: [1, { b: 2 }], c: 0 },
        'to equal { a: [1, { b: 2 }] }, got { a: [1, { b: 2 }], c: 0 } (.c is not expected at all)',
      ],
      [{}, 'to equal { a: [1, { b: 2 }] }, got {} (.a is missing)'],
    ],
  },
  {
    validation: { type: 'equals', value: [1, 2], ignore_order: true },
    holds: [[2, 1]],
    misses: [[[2, 2], 'to equal [1, 2], got [2, 2]']],
  },
  {
    validation: { type: 'not_equals', value: 1 },
    holds: [2, '1', null],
    misses: [[1, 'not to equal 1, got 1']],
  },
  {
    validation: { type: 'one_of', values: ['a', 1] },
    holds: ['a', 1],
    misses: [
      ['A', 'to be one of "a", 1, got "A" ("a": it differs only in case)'],
      [[], 'to be one of "a", 1, got []'],
    ],
  },
  {
    validation: { type: 'matches', value: { a: 1, b: [{ contains: 'x' }] } },
    holds: [{ a: 1, b: ['axe'], c: true }],
    misses: [['a', 'to match { a: 1, b: [{ contains: "x" }] }, got "a" (a string)']],
  },
  {
    validation: { type: 'matches', value: { a: 1 }, allow_extra_fields: false },
    holds: [{ a: 1 }],
    misses: [],
  },
  {
    validation: { type: 'approx', value: 0.3, tolerance: 0.1 },
    holds: [0.3, 0.2, 0.4],
    misses: [
      [0.41, 'to be within 0.1 of 0.3, got 0.41 (it is off by 0.11)'],
      ['0.3', 'to be within 0.1 of 0.3, got "0.3" (a string) (the number came as a string)'],
    ],
  },
  {
    validation: { type: 'approx', value: -200, percent: 5 },
    holds: [-190, -210],
    misses: [[-211, 'to be within 5 % of -200, got -211 (it is off by 11)']],
  },
  {
    validation: { type: 'range', min: 1, max: 3 },
    holds: [1, 2.5, 3],
    misses: [
      [3.01, 'to be between 1 and 3, got 3.01'],
      [true, 'to be between 1 and 3, got true (a boolean)'],
    ],
  },
  { validation: { type: 'range', min: 1 }, holds: [1, 1e9], misses: [[0, 'to be at least 1, got 0']] },
  {
    validation: { type: 'greater_than', value: 1 },
    holds: [2],
    misses: [
      [1, 'to be greater than 1, got 1'],
      [null, 'to be greater than 1, got null'],
    ],
  },
  {
    validation: { type: 'greater_equal', value: 1 },
    holds: [1],
    misses: [
      [0, 'to be at least 1, got 0'],
      [[], 'to be at least 1, got [] (an array)'],
    ],
  },
  {
    validation: { type: 'less_than', value: 1 },
    holds: [0],
    misses: [
      [1, 'to be less than 1, got 1'],
      ['0', 'to be less than 1, got "0" (a string) (the number came as a string)'],
    ],
  },
  {
    validation: { type: 'less_equal', value: 1 },
    holds: [1],
    misses: [
      [2, 'to be at most 1, got 2'],
      [{}, 'to be at most 1, got {} (an object)'],
    ],
  },
  {
    validation: { type: 'numeric', min_value: 0, max_value: 10, decimal_places: 2 },
    holds: [0, 9.99, 1e-2],
    misses: [
      [
        1.234,
        'to be a number between 0 and 10 with at most 2 decimal places, got 1.234 (it has 3 decimal places)',
      ],
      [
        1e-7,
        'to be a number between 0 and 10 with at most 2 decimal places, got 1e-7 (it has 7 decimal places)',
      ],
      [11, 'to be a number between 0 and 10 with at most 2 decimal places, got 11'],
    ],
  },
  {
    validation: { type: 'numeric' },
    holds: [0, -1.5],
    misses: [['1', 'to be a number, got "1" (a string) (the number came as a string)']],
  },
  {
    validation: { type: 'integer' },
    holds: [0, -3, 5.0, 1e20],
    misses: [
      [1.5, 'to be an integer, got 1.5'],
      ['1', 'to be an integer, got "1" (a string) (the number came as a string)'],
    ],
  },
  {
    validation: { type: 'regex', pattern: '^h.llo$', flags: 'is' },
    holds: ['hello', 'H\nLLO'],
    misses: [
      ['oh hello', 'to match the pattern /^h.llo$/is, got "oh hello"'],
      [5, 'to match the pattern /^h.llo$/is, got 5 (a number)'],
    ],
  },
  {
    validation: { type: 'string_length', min: 1, max: 2 },
    holds: ['a', '😀😀'],
    misses: [
      ['abc', 'to have between 1 and 2 characters, got 3 characters: "abc"'],
      [
        ['a'],
        'to have between 1 and 2 characters, got ["a"] (an array) (this looks at a string; array_contains looks into an array)',
      ],
    ],
  },
  {
    validation: { type: 'contains', value: ['a', 'B'] },
    holds: ['aB'],
    misses: [['ab', 'to contain "a", "B", got "ab" ("B" is not there; it does when case is ignored)']],
  },
  {
    validation: { type: 'contains', value: 'B', case_sensitive: false },
    holds: ['abc', 'B'],
    misses: [['ac', 'to contain "B", got "ac"']],
  },
  {
    validation: { type: 'starts_with', value: 'ab' },
    holds: ['abc'],
    misses: [
      ['Abc', 'to start with "ab", got "Abc" (it does when case is ignored)'],
      [null, 'to start with "ab", got null'],
    ],
  },
  { validation: { type: 'starts_with', value: 'AB', case_sensitive: false }, holds: ['abc'], misses: [] },
  {
    validation: { type: 'ends_with', value: 'bc' },
    holds: ['abc'],
    misses: [['abc ', 'to end with "bc", got "abc " (it does when white space is normalized)']],
  },
  {
    validation: { type: 'format', format: 'uri' },
    holds: ['https://a.example/x?y=%20#z', 'urn:isbn:0451450523', 'file:///tmp'],
    misses: [
      ['/relative', 'to be an absolute URI, got "/relative"'],
      ['http://a b', 'to be an absolute URI, got "http://a b"'],
      ['http://a/%zz', 'to be an absolute URI, got "http://a/%zz"'],
    ],
  },
  {
    validation: { type: 'format', format: 'uuid' },
    holds: ['3F2504E0-4f89-11d3-9a0c-0305e82c3301'],
    misses: [['3f2504e04f8911d39a0c0305e82c3301', 'to be a UUID, got "3f2504e04f8911d39a0c0305e82c3301"']],
  },
  {
    validation: { type: 'format', format: 'date-time' },
    holds: ['2024-02-29T23:59:60Z', '2024-01-01T00:00:00.123+02:00'],
    misses: [
      [
        '2023-02-29T00:00:00Z',
        'to be an RFC 3339 date and time, got "2023-02-29T00:00:00Z" (there is no day 29 in that month)',
      ],
      [
        '2023-13-01T00:00:00Z',
        'to be an RFC 3339 date and time, got "2023-13-01T00:00:00Z" (there is no month 13)',
      ],
      [
        '2023-01-01T24:00:00Z',
        'to be an RFC 3339 date and time, got "2023-01-01T24:00:00Z" (there is no such time of day)',
      ],
      [
        '2023-01-01T00:00:00',
        'to be an RFC 3339 date and time, got "2023-01-01T00:00:00" (it has no time zone)',
      ],
    ],
  },
  {
    validation: { type: 'format', format: 'email' },
    holds: ['a.b+c@example.org'],
    misses: [
      ['a@b@c', 'to be an email address, got "a@b@c"'],
      ['a b@c.d', 'to be an email address, got "a b@c.d"'],
    ],
  },
  {
    validation: { type: 'format', format: 'base64' },
    holds: ['', 'aGVsbG8=', 'AAAA'],
    misses: [
      ['aGVsbG8', 'to be Base64 text, got "aGVsbG8" (its length is no multiple of 4 (padding is missing))'],
      ['a-_b', 'to be Base64 text, got "a-_b" (it is the URL-safe variant)'],
      [1, 'to be Base64 text, got 1 (a number)'],
    ],
  },
  { validation: { type: 'format', format: 'json' }, holds: ['{"a":1}', 'null', '5'], misses: [] },
  { validation: { type: 'array' }, holds: [[], [1]], misses: [[{}, 'to be an array, got {} (an object)']] },
  {
    validation: { type: 'array_length', exact: 2 },
    holds: [[1, 2]],
    misses: [
      [[1], 'to have exactly 2 items, got 1 item: [1]'],
      ['ab', 'to have exactly 2 items, got "ab" (a string)'],
    ],
  },
  {
    validation: { type: 'array_contains', value: { id: 1 } },
    holds: [[{ id: 0 }, { id: 1, name: 'x' }]],
    misses: [
      [[{ id: 2 }], 'to contain an item to match { id: 1 }, got 1 item: [{ id: 2 }]'],
      [[], 'to contain an item to match { id: 1 }, got an empty array'],
    ],
  },
  {
    validation: { type: 'array_contains_all', values: ['a', 'b'] },
    holds: [['b', 'c', 'a']],
    misses: [[['a'], 'to contain an item for each of "a", "b", got 1 item: ["a"] (nothing for "b")']],
  },
  {
    validation: { type: 'unique' },
    holds: [[], [1, '1', { a: 1 }, { a: 2 }]],
    misses: [
      [
        [{ a: 1, b: 2 }, 3, { b: 2, a: 1 }],
        'to have no equal items, got [{ a: 1, b: 2 }, 3, { b: 2, a: 1 }] (items 0 and 2 are both { b: 2, a: 1 })',
      ],
    ],
  },
  {
    validation: { type: 'unique', by: 'm.id' },
    holds: [[{ m: { id: 1 } }, { m: { id: 2 } }]],
    misses: [[[{}], 'to have no equal items by m.id, got [{}] (item 0 has no m.id)']],
  },
  {
    validation: { type: 'sorted' },
    holds: [[], [1, 1, 2], ['a', 'b']],
    misses: [
      [[2, 1], 'to be sorted in ascending order, got [2, 1] (2 stands before 1 at item 1)'],
      [[1, 'a'], 'to be sorted in ascending order, got [1, "a"] (items 0 and 1 are of different types)'],
      [[null], 'to be sorted in ascending order, got [null] (item 0 is null, which has no order)'],
    ],
  },
  {
    validation: { type: 'sorted', order: 'desc', by: 'n' },
    holds: [[{ n: 2 }, { n: 1 }]],
    misses: [
      [
        [{ n: 1 }, { n: 2 }],
        'to be sorted in descending order by n, got [{ n: 1 }, { n: 2 }] (1 stands before 2 at item 1)',
      ],
    ],
  },
  {
    validation: { type: 'object' },
    holds: [{}, { a: 1 }],
    misses: [
      [[], 'to be an object, got [] (an array)'],
      [null, 'to be an object, got null'],
    ],
  },
  {
    validation: { type: 'object_keys', keys: ['name', 'size'] },
    holds: [{ name: 1, size: null, more: 0 }],
    misses: [
      [
        { nmae: 1, size: 2 },
        'to have the members "name", "size", got "nmae", "size" (missing: "name", did you mean "nmae"?)',
      ],
    ],
  },
  {
    validation: { type: 'object_keys', keys: ['a'], strict: true },
    holds: [{ a: 1 }],
    misses: [
      [{ a: 1, b: 2 }, 'to have exactly the members "a", got "a", "b" (not wanted: "b")'],
      [{}, 'to have exactly the members "a", got an empty object (missing: "a")'],
    ],
  },
  {
    validation: { type: 'object_size', min: 1 },
    holds: [{ a: 1 }],
    misses: [
      [{}, 'to have at least 1 member, got an empty object'],
      [[1], 'to have at least 1 member, got [1] (an array)'],
    ],
  },
  {
    validation: { type: 'boolean' },
    holds: [true, false],
    misses: [[0, 'to be a boolean, got 0 (a number)']],
  },
  { validation: { type: 'null' }, holds: [null], misses: [[0, 'to be null, got 0']] },
  { validation: { type: 'not_null' }, holds: [0, '', []], misses: [[null, 'not to be null, got null']] },
  { validation: { type: 'schema', schema: { type: 'integer', minimum: 3 } }, holds: [3], misses: [] },
  {
    validation: { type: 'not', validation: { type: 'contains', value: 'x' } },
    holds: ['a', 5],
    misses: [['axe', 'not to contain "x", got "axe"']],
  },
  {
    validation: { type: 'not', validation: { greater_than: 1, less_than: 5 } },
    holds: [0, 6],
    misses: [[3, 'not to be greater than 1 and to be less than 5, got 3']],
  },
  {
    validation: { type: 'not', validation: { type: 'not_equals', value: 1 } },
    holds: [1],
    misses: [[2, 'to equal 1, got 2']],
  },
  {
    validation: { type: 'not', validation: { type: 'exists' } },
    holds: [],
    misses: [[2, 'not to exist, got 2']],
    holdsWhenMissing: true,
  },
];

describe.each(rows.map((row) => ({ ...row, name: JSON.stringify(row.validation) })))('$name', (row) => {
  const pattern = { key: '$.json.value', validation: row.validation };

  it('holds for the values that satisfy it', async () => {
    for (const value of row.holds) {
      expect(await messagesOf({ patterns: [pattern] }, jsonSubject({ value }))).toEqual([]);
    }
  });

  it('says what was expected and what came', async () => {
    for (const [value, message] of row.misses) {
      const found = await messagesOf({ patterns: [pattern] }, jsonSubject({ value }));
      expect(found).toEqual([`expected $.json.value ${message}`]);
    }
  });

  it(
    row.holdsWhenMissing === true ? 'holds when nothing is there' : 'fails when nothing is there',
    async () => {
      const found = await messagesOf({ patterns: [pattern] }, jsonSubject({ other: 1 }));
      expect(found).toHaveLength(row.holdsWhenMissing === true ? 0 : 1);
      if (row.holdsWhenMissing !== true)
        expect(found[0]).toMatch(/^expected \$\.json\.value .*, but it selects nothing$/);
    },
  );
});

describe('the table', () => {
  it('has a row for every assertion of the registry', () => {
    expect(new Set(rows.map((row) => row.validation.type))).toEqual(new Set(registry.keys()));
  });

  it('holds every type named in the language', () => {
    const named =
      'exists, not_exists, equals, not_equals, one_of, matches, approx, range, greater_than, greater_equal, less_than, less_equal, numeric, integer, regex, string_length, contains, starts_with, ends_with, format, array, array_length, array_contains, array_contains_all, unique, sorted, object, object_keys, object_size, boolean, null, not_null, schema, not';
    expect([...registry.keys()]).toEqual(named.split(', '));
  });
});

describe('messages below a value', () => {
  it('names each member that misses its template', async () => {
    const value = { a: 2, b: ['nothing'], extra: true };
    const template = { a: 1, b: [{ contains: 'x' }], c: { d: 1 }, size: { greater_than: 1 } };
    const validation = { type: 'matches', value: template, allow_extra_fields: false };
    expect(await messagesOf({ patterns: [{ key: 'value', validation }] }, jsonSubject({ value }))).toEqual([
      'expected value.a to equal 1, got 2',
      'expected value.b[0] to contain "x", got "nothing"',
      'expected value.c to match { d: 1 }, but there is no member "c" (there are: a, b, extra)',
      'expected value.size to be greater than 1, but there is no member "size" (there are: a, b, extra)',
      'expected value.extra not to be there, as allow_extra_fields is false, got true',
    ]);
  });

  it('says what a schema says, at the place where it says it', async () => {
    const schema = { properties: { n: { type: 'string' } }, required: ['id'] };
    const failures = await judge({ schema }, jsonSubject({ n: 1 }));
    expect(failures.map(({ key, message }) => [key, message])).toEqual([
      ['json.id', 'json.id is missing (says the schema)'],
      ['json.n', 'json.n must be string, but is number (says the schema)'],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.ts';
import { checkSchemaIsValid, compileSchema } from './compile-schema.ts';
import type { SchemaViolation } from './types.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';

async function violationsOf(schema: JsonValue, value: unknown): Promise<readonly SchemaViolation[]> {
  return (await compileSchema(schema)).validate(value);
}

async function sentencesOf(schema: JsonValue, value: unknown): Promise<string[]> {
  return (await violationsOf(schema, value)).map(({ path, message }) => `${path} ${message}`.trim());
}

/** For tables of schemas without faults: whether each value fits. */
async function fits(schema: JsonValue, value: unknown): Promise<boolean> {
  const { problems, validate } = await compileSchema(schema);
  expect(problems).toEqual([]);
  return validate(value).length === 0;
}

const repeat = <Item>(times: number, create: (index: number) => Item): Item[] =>
  Array.from({ length: times }, (_item, index) => create(index));

/** JSON can have members of any name. */
const proto = (value: JsonValue): JsonObject =>
  JSON.parse(`{"__proto__":${JSON.stringify(value)}}`) as JsonObject;

describe('dialects', () => {
  it.each([
    [undefined, '2020-12'],
    ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
    [draft07, 'draft-07'],
    ['https://json-schema.org/draft-07/schema', 'draft-07'],
    ['http://json-schema.org/draft-06/schema#', 'draft-07'],
  ])('$schema %s is judged as %s', async ($schema, dialect) => {
    const compiled = await compileSchema($schema === undefined ? {} : { $schema });
    expect(compiled).toMatchObject({ dialect, problems: [], usable: true });
  });

  it.each([
    ['http://json-schema.org/draft-04/schema#', 'draft-07'],
    ['https://json-schema.org/draft/2019-09/schema', '2020-12'],
    ['https://example.com/constructor', '2020-12'],
  ])('$schema %s is unknown: it is judged as %s, the nearest, and reported', async ($schema, dialect) => {
    const compiled = await compileSchema({ $schema, type: 'string' });
    expect(compiled).toMatchObject({ dialect, usable: true });
    expect(compiled.problems).toEqual([
      `$schema "${$schema}" is not a known draft; it is judged as ${dialect}`,
    ]);
    expect(compiled.validate('a')).toEqual([]);
  });

  it.each<[string, JsonObject, JsonValue, { 'draft-07': boolean; '2020-12': boolean }]>([
    ['additionalItems', { additionalItems: false }, ['a', 1], { 'draft-07': true, '2020-12': true }],
    ['prefixItems', { prefixItems: [{ type: 'string' }] }, [1], { 'draft-07': true, '2020-12': false }],
    [
      'prefixItems and items',
      { prefixItems: [true], items: false },
      [1],
      { 'draft-07': false, '2020-12': true },
    ],
    ['minContains', { contains: { const: 1 }, minContains: 0 }, [], { 'draft-07': false, '2020-12': true }],
    [
      'maxContains',
      { contains: { const: 1 }, maxContains: 1 },
      [1, 1],
      { 'draft-07': true, '2020-12': false },
    ],
    ['dependencies', { dependencies: { a: ['b'] } }, { a: 1 }, { 'draft-07': false, '2020-12': false }],
    [
      'dependentRequired',
      { dependentRequired: { a: ['b'] } },
      { a: 1 },
      { 'draft-07': true, '2020-12': false },
    ],
    [
      'dependentSchemas',
      { dependentSchemas: { a: false } },
      { a: 1 },
      { 'draft-07': true, '2020-12': false },
    ],
    ['unevaluatedItems', { unevaluatedItems: false }, [1], { 'draft-07': true, '2020-12': false }],
    [
      'unevaluatedProperties',
      { unevaluatedProperties: false },
      { a: 1 },
      { 'draft-07': true, '2020-12': false },
    ],
    [
      'what stands beside $ref',
      { definitions: { any: true }, $ref: '#/definitions/any', type: 'string' },
      1,
      { 'draft-07': true, '2020-12': false },
    ],
  ])('%s', async (_name, schema, value, expected) => {
    expect({
      'draft-07': await fits({ $schema: draft07, ...schema }, value),
      '2020-12': await fits(schema, value),
    }).toEqual(expected);
  });

  it('give tuples their own words', async () => {
    const tuple = { items: [{ type: 'string' }], additionalItems: false };
    expect(await sentencesOf({ $schema: draft07, ...tuple }, ['a', 1])).toEqual([
      '/1 is not allowed by the schema',
    ]);
    expect(await sentencesOf({ $schema: draft07, ...tuple }, [1])).toEqual([
      '/0 must be string, but is number',
    ]);
    expect(await sentencesOf({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])).toEqual([
      '/1 is not allowed by the schema',
    ]);
    expect(await checkSchemaIsValid(tuple)).toEqual([
      'the schema is not valid 2020-12: /items must be object or boolean, but is array',
    ]);
  });
});

describe('violations', () => {
  it.each<[string, JsonValue, JsonValue, string, string]>([
    ['a wrong type', { type: 'string' }, 1, 'type', 'must be string, but is number'],
    ['several types', { type: ['string', 'null'] }, [], 'type', 'must be string or null, but is array'],
    ['a fraction', { type: 'integer' }, 1.5, 'type', 'must be integer, but is number'],
    ['a missing member at its own path', { required: ['a/b'] }, {}, 'required', '/a~1b is missing'],
    [
      'an extra member',
      { additionalProperties: false },
      { x: 1 },
      'additionalProperties',
      '/x is not allowed by the schema',
    ],
    [
      'an unevaluated member',
      { unevaluatedProperties: false },
      { x: 1 },
      'unevaluatedProperties',
      '/x is not allowed by the schema',
    ],
    [
      'a member whose schema is false',
      { properties: { x: false } },
      { x: 1 },
      'properties',
      '/x is not allowed by the schema',
    ],
    ['anything under false', false, 1, 'false schema', 'is not allowed by the schema'],
    ['an enum', { enum: ['a', 1] }, 'b', 'enum', 'must be one of "a", 1, but is "b"'],
    ['a const', { const: 'a' }, 'b', 'const', 'must be "a", but is "b"'],
    ['a bound', { exclusiveMinimum: 1 }, 1, 'exclusiveMinimum', 'must be > 1, but is 1'],
    ['a divisor', { multipleOf: 0.1 }, 0.25, 'multipleOf', 'must be a multiple of 0.1, but is 0.25'],
    [
      'a length in characters',
      { maxLength: 1 },
      '😀😀',
      'maxLength',
      'must have at most 1 character, but has 2',
    ],
    ['a pattern', { pattern: '^a' }, 'b', 'pattern', 'must match the pattern ^a, but is "b"'],
    [
      'a format',
      { format: 'date' },
      '2026-02-30',
      'format',
      'must be in the format "date", but is "2026-02-30"',
    ],
    ['a number of items', { minItems: 2 }, [1], 'minItems', 'must have at least 2 items, but has 1'],
    [
      'equal items',
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      'uniqueItems',
      'must not have two equal items',
    ],
    [
      'what is not contained',
      { contains: { const: 1 } },
      [2, 3],
      'contains',
      'must have at least 1 item under the schema in contains, but has 0',
    ],
    [
      'a number of members',
      { maxProperties: 0 },
      { a: 1 },
      'maxProperties',
      'must have at most 0 members, but has 1',
    ],
    [
      'a name',
      { propertyNames: { pattern: '^a' } },
      { b: 1 },
      'propertyNames',
      '/b has a name that the schema does not allow (must match the pattern ^a, but is "b")',
    ],
    [
      'a dependency',
      { dependentRequired: { a: ['b'] } },
      { a: 1 },
      'dependentRequired',
      'must have the member "b" when "a" is there',
    ],
    [
      'a branch of if',
      { if: { type: 'string' }, then: { minLength: 2 } },
      'a',
      'minLength',
      'must have at least 2 characters, but has 1',
    ],
    ['what must not be', { not: { type: 'string' } }, 'a', 'not', 'must not fit the schema in not'],
    [
      'a union as one violation with its reasons',
      {
        anyOf: [{ type: 'string' }, { $ref: '#/$defs/b' }],
        $defs: { b: { properties: { a: { type: 'number' } } } },
      },
      { a: 'x' },
      'anyOf',
      'matches none of the schemas in anyOf (must be string, but is object; /a must be number, but is string)',
    ],
    [
      'a union of one without any fit',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      1,
      'oneOf',
      'matches none of the schemas in oneOf (must be string, but is number; must be null, but is number)',
    ],
    [
      'too many branches',
      { oneOf: [{ type: 'string' }, true, true] },
      1,
      'oneOf',
      'matches more than one of the schemas in oneOf (those at 1 and 2)',
    ],
  ])('names %s', async (_name, schema, value, keyword, sentence) => {
    const path = /^(?:\/\S+)?/.exec(sentence)![0];
    const message = sentence.slice(path.length).trim();
    expect(await violationsOf(schema, value)).toEqual([{ path, message, keyword }]);
  });

  it('finds all faults of a value, at most 100, and quotes no more than is good to read', async () => {
    const schema = { items: { type: 'string' } };
    expect(await sentencesOf(schema, [1, 'a', 2])).toEqual([
      '/0 must be string, but is number',
      '/2 must be string, but is number',
    ]);
    expect(
      await violationsOf(
        schema,
        repeat(500, () => 0),
      ),
    ).toHaveLength(100);
    const [violation] = await violationsOf(
      { const: 1 },
      { text: 'x'.repeat(1000), list: repeat(1000, () => ({})) },
    );
    expect(violation?.message.length).toBeLessThan(250);
  });
});

describe('a value fits', () => {
  it.each<[string, JsonValue, JsonValue, boolean]>([
    ['true', true, 1, true],
    ['false', false, 1, false],
    ['the empty schema', {}, null, true],
    ['members that it has itself only', { required: ['constructor'] }, {}, false],
    ['members called like those of all objects', { properties: { toString: { type: 'string' } } }, {}, true],
    ['nullable, which means nothing', { type: 'string', nullable: true }, null, false],
    ['a string "id", which is no schema id', { id: 'a', type: 'string' }, 'x', true],
    ['$async, which means nothing', { $async: true, type: 'string' }, 1, false],
    [
      'members called like keywords',
      { properties: { enum: { type: 'string' }, $ref: true } },
      { enum: 1 },
      false,
    ],
    ['a format that nobody knows', { format: 'constructor' }, 'x', true],
    ['decimal fractions that divide', { multipleOf: 0.01 }, 4.35, true],
    ['decimal fractions that do not divide', { multipleOf: 1 }, 1e-10, false],
    ['large numbers that divide', { multipleOf: 0.5 }, 1e308, true],
    ['values that look like schemas', { const: { $ref: '#', id: 1 } }, { $ref: '#', id: 1 }, true],
    ['equality of 1 and 1.0, 0 and -0', { enum: [{ a: [1, 0] }] }, { a: [1.0, -0] }, true],
    ['no equality of false and 0', { enum: [0] }, false, false],
    [
      'unevaluated members of branches that fit',
      { anyOf: [{ properties: { a: true } }, false], unevaluatedProperties: false },
      { a: 1 },
      true,
    ],
    [
      'unevaluated members of branches that fail',
      { anyOf: [{ properties: { a: false } }, true], unevaluatedProperties: false },
      { a: 1 },
      false,
    ],
    [
      'unevaluated members with names of all objects',
      { anyOf: [{ properties: { a: true } }], unevaluatedProperties: false },
      { toString: 1 },
      false,
    ],
    [
      'unevaluated items beside contained ones',
      { contains: { const: 1 }, unevaluatedItems: { const: 2 } },
      [2, 1, 2],
      true,
    ],
    ['contains in every item', { items: { contains: { const: 1 } } }, [[1], []], false],
  ])('%s', async (_name, schema, value, expected) => {
    expect(await fits(schema, value)).toBe(expected);
  });

  it.each<[string, JsonObject, JsonValue, boolean]>([
    ['properties', { properties: proto({ type: 'string' }) }, proto(1), false],
    ['properties', { properties: proto({ type: 'number' }), additionalProperties: false }, proto(1), true],
    ['additionalProperties', { additionalProperties: false }, proto(1), false],
    ['patternProperties', { patternProperties: proto(false) }, proto(1), false],
    ['required', { required: ['__proto__'] }, {}, false],
    ['required', { required: ['__proto__'] }, proto(1), true],
    ['dependentRequired', { dependentRequired: proto(['a']) }, proto(1), false],
    ['dependentSchemas', { dependentSchemas: proto(false) }, proto(1), false],
    [
      'unevaluatedProperties',
      { patternProperties: { '^x': true }, unevaluatedProperties: false },
      proto(1),
      false,
    ],
    ['const', { const: {} }, proto(1), false],
    ['uniqueItems', { uniqueItems: true }, [{}, proto(1)], true],
    ['$ref', { $ref: '#/$defs/__proto__', $defs: proto({ type: 'string' }) }, 1, false],
    ['$anchor', { $ref: '#__proto__', $defs: { a: { $anchor: '__proto__', type: 'string' } } }, 1, false],
    ['$id', { $ref: '__proto__', $defs: { a: { $id: '__proto__', type: 'string' } } }, 1, false],
    ['an unknown keyword', proto({ type: 'string' }), 1, true],
    ['dependencies', { $schema: draft07, dependencies: proto(false) }, proto(1), false],
    ['items of draft-07', { $schema: draft07, items: [{ properties: proto(false) }] }, [proto(1)], false],
  ])('members called __proto__ as any others: %s', async (_name, schema, value, expected) => {
    expect(await fits(schema, value)).toBe(expected);
  });
});

describe('references', () => {
  const $defs = {
    text: { type: 'string' },
    'a/b~c%d"': { type: 'string' },
    anchored: { $anchor: 'here', type: 'string' },
    resource: {
      $id: 'http://example.com/nested/one.json',
      $defs: { inner: { type: 'string' } },
      type: 'string',
    },
    relative: { $id: 'http://example.com/nested/two.json', $ref: 'one.json#/$defs/inner' },
    list: {
      type: ['object', 'null'],
      properties: { next: { $ref: '#/$defs/list' } },
      additionalProperties: false,
    },
  };

  it.each<[string, JsonValue, JsonValue]>([
    ['#/$defs/text', 'a', 1],
    ['#/$defs/a~1b~0c%25d%22', 'a', 1],
    ['#/%24defs/text', 'a', 1],
    ['#here', 'a', 1],
    ['http://example.com/nested/one.json', 'a', 1],
    ['http://example.com/nested/one.json#/$defs/inner', 'a', 1],
    ['http://example.com/nested/two.json', 'a', 1],
    ['#/$defs/resource/$defs/inner', 'a', 1],
    ['#/$defs/list', { next: { next: null } }, { next: { next: 1 } }],
    ['https://json-schema.org/draft/2020-12/schema', { type: 'string' }, { items: { type: 'nothing' } }],
    ['http://json-schema.org/draft-07/schema#', { items: [true] }, { items: { type: 'nothing' } }],
  ])('%s is found in the document', async ($ref, fitting, failing) => {
    expect(await fits({ $ref, $defs }, fitting)).toBe(true);
    expect(await fits({ $ref, $defs }, failing)).toBe(false);
  });

  it.each([
    ['#/$defs/none', '$ref #/$defs/none leads nowhere'],
    ['#/allOf', '$ref #/allOf leads nowhere'],
    ['#/constructor', '$ref #/constructor leads nowhere'],
    ['#/__proto__', '$ref #/__proto__ leads nowhere'],
    ['#nowhere', '$ref #nowhere leads nowhere'],
    ['toString', '$ref toString is not part of the schema, and schemas are never fetched'],
    [
      'https://example.com/x.json',
      '$ref https://example.com/x.json is not part of the schema, and schemas are never fetched',
    ],
    [
      'file:///etc/passwd',
      '$ref file:///etc/passwd is not part of the schema, and schemas are never fetched',
    ],
  ])('%s is not: %s', async ($ref, problem) => {
    const compiled = await compileSchema({ allOf: [{ $ref }] });
    expect(compiled).toMatchObject({ usable: false, problems: [problem] });
    expect(compiled.validate(1)).toEqual([
      { path: '', keyword: 'schema', message: `cannot be checked: ${problem}` },
    ]);
  });

  it('that lead nowhere are no fault where nothing uses them', async () => {
    expect(await checkSchemaIsValid({ $defs: { unused: { $ref: '#/none' } } })).toEqual([]);
  });

  it('that are dynamic lead to the outermost schema of that name', async () => {
    const tree = {
      $id: 'https://example.com/tree',
      $dynamicAnchor: 'node',
      type: 'object',
      properties: { children: { items: { $dynamicRef: '#node' } } },
    };
    const strict = {
      $id: 'https://example.com/strict',
      $dynamicAnchor: 'node',
      $ref: 'tree',
      unevaluatedProperties: false,
      $defs: { tree },
    };
    expect(await fits(tree, { children: [{ childen: [] }] })).toBe(true);
    expect(await fits(strict, { children: [{ children: [] }] })).toBe(true);
    expect(await sentencesOf(strict, { children: [{ childen: [] }] })).toEqual([
      '/children/0/childen is not allowed by the schema',
    ]);
  });

  it('keep schemas with the same $id apart', async () => {
    const $id = 'https://example.com/same';
    expect(await fits({ $id, type: 'string' }, 1)).toBe(false);
    expect(await fits({ $id, type: 'number' }, 1)).toBe(true);
  });
});

describe('the faults of a schema', () => {
  it.each<[string, JsonValue, string]>([
    [
      'a wrong argument',
      { properties: { a: { minLength: -1 } } },
      '/properties/a/minLength must be >= 0, but is -1',
    ],
    ['a wrong type', { properties: { a: 1 } }, '/properties/a must be object or boolean, but is number'],
    ['no schema at all', 'text', 'it must be object or boolean, but is string'],
    ['a wrong pattern', { pattern: '(' }, '/pattern must be in the format "regex", but is "("'],
    ['a list that is empty', { anyOf: [] }, '/anyOf must have at least 1 item, but has 0'],
  ])('%s', async (_name, schema, fault) => {
    for (const [dialect, document] of [
      ['2020-12', schema],
      ['draft-07', typeof schema === 'object' ? { $schema: draft07, ...(schema as JsonObject) } : undefined],
    ] as const) {
      if (document === undefined) continue;
      const compiled = await compileSchema(document);
      const problem = `the schema is not valid ${dialect}: ${fault}`;
      expect(compiled).toMatchObject({ dialect, usable: false, problems: [problem] });
      expect(compiled.validate({})).toEqual([
        { path: '', keyword: 'schema', message: `cannot be checked: ${problem}` },
      ]);
    }
  });
});

describe('schemas that nobody vouches for', () => {
  it('are refused when they are too deep or too large', async () => {
    let deep: JsonValue = {};
    for (let depth = 0; depth < 60; depth += 1) deep = { items: { not: deep } };
    expect(await checkSchemaIsValid(deep)).toEqual(['the schema is nested deeper than 100 levels']);
    expect(await checkSchemaIsValid({ description: 'x'.repeat(1024 * 1024) })).toEqual([
      expect.stringMatching(/^the schema has 1048\d+ characters, more than the limit of 1048576$/),
    ]);
  });

  it.each<[string, JsonValue, () => unknown]>([
    ['references that multiply', { $ref: '#/$defs/d0', $defs: doubling(40) }, () => 1],
    ['a reference to itself', { $ref: '#' }, () => 1],
    [
      'many schemas for many items',
      { items: { allOf: repeat(3000, () => ({ type: 'number' })) } },
      () => repeat(10_000, () => 1),
    ],
    [
      'many looks at a long text',
      { allOf: repeat(3000, () => ({ minLength: 1 })) },
      () => 'x'.repeat(1_000_000),
    ],
    [
      'many looks at many members',
      { allOf: repeat(3000, () => ({ minProperties: 1 })) },
      () => Object.fromEntries(repeat(10_000, (index) => [index, 1])),
    ],
    ['a pattern that is slow to match', { pattern: '(a?){900}a{900}$' }, () => 'a'.repeat(100_000)],
    [
      'a value that is too deep',
      { items: { $ref: '#' } },
      () => repeat(5000, () => 0).reduce<unknown>((inner) => [inner], 1),
    ],
  ])('are stopped, and say so: %s', async (_name, schema, createValue) => {
    const compiled = await compileSchema(schema);
    expect(compiled.problems).toEqual([]);
    const start = performance.now();
    expect(compiled.validate(createValue())).toEqual([
      {
        path: '',
        keyword: 'work-limit',
        message: expect.stringMatching(/^could not be checked: it /) as string,
      },
    ]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it.each<[string, JsonValue, unknown, number]>([
    ['items that differ', { uniqueItems: true }, repeat(50_000, (index) => ({ index })), 0],
    [
      'items of which two are equal',
      { uniqueItems: true },
      [...repeat(50_000, (index) => ({ index })), { index: 7 }],
      1,
    ],
    [
      'items that are all wrong',
      { items: { $ref: '#/$defs/a' }, $defs: { a: { type: 'string' } } },
      repeat(100_000, () => 1),
      100,
    ],
    ['a union with thousands of branches', { anyOf: repeat(5000, (index) => ({ const: index })) }, 'x', 1],
    ['a pattern that blows up backtracking', { pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}!`, 1],
    [
      'such a pattern for names',
      { patternProperties: { '^(a+)+$': false } },
      { [`${'a'.repeat(20_000)}!`]: 1, aa: 1 },
      1,
    ],
    [
      'a list of faults longer than any schema should have',
      { $schema: draft07, type: repeat(50_000, String) },
      1,
      1,
    ],
  ])('cost little: %s', async (_name, schema, value, violations) => {
    const start = performance.now();
    expect(await violationsOf(schema, value)).toHaveLength(violations);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('run nothing', async () => {
    const escape = '*/"\'`\n);globalThis.smuggled=1;/*';
    const compiled = await compileSchema({
      $id: escape,
      $comment: escape,
      title: escape,
      format: escape,
      required: [escape],
      properties: { [escape]: { const: escape, $anchor: 'a' } },
      $defs: { [escape]: {} },
    });
    compiled.validate({ [escape]: 1 });
    expect('smuggled' in globalThis).toBe(false);
  });
});

describe('patterns that linear time cannot decide', () => {
  const [one, other] = [{ pattern: '(?=a)b' }, { pattern: '(?=c)b' }];
  const name = '(?=a)b';

  it('are reported, while all else is checked', async () => {
    const schema = { properties: { a: one, n: { type: 'number' } } };
    expect(await checkSchemaIsValid(schema)).toEqual([
      expect.stringMatching(/^a pattern cannot be checked: \/\(\?=a\)b\/ is not a usable regular expression/),
    ]);
    expect(await sentencesOf(schema, { a: 'x', n: 'x' })).toEqual(['/n must be number, but is string']);
  });

  it.each<[string, JsonValue, JsonValue, 'fits' | 'fails']>([
    ['a pattern', one, 'b', 'fits'],
    ['what fails with it and without it', { allOf: [one, { minLength: 2 }] }, 'b', 'fails'],
    ['not', { not: one }, 'b', 'fits'],
    ['not not', { not: { not: one } }, 'b', 'fits'],
    ['anyOf', { anyOf: [one, { minLength: 2 }] }, 'b', 'fits'],
    ['oneOf where one fits', { oneOf: [one, { const: 'b' }] }, 'b', 'fits'],
    ['oneOf where nothing is known', { oneOf: [one, other] }, 'b', 'fits'],
    ['oneOf where two fit', { oneOf: [one, { const: 'b' }, true] }, 'b', 'fails'],
    ['if, both ways the same', { if: one, then: { type: 'string' }, else: { minLength: 1 } }, 'b', 'fits'],
    ['if, both ways wrong', { if: one, then: false, else: { minLength: 2 } }, 'b', 'fails'],
    ['if, either way', { if: one, then: false }, 'b', 'fits'],
    ['contains too few', { contains: one, minContains: 2 }, ['b'], 'fails'],
    ['contains too many, perhaps', { contains: one, maxContains: 0, minContains: 0 }, ['b'], 'fits'],
    ['a name', { patternProperties: { [name]: false } }, { b: 1 }, 'fits'],
    [
      'additional members',
      { patternProperties: { [name]: true }, additionalProperties: false },
      { b: 1 },
      'fits',
    ],
    [
      'unevaluated members',
      { patternProperties: { [name]: true }, unevaluatedProperties: false },
      { b: 1 },
      'fits',
    ],
    [
      'unevaluated members of a branch',
      { anyOf: [{ ...one, type: 'string' }, { properties: { b: true } }], unevaluatedProperties: false },
      { b: 1 },
      'fits',
    ],
    ['names of members', { propertyNames: one }, { b: 1 }, 'fits'],
  ])(
    'make only that a violation which fails whichever way they go: %s',
    async (_name, schema, value, expected) => {
      expect(await violationsOf(schema, value)).toHaveLength(expected === 'fits' ? 0 : 1);
      expect(await violationsOf({ not: { not: schema } }, value)).toHaveLength(expected === 'fits' ? 0 : 1);
    },
  );
});

describe('the cache', () => {
  it('compiles equal schemas once', async () => {
    const first = await compileSchema({ type: 'string', title: 'cached' });
    expect(await compileSchema({ type: 'string', title: 'cached' })).toBe(first);
    expect(await compileSchema({ type: 'string', title: 'other' })).not.toBe(first);
  });

  it('does not mind what becomes of the object', async () => {
    const schema = { type: 'string', title: 'changing' };
    const { validate } = await compileSchema(schema);
    schema.type = 'number';
    expect(validate(1)).toHaveLength(1);
  });
});

it('never throws, whatever a schema and a value are', async () => {
  const keywords =
    'type $ref items properties pattern allOf $id $defs not enum format $anchor $dynamicRef $dynamicAnchor ' +
    'unevaluatedProperties required __proto__ constructor a';
  const keyword = fc.constantFrom(...keywords.split(' '));
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<JsonValue>('string', '#', '#/$defs/a', '__proto__', '(', 1, -1, null, true, false),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keyword, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, fc.jsonValue(), async (schema, value) => {
      const { validate, problems, usable } = await compileSchema(schema);
      expect(Array.isArray(validate(value))).toBe(true);
      if (!usable) expect(problems).not.toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

/** Definitions each of which refers to the next one twice. */
function doubling(levels: number): JsonObject {
  const twice = (index: number): JsonValue => ({
    allOf: repeat(2, () => ({ $ref: `#/$defs/d${index + 1}` })),
  });
  return {
    ...Object.fromEntries(repeat(levels, (index) => [`d${index}`, twice(index)])),
    [`d${levels}`]: {},
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { checkSchemaIsValid, compileSchema } from './compile-schema.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';

async function violationsOf(schema: JsonValue, value: unknown): Promise<string[]> {
  const compiled = await compileSchema(schema);
  return compiled.validate(value).map(({ path, message }) => `${path} ${message}`.trim());
}

describe('dialects', () => {
  it.each([
    [undefined, '2020-12'],
    ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
    [draft07, 'draft-07'],
    ['https://json-schema.org/draft-07/schema', 'draft-07'],
  ])('$schema %s is judged as %s', async ($schema, dialect) => {
    const compiled = await compileSchema($schema === undefined ? {} : { $schema });
    expect(compiled).toMatchObject({ dialect, problems: [], usable: true });
  });

  it('judges an unknown draft as the nearest and says so', async () => {
    const compiled = await compileSchema({
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'string',
    });
    expect(compiled.dialect).toBe('draft-07');
    expect(compiled.problems).toEqual([
      '$schema "http://json-schema.org/draft-04/schema#" is not a known draft; it is judged as draft-07',
    ]);
    expect(compiled.validate('a')).toEqual([]);
  });

  it('gives tuples the meaning of their draft', async () => {
    const tuple = { items: [{ type: 'string' }], additionalItems: false };
    expect(await violationsOf({ $schema: draft07, ...tuple }, ['a', 1])).toHaveLength(1);
    expect(await violationsOf({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])).toHaveLength(1);
    expect(await checkSchemaIsValid(tuple)).toEqual([expect.stringContaining('/items must be')]);
  });
});

describe('violations', () => {
  it.each<[string, JsonValue, JsonValue, string[]]>([
    ['a wrong type', { type: 'string' }, 1, ['must be string, but is number']],
    ['several types', { type: ['string', 'null'] }, [], ['must be string or null, but is array']],
    ['a missing member at its own path', { required: ['a/b'] }, {}, ['/a~1b is missing']],
    ['an extra member', { additionalProperties: false }, { x: 1 }, ['/x is not allowed by the schema']],
    [
      'an unevaluated member',
      { unevaluatedProperties: false },
      { x: 1 },
      ['/x is not allowed by the schema'],
    ],
    ['a false schema', { properties: { x: false } }, { x: 1 }, ['/x is not allowed by the schema']],
    ['an enum', { enum: ['a', 1] }, 'b', ['must be one of "a", 1, but is "b"']],
    ['a const', { const: 'a' }, 'b', ['must be "a", but is "b"']],
    ['a pattern', { pattern: '^a' }, 'b', ['must match the pattern ^a, but is "b"']],
    ['a format', { format: 'date' }, '2026-02-30', ['must be in the format "date", but is "2026-02-30"']],
    [
      'equal items',
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ['must not have two equal items'],
    ],
    [
      'a dependency',
      { dependentRequired: { a: ['b'] } },
      { a: 1 },
      ['must have the member "b" when "a" is there'],
    ],
    [
      'a branch of if once',
      { if: { type: 'string' }, then: { minLength: 2 } },
      'a',
      ['must NOT have fewer than 2 characters'],
    ],
    [
      'a union as one violation with its reasons',
      { anyOf: [{ type: 'string' }, { properties: { a: { type: 'number' } } }] },
      { a: 'x' },
      [
        'matches none of the schemas in anyOf (must be string, but is object; /a must be number, but is string)',
      ],
    ],
    [
      'too many branches',
      { oneOf: [true, true] },
      1,
      ['matches more than one of the schemas in oneOf (those at 0 and 1)'],
    ],
  ])('names %s', async (_name, schema, value, expected) => {
    expect(await violationsOf(schema, value)).toEqual(expected);
  });

  it('finds all faults of a value, at most 100', async () => {
    const schema = { items: { type: 'string' } };
    expect(await violationsOf(schema, [1, 'a', 2])).toEqual([
      '/0 must be string, but is number',
      '/2 must be string, but is number',
    ]);
    expect(
      await violationsOf(
        schema,
        Array.from({ length: 500 }, () => 0),
      ),
    ).toHaveLength(100);
  });

  it('looks only at own members', async () => {
    expect(await violationsOf({ required: ['constructor'] }, {})).toEqual(['/constructor is missing']);
    expect(await violationsOf({ properties: { toString: { type: 'string' } } }, {})).toEqual([]);
  });

  it.each<[string, JsonValue, JsonValue, boolean]>([
    ['nullable means nothing', { type: 'string', nullable: true }, null, false],
    ['nullable without a type is no fault', { nullable: true }, null, true],
    ['a string "id" is no schema id', { id: 'a', type: 'string' }, 'x', true],
    ['$async means nothing', { $async: true, type: 'string' }, 1, false],
    [
      'members may be called like keywords',
      { properties: { nullable: { type: 'string' }, $async: true } },
      { nullable: 1 },
      false,
    ],
    ['unknown formats are annotations', { format: 'made-up' }, 'x', true],
    ['decimal fractions divide', { multipleOf: 0.01 }, 0.07, true],
    [
      'a schema may refer to itself',
      { properties: { k: { $ref: '#' } }, type: 'object' },
      { k: { k: 1 } },
      false,
    ],
    [
      'the meta-schema is at hand',
      { $ref: 'https://json-schema.org/draft/2020-12/schema' },
      { type: 'nothing' },
      false,
    ],
    [
      'values that look like schemas stay as they are',
      { const: { $ref: '#', id: 1 } },
      { $ref: '#', id: 1 },
      true,
    ],
  ])('%s', async (_name, schema, value, fits) => {
    const compiled = await compileSchema(schema);
    expect(compiled.problems).toEqual([]);
    expect(compiled.validate(value).length === 0).toBe(fits);
  });
});

describe('schemas that nobody vouches for', () => {
  it('says what is wrong with an invalid schema, and calls no value valid under it', async () => {
    const compiled = await compileSchema({ type: 'object', properties: { a: { minLength: -1 } } });
    expect(compiled.usable).toBe(false);
    expect(compiled.problems).toEqual([
      'the schema is not valid 2020-12: /properties/a/minLength must be >= 0',
    ]);
    expect(compiled.validate({})).toEqual([
      {
        path: '',
        keyword: 'schema',
        message: expect.stringContaining('cannot be checked: the schema is not valid'),
      },
    ]);
  });

  it.each([
    [
      'https://example.com/other.json',
      /^.*\$ref https:\/\/example\.com\/other\.json is not part of the schema, and schemas are never fetched$/,
    ],
    ['#/$defs/none', /\$ref #\/\$defs\/none leads nowhere$/],
  ])('never follows $ref %s', async ($ref, problem) => {
    const compiled = await compileSchema({ $ref });
    expect(compiled.usable).toBe(false);
    expect(compiled.problems).toEqual([expect.stringMatching(problem)]);
  });

  it('refuses deep and large schemas', async () => {
    let deep: JsonValue = {};
    for (let depth = 0; depth < 60; depth += 1) deep = { items: { not: deep } };
    expect(await checkSchemaIsValid(deep)).toEqual(['the schema is nested deeper than 100 levels']);
    expect(await checkSchemaIsValid({ description: 'x'.repeat(1024 * 1024) })).toEqual([
      expect.stringMatching(/^the schema has 1048\d+ characters, more than the limit of 1048576$/),
    ]);
  });

  it('takes linear time for patterns', async () => {
    expect(await violationsOf({ pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}!`)).toHaveLength(1);
    const names = { patternProperties: { '^(a+)+$': { type: 'string' } } };
    expect(await violationsOf(names, { [`${'a'.repeat(20_000)}!`]: 1, aa: 1 })).toEqual([
      '/aa must be string, but is number',
    ]);
  });

  it.each([
    'email',
    'uri',
    'uri-reference',
    'uri-template',
    'hostname',
    'ipv6',
    'json-pointer',
    'date-time',
    'url',
  ])('checks the format %s in bounded time', async (format) => {
    for (const text of ['a', 'a.', 'a@', '%61', '/~0', '{a}', ':', '1:', ' ']) {
      const compiled = await compileSchema({ format });
      compiled.validate(`http://${text.repeat(300)}\n`);
      compiled.validate(`${text.repeat(200_000)}\n`);
    }
  });

  it('stops following references that multiply, and says so', async () => {
    const $defs: Record<string, JsonValue> = { d40: { type: 'string' } };
    for (let index = 0; index < 40; index += 1) {
      const next = { $ref: `#/$defs/d${index + 1}` };
      $defs[`d${index}`] = { allOf: [next, next] };
    }
    const compiled = await compileSchema({ $ref: '#/$defs/d0', $defs });
    expect(compiled.problems).toEqual([]);
    expect(compiled.validate('x')).toEqual([expect.objectContaining({ path: '', keyword: 'work-limit' })]);
    const endless = await compileSchema({ $ref: '#' });
    expect(endless.validate(1)).toEqual([expect.objectContaining({ keyword: 'work-limit' })]);
  });

  it('looks for equal items once, not pair by pair', async () => {
    const items = Array.from({ length: 50_000 }, (_item, index) => ({ index }));
    expect(await violationsOf({ uniqueItems: true }, items)).toEqual([]);
    expect(await violationsOf({ uniqueItems: true }, [...items, { index: 7 }])).toHaveLength(1);
  });

  it('runs nothing that a schema id smuggles in', async () => {
    const compiled = await compileSchema({ $id: 'x*/;globalThis.smuggled=1;/*', type: 'string' });
    compiled.validate('a');
    expect('smuggled' in globalThis).toBe(false);
  });
});

describe('patterns that linear time cannot decide', () => {
  const lookahead = '(?=a)b';

  it('are reported and taken as met, while all else is checked', async () => {
    const schema = { properties: { a: { pattern: lookahead }, n: { type: 'number' } } };
    expect(await checkSchemaIsValid(schema)).toEqual([
      expect.stringMatching(/^a pattern cannot be checked: \/\(\?=a\)b\/ is not a usable regular expression/),
    ]);
    expect(await violationsOf(schema, { a: 'x', n: 'x' })).toEqual(['/n must be number, but is string']);
  });

  it('make no violation under not, oneOf or as names of members either', async () => {
    expect(await violationsOf({ not: { pattern: lookahead } }, 'b')).toEqual([]);
    expect(await violationsOf({ oneOf: [{ pattern: lookahead }, { const: 'b' }] }, 'b')).toEqual([]);
    const names = { patternProperties: { [lookahead]: { type: 'string' } }, additionalProperties: false };
    expect(await violationsOf(names, { b: 1 })).toEqual([]);
  });
});

describe('the cache', () => {
  it('compiles equal schemas once', async () => {
    const first = await compileSchema({ type: 'string', title: 'cached' });
    expect(await compileSchema({ type: 'string', title: 'cached' })).toBe(first);
    expect(await compileSchema({ type: 'string', title: 'other' })).not.toBe(first);
  });

  it('keeps schemas with the same $id apart', async () => {
    const $id = 'https://example.com/same';
    expect(await violationsOf({ $id, type: 'string' }, 1)).toHaveLength(1);
    expect(await violationsOf({ $id, type: 'number' }, 1)).toEqual([]);
  });
});

it('never throws, whatever a schema and a value are', async () => {
  const keyword = fc.constantFrom(
    'type',
    '$ref',
    'items',
    'properties',
    'pattern',
    'allOf',
    '$id',
    '$defs',
    'not',
    'enum',
    'format',
    '__proto__',
  );
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<JsonValue>('string', '#', '#/$defs/a', '(', 1, -1, null, true, false),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keyword, fc.constant('a')), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, fc.jsonValue(), async (schema, value) => {
      const { validate, problems, usable } = await compileSchema(schema);
      expect(Array.isArray(validate(value))).toBe(true);
      if (!usable) expect(problems).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});

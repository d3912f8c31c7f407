import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { compileSchema } from '../compile-schema.ts';
import { formatSamples } from './sample-formats.ts';
import { sampleFromSchema } from './sample-from-schema.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const protoSchema =
  '{"anyOf":[{"type":"object","properties":{"__proto__":{"type":"integer"}},"minProperties":1,"additionalProperties":false},{"enum":[0]}]}';
const linkedList = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
      required: ['next'],
    },
  },
};

const repeat = <Item>(times: number, create: (index: number) => Item): Item[] =>
  Array.from({ length: times }, (_item, index) => create(index));

describe('a sample', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['of anything', {}, 'example'],
    ['of any object', { type: 'object' }, {}],
    ['takes the first example that fits', { type: 'string', examples: [1, 'one'], default: 'two' }, 'one'],
    ['takes the default', { type: 'integer', default: 7 }, 7],
    ['takes the const', { const: { a: 1 } }, { a: 1 }],
    ['takes the first of an enum', { enum: ['b', 'a'] }, 'b'],
    [
      'has the required members only',
      { properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['b'] },
      { b: 1 },
    ],
    ['invents required members that have no schema', { type: 'object', required: ['x'] }, { x: 'example' }],
    ['is within bounds', { type: 'integer', exclusiveMinimum: 10, multipleOf: 4 }, 12],
    ['is within narrow bounds', { type: 'number', exclusiveMinimum: 0.2, exclusiveMaximum: 0.21 }, 0.20005],
    ['is negative where it must be', { type: 'integer', maximum: -3 }, -3],
    ['has the least length', { type: 'string', minLength: 10 }, 'exampleexa'],
    ['has the most length', { type: 'string', maxLength: 3 }, 'exa'],
    ['has the format', { type: 'string', format: 'email' }, 'user@example.com'],
    ['fits the pattern', { type: 'string', pattern: '^[a-z]{3}-\\d+$' }, 'aaa-1'],
    ['fits the pattern and the length', { type: 'string', pattern: '^[a-z]+$', minLength: 5 }, 'aaaaa'],
    [
      'trusts a format where the pattern is beyond it',
      { format: 'uuid', pattern: '^(?!x)' },
      formatSamples.get('uuid')?.[0] ?? '',
    ],
    ['is an empty array', { type: 'array', items: { type: 'string' } }, []],
    ['has as many items as it must', { type: 'array', minItems: 2, items: { type: 'integer' } }, [1, 1]],
    [
      'has different items',
      { type: 'array', minItems: 3, uniqueItems: true, items: { type: 'string' } },
      ['example', 'example1', 'example2'],
    ],
    ['contains what it must', { contains: { const: 5 }, items: { type: 'integer' } }, [5]],
    [
      'fills a tuple',
      { prefixItems: [{ type: 'string' }, { type: 'boolean' }], minItems: 2 },
      ['example', true],
    ],
    ['follows references', { $ref: '#/$defs/a%20b', $defs: { 'a b': { const: 1 } } }, 1],
    ['follows anchors', { $ref: '#here', $defs: { x: { $anchor: 'here', const: 2 } } }, 2],
    ['stays small where a schema refers to itself', linkedList, { next: null }],
    ['meets all of allOf', { allOf: [{ required: ['a'] }, { properties: { a: { const: 1 } } }] }, { a: 1 }],
    ['matches one of oneOf only', { oneOf: [{ type: 'number' }, { type: 'integer' }] }, 0.5],
    ['avoids not', { not: { type: 'string' } }, 1],
    [
      'goes with if and then',
      {
        properties: { k: { const: 1 } },
        required: ['k'],
        if: { properties: { k: { const: 1 } } },
        then: { required: ['z'] },
      },
      { k: 1, z: 'example' },
    ],
    [
      'adds what a member entails',
      { required: ['a'], dependentRequired: { a: ['b'] } },
      { a: 'example', b: 'example' },
    ],
    [
      'has as many members as it must',
      { minProperties: 1, properties: { a: { type: 'null' } } },
      { a: null },
    ],
    ['prefers a value to null', { type: ['null', 'string'] }, 'example'],
    [
      'has no members that nothing has evaluated',
      {
        allOf: [{ properties: { a: { type: 'integer' } } }],
        required: ['a'],
        minProperties: 1,
        unevaluatedProperties: false,
      },
      { a: 1 },
    ],
    [
      'does without what stands beside $ref in draft-07',
      { $schema: draft07, $ref: '#/definitions/a', type: 'null', definitions: { a: { const: 1 } } },
      1,
    ],
    [
      'has members called __proto__ as any others',
      JSON.parse(protoSchema) as JsonValue,
      JSON.parse('{"__proto__":1}') as JsonValue,
    ],
  ])('%s', async (_name, schema, value) => {
    expect(sampleFromSchema(schema)).toEqual({ value });
    expect((await compileSchema(schema)).validate(value)).toEqual([]);
  });

  it.each<[JsonValue, RegExp]>([
    [false, /allows no value at all/],
    [{ $ref: 'https://example.com/x' }, /\$ref https:\/\/example\.com\/x is not part of the schema/],
    [{ $ref: '#/$defs/none' }, /is not part of the schema/],
    [{ type: 'object', properties: { k: { $ref: '#' } }, required: ['k'] }, /endless nesting/],
    [{ type: 'string', pattern: '^(?=a)b' }, /no text was found for the pattern/],
    [{ type: 'string', format: 'uuid', maxLength: 3 }, /the format "uuid" has the demanded length/],
    [{ type: 'string', minLength: 1e9 }, /a text of 1000000000 characters is demanded/],
    [{ type: 'array', minItems: 1e9 }, /an array of 1000000000 items is demanded/],
    [
      { type: 'array', items: { enum: [1, 2] }, minItems: 3, uniqueItems: true },
      /3 different items are demanded/,
    ],
    [{ type: 'integer', minimum: 5, maximum: 4 }, /no value was found that meets all/],
  ])('of %j is refused with a reason', (schema, reason) => {
    expect(sampleFromSchema(schema)).toEqual({ value: undefined, reason: expect.stringMatching(reason) });
  });

  it.each([...formatSamples])('of the format %s is valid', async (format, samples) => {
    const { validate } = await compileSchema({ format });
    expect(samples.flatMap((sample) => validate(sample))).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    [
      'choices that multiply',
      {
        type: 'integer',
        allOf: [
          ...repeat(30, (index) => ({ anyOf: [{ minimum: index }, { maximum: -index }] })),
          { not: {} },
        ],
      },
    ],
    ['references that multiply', { anyOf: [{ $ref: '#' }, { allOf: [{ $ref: '#' }, { $ref: '#' }] }] }],
    ['parts without end', { allOf: repeat(20_000, () => ({ minLength: 1 })), not: {} }],
    [
      'members without end',
      { allOf: repeat(20_000, (index) => ({ properties: { [`a${index}`]: true } })), not: {} },
    ],
    [
      'members that entail each other',
      {
        required: ['a0'],
        dependentRequired: Object.fromEntries(repeat(5000, (index) => [`a${index}`, [`a${index + 1}`]])),
        not: {},
      },
    ],
    ['objects to compare', { enum: repeat(10_000, (index) => ({ index })), not: {} }],
    ['anchors to look for', { anyOf: repeat(20_000, () => ({ $ref: '#nowhere' })) }],
    [
      'patterns for names',
      {
        patternProperties: Object.fromEntries(repeat(20_000, (index) => [`^(a|b|c)${index}`, true])),
        minProperties: 500,
      },
    ],
    [
      'long texts to write',
      { anyOf: repeat(5000, () => ({ type: 'string', pattern: '^a{4000}$', maxLength: 10 })) },
    ],
    [
      'a pattern to match',
      { pattern: `^(${'(a*)*|'.repeat(120)}b)*c$`, examples: repeat(3000, () => 'a'.repeat(200)), not: {} },
    ],
  ])('ends soon on schemas made to keep it busy: %s', (_name, schema) => {
    const start = performance.now();
    expect(sampleFromSchema(schema).value).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

function named(members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
}

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
const names = fc.uniqueArray(name, { maxLength: 2 });
const byName = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> =>
  fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
const small = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.constant(null), byName(fc.nat(2)));
const types = fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'object', 'array');
const leaf = fc.oneof(
  named({ type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })), default: small }),
  named({
    type: fc.constantFrom('integer', 'number'),
    minimum: fc.integer({ min: -500, max: 500 }),
    exclusiveMaximum: fc.integer({ min: -50, max: 80 }),
    multipleOf: fc.constantFrom(1, 3, 20, 0.5, 0.01),
  }),
  named({
    type: fc.constant('string'),
    minLength: fc.nat(20),
    maxLength: fc.nat(40),
    format: fc.constantFrom(...formatSamples.keys()),
  }),
  named({
    pattern: fc.constantFrom(
      '^[A-Z]\\w{2,5}$',
      'a.c',
      '^(foo|bar)-?\\d*$',
      '^\\S+@\\S+$',
      '[^a-z]',
      '^[\\s\\S]$',
    ),
    minLength: fc.nat(8),
  }),
  named({ enum: fc.array(small, { minLength: 1, maxLength: 4 }), const: small, examples: fc.array(small) }),
  fc.record({ $ref: fc.constantFrom('#/$defs/one', '#/$defs/two', '#/$defs/__proto__') }),
);
const { schema: anySchema } = fc.letrec<{ schema: JsonValue }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.boolean(),
    named({
      type: fc.constant('object'),
      properties: byName(tie('schema')),
      required: names,
      minProperties: fc.nat(3),
      maxProperties: fc.nat(4),
      additionalProperties: fc.oneof(fc.boolean(), leaf),
      patternProperties: fc.dictionary(fc.constantFrom('^[ab]$', 'o', '__proto__'), leaf, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      propertyNames: leaf,
    }),
    named({
      required: names,
      dependentRequired: byName(names),
      dependentSchemas: byName(tie('schema')),
      unevaluatedProperties: fc.oneof(fc.boolean(), leaf),
    }),
    named({
      type: fc.constant('array'),
      items: tie('schema'),
      minItems: fc.nat(3),
      uniqueItems: fc.boolean(),
      contains: leaf,
      prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      unevaluatedItems: fc.oneof(fc.boolean(), leaf),
    }),
    fc
      .tuple(
        fc.constantFrom('anyOf', 'oneOf', 'allOf'),
        fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
      )
      .map(([keyword, parts]) => ({ [keyword]: parts })),
    named({ not: leaf, if: leaf, then: tie('schema'), else: tie('schema') }),
  ),
}));

it('is valid under its schema whenever there is one, and always the same', async () => {
  const $defs = JSON.parse(`{
    "one": { "type": "object", "properties": { "x": { "$ref": "#/$defs/two" } } },
    "two": { "type": "integer", "minimum": 3 },
    "__proto__": { "enum": [0] }
  }`) as JsonObject;
  let [runs, found] = [0, 0];
  await fc.assert(
    fc.asyncProperty(anySchema, async (part) => {
      const schema = { $defs, allOf: [part] };
      const sample = sampleFromSchema(schema);
      expect(sampleFromSchema(structuredClone(schema))).toEqual(sample);
      runs += 1;
      if (sample.value === undefined) {
        expect(sample.reason).not.toBe('');
        return;
      }
      found += 1;
      const compiled = await compileSchema(schema);
      expect(compiled.problems).toEqual([]);
      expect(compiled.validate(sample.value)).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect(found / runs).toBeGreaterThan(0.5);
});

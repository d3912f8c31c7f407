import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { compileSchema } from '../compile-schema.ts';
import { formatSamples } from './sample-formats.ts';
import { sampleFromSchema } from './sample-from-schema.ts';

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
      formatSamples['uuid']![0]!,
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

  it.each(Object.entries(formatSamples))('of the format %s is valid', async (format, samples) => {
    const { validate } = await compileSchema({ format });
    expect(samples.flatMap((sample) => validate(sample))).toEqual([]);
  });

  it('ends on schemas made to keep it busy', () => {
    const wide = Array.from({ length: 30 }, (_item, index) => ({
      anyOf: [{ minimum: index }, { maximum: -index }],
    }));
    expect(sampleFromSchema({ type: 'integer', allOf: [...wide, { not: {} }] }).value).toBeUndefined();
    const both = { anyOf: [{ $ref: '#' }, { allOf: [{ $ref: '#' }, { $ref: '#' }] }] };
    expect(sampleFromSchema(both).value).toBeUndefined();
    const patterns = {
      pattern: `^(${'(a*)*|'.repeat(120)}b)*c$`,
      examples: Array.from({ length: 3000 }, () => 'a'.repeat(200)),
    };
    sampleFromSchema(patterns);
  });
});

const { schema: anySchema } = fc.letrec<{ schema: JsonValue; leaf: JsonObject }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'object', 'array') }),
    fc.record(
      {
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.integer({ min: -50, max: 50 }),
        exclusiveMaximum: fc.integer({ min: -50, max: 80 }),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({
      type: fc.constant('integer'),
      multipleOf: fc.integer({ min: 1, max: 20 }),
      minimum: fc.integer({ min: -500, max: 500 }),
    }),
    fc.record(
      { type: fc.constant('string'), minLength: fc.nat(20), maxLength: fc.nat(40) },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('string'),
        pattern: fc.constantFrom('^[A-Z]\\w{2,5}$', 'a.c', '^(foo|bar)-?\\d*$', '^\\S+@\\S+$', '[^a-z]'),
        minLength: fc.nat(8),
      },
      { requiredKeys: ['type', 'pattern'] },
    ),
    fc.record({ format: fc.constantFrom(...Object.keys(formatSamples)), type: fc.constant('string') }),
    fc.record({
      enum: fc.uniqueArray(fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.constant(null)), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    fc.record({ $ref: fc.constantFrom('#/$defs/one', '#/$defs/two') }),
  ),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .record(
        {
          properties: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('schema'), {
            maxKeys: 3,
          }),
          required: fc.uniqueArray(fc.constantFrom('a', 'b', 'd'), { maxLength: 2 }),
          minProperties: fc.nat(3),
          additionalProperties: fc.oneof(fc.boolean(), tie('leaf')),
        },
        { requiredKeys: [] },
      )
      .map((keywords) => ({ type: 'object', ...keywords })),
    fc
      .record(
        { items: tie('schema'), minItems: fc.nat(3), uniqueItems: fc.boolean(), contains: tie('leaf') },
        { requiredKeys: [] },
      )
      .map((keywords) => ({ type: 'array', ...keywords })),
    fc
      .tuple(
        fc.constantFrom('anyOf', 'oneOf', 'allOf'),
        fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
      )
      .map(([keyword, parts]) => ({ [keyword]: parts })),
  ),
}));

it('is valid under its schema whenever there is one, and always the same', async () => {
  const $defs = {
    one: { type: 'object', properties: { x: { $ref: '#/$defs/two' } } },
    two: { type: 'integer', minimum: 3 },
  };
  let found = 0;
  await fc.assert(
    fc.asyncProperty(anySchema, async (part) => {
      const schema = { ...(part as JsonObject), $defs };
      const sample = sampleFromSchema(schema);
      expect(sampleFromSchema(structuredClone(schema))).toEqual(sample);
      if (sample.value === undefined) {
        expect(sample.reason).not.toBe('');
        return;
      }
      found += 1;
      const compiled = await compileSchema(schema);
      expect(compiled.problems).toEqual([]);
      expect(compiled.validate(sample.value)).toEqual([]);
    }),
    { numRuns: 600 },
  );
  expect(found).toBeGreaterThan(300);
});

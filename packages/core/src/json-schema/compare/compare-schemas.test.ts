import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { compareSchemas } from './compare-schemas.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const open = (properties: object, required: readonly string[] = []) =>
  ({ type: 'object', properties, required }) as unknown as JsonObject;
const closed = (properties: object, required: readonly string[] = []) =>
  ({ type: 'object', properties, required, additionalProperties: false }) as unknown as JsonValue;
const text = { type: 'string' };
const integer = { type: 'integer' };
const list = (item: object) => ({ $defs: { node: item }, $ref: '#/$defs/node' }) as unknown as JsonValue;
const node = (value: object) => list(open({ value, next: { $ref: '#/$defs/node' } }));
const shapes = (...kinds: object[]) => ({ oneOf: kinds }) as unknown as JsonValue;
const kind = (name: string, more: object = {}, required: readonly string[] = []) =>
  open({ kind: { const: name }, ...more }, ['kind', ...required]);
const deep = (levels: number, leaf: JsonValue): JsonValue =>
  levels === 0 ? leaf : { type: 'array', items: deep(levels - 1, leaf) };

/** Which of the two accepts all that the other does; `?` where it could not be decided. */
function relate(before: JsonValue, after: JsonValue): string {
  const { narrowed, widened } = compareSchemas(before, after);
  const write = (name: string, found: typeof narrowed): string =>
    found.length === 0 ? '' : found.some(({ isCertain }) => isCertain) ? name : `${name}?`;
  return [write('narrower', narrowed), write('wider', widened)].filter(Boolean).join(' ') || 'same';
}

describe('a schema after another is', () => {
  it.each<[string, JsonValue, JsonValue, string]>([
    // Types
    ['the same', text, { type: ['string'] }, 'same'],
    [
      'the same with another description',
      { ...text, description: 'a' },
      { ...text, description: 'b' },
      'same',
    ],
    ['the same as anything', {}, true, 'same'],
    ['of another type', text, integer, 'narrower wider'],
    ['of one type less', { type: ['string', 'null'] }, text, 'narrower'],
    ['of one type more', text, { type: ['string', 'null'] }, 'wider'],
    ['nullable by anyOf', text, { anyOf: [text, { type: 'null' }] }, 'wider'],
    ['nullable in another way', { anyOf: [text, { type: 'null' }] }, { type: ['null', 'string'] }, 'same'],
    ['an integer only', { type: 'number' }, integer, 'narrower'],
    ['any number', integer, { type: 'number' }, 'wider'],
    ['an integer written as a multiple', integer, { type: 'number', multipleOf: 1 }, 'same'],
    ['typed', {}, text, 'narrower'],
    ['closed to all', text, false, 'narrower'],
    ['open to something', false, text, 'wider'],
    // Values
    ['an enum that lost a value', { enum: ['a', 'b'] }, { enum: ['a'] }, 'narrower'],
    ['an enum that won a value', { enum: ['a'] }, { enum: ['b', 'a'] }, 'wider'],
    ['an enum instead of a const', { const: 1 }, { enum: [1] }, 'same'],
    ['free instead of an enum', { enum: ['a', 'b'] }, text, 'wider'],
    ['an enum instead of free', text, { enum: ['a', 'b'] }, 'narrower'],
    ['an enum with values that its type rules out', { ...text, enum: ['a', 1] }, { enum: ['a'] }, 'same'],
    ['an enum within a pattern', { enum: ['a', 'b'] }, { ...text, pattern: '^[a-c]$' }, 'wider'],
    [
      'an enum partly outside of a pattern',
      { enum: ['a', 'z'] },
      { ...text, pattern: '^[a-c]$' },
      'narrower wider',
    ],
    ['a boolean instead of its values', { enum: [true, false] }, { type: 'boolean' }, 'same'],
    ['one boolean', { type: 'boolean' }, { const: true }, 'narrower'],
    ['values of objects in another order', { const: { a: 1, b: 2 } }, { const: { b: 2, a: 1 } }, 'same'],
    // Numbers
    ['of a higher minimum', { ...integer, minimum: 0 }, { ...integer, minimum: 1 }, 'narrower'],
    ['of a lower minimum', { ...integer, minimum: 1 }, { ...integer, minimum: 0 }, 'wider'],
    ['of a new maximum', integer, { ...integer, maximum: 10 }, 'narrower'],
    [
      'of an exclusive bound that says the same',
      { ...integer, exclusiveMinimum: 0 },
      { ...integer, minimum: 1 },
      'same',
    ],
    [
      'of an exclusive bound that says less',
      { type: 'number', minimum: 0 },
      { type: 'number', exclusiveMinimum: 0 },
      'narrower',
    ],
    ['of a finer step', { type: 'number', multipleOf: 0.1 }, { type: 'number', multipleOf: 0.01 }, 'wider'],
    ['of another step', { ...integer, multipleOf: 2 }, { ...integer, multipleOf: 3 }, 'narrower wider'],
    [
      'the few integers that an enum names',
      { ...integer, minimum: 1, maximum: 3 },
      { enum: [1, 2, 3] },
      'same',
    ],
    // Texts
    ['longer at least', text, { ...text, minLength: 1 }, 'narrower'],
    ['shorter at most', { ...text, maxLength: 20 }, { ...text, maxLength: 10 }, 'narrower'],
    ['without a limit', { ...text, maxLength: 20 }, text, 'wider'],
    ['of a new pattern', text, { ...text, pattern: '^[a-z]+$' }, 'narrower'],
    [
      'of a wider pattern, which nobody can tell',
      { ...text, pattern: '^a+$' },
      { ...text, pattern: '^a*$' },
      'narrower? wider',
    ],
    [
      'of another pattern',
      { ...text, pattern: '^[a-z]+$' },
      { ...text, pattern: '^\\d+$' },
      'narrower wider',
    ],
    ['of a new format', text, { ...text, format: 'email' }, 'narrower'],
    [
      'of a format that is in another',
      { ...text, format: 'uri' },
      { ...text, format: 'uri-reference' },
      'wider',
    ],
    ['of a new format that nobody knows', text, { ...text, format: 'moon-phase' }, 'narrower?'],
    ['of a format for other types', integer, { ...integer, format: 'email' }, 'same'],
    // Arrays
    ['of other items', { type: 'array', items: text }, { type: 'array', items: integer }, 'narrower wider'],
    ['of more items at least', { type: 'array' }, { type: 'array', minItems: 1 }, 'narrower'],
    ['of fewer items at most', { type: 'array' }, { type: 'array', maxItems: 5 }, 'narrower'],
    ['of unique items', { type: 'array' }, { type: 'array', uniqueItems: true }, 'narrower'],
    [
      'of unique items where there is one',
      { type: 'array', maxItems: 1 },
      { type: 'array', maxItems: 1, uniqueItems: true },
      'same',
    ],
    [
      'a tuple in two drafts',
      { $schema: draft07, items: [text], additionalItems: false },
      { prefixItems: [text], items: false },
      'same',
    ],
    [
      'a longer tuple',
      { prefixItems: [text], items: false },
      { prefixItems: [text, integer], items: false },
      'wider',
    ],
    ['a list where there was a tuple', { prefixItems: [text, text], items: false }, { items: text }, 'wider'],
    ['one that contains something', { type: 'array' }, { type: 'array', contains: text }, 'narrower'],
    // Objects
    ['with a required member', open({ a: text }), open({ a: text }, ['a']), 'narrower'],
    ['with a member that need not be there', open({ a: text }, ['a']), open({ a: text }), 'wider'],
    ['with a new optional member', open({ a: text }), open({ a: text, b: text }), 'same'],
    ['with a new required member', open({ a: text }), open({ a: text, b: text }, ['b']), 'narrower'],
    ['closed, with a new optional member', closed({ a: text }), closed({ a: text, b: text }), 'wider'],
    ['closed, without a member', closed({ a: text, b: text }), closed({ a: text }), 'narrower'],
    ['open, without a member', open({ a: text, b: text }), open({ a: text }), 'same'],
    [
      'with a member of one type less',
      open({ a: { type: ['string', 'null'] } }),
      open({ a: text }),
      'narrower',
    ],
    ['closed now', open({ a: text }), closed({ a: text }), 'narrower'],
    ['open now', closed({ a: text }), open({ a: text }), 'wider'],
    ['a map of less', { type: 'object' }, { type: 'object', additionalProperties: text }, 'narrower'],
    [
      'a map of more',
      { additionalProperties: integer },
      { additionalProperties: { type: 'number' } },
      'wider',
    ],
    ['described where it was free', { type: 'object' }, open({ a: text }), 'narrower'],
    [
      'with other names by pattern',
      { patternProperties: { '^a': text }, additionalProperties: false },
      { patternProperties: { '^a': text, '^b': text }, additionalProperties: false },
      'wider',
    ],
    ['with fewer members at most', { type: 'object' }, { type: 'object', maxProperties: 3 }, 'narrower'],
    [
      'with names of a form',
      { type: 'object' },
      { type: 'object', propertyNames: { maxLength: 3 } },
      'narrower',
    ],
    [
      'with a member that entails another',
      open({ a: text, b: text }),
      { ...open({ a: text, b: text }), dependentRequired: { a: ['b'] } },
      'narrower',
    ],
    [
      'the same with a member called __proto__',
      JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'),
      JSON.parse('{"properties":{"__proto__":{"type":["string"]}}}'),
      'same',
    ],
    // References
    ['the same by reference', text, { $ref: '#/$defs/t', $defs: { t: text } }, 'same'],
    [
      'the same under definitions',
      { $ref: '#/definitions/t', definitions: { t: text } },
      { $ref: '#/$defs/t', $defs: { t: text } },
      'same',
    ],
    [
      'other where a reference leads',
      { $ref: '#/$defs/t', $defs: { t: text } },
      { $ref: '#/$defs/t', $defs: { t: integer } },
      'narrower wider',
    ],
    ['the same list without end', node(text), node({ type: ['string'] }), 'same'],
    ['a list without end of more', node(text), node({ type: ['string', 'null'] }), 'wider'],
    ['a list without end of less', node({ type: ['string', 'null'] }), node(text), 'narrower'],
    ['a reference to itself', text, { $ref: '#' }, 'narrower? wider?'],
    ['a reference that leads nowhere', text, { $ref: '#/$defs/none' }, 'narrower? wider?'],
    [
      'bound beside a reference',
      { $ref: '#/$defs/t', $defs: { t: text } },
      { $ref: '#/$defs/t', minLength: 2, $defs: { t: text } },
      'narrower',
    ],
    [
      'free beside a reference in draft-07',
      { $schema: draft07, $ref: '#/definitions/t', definitions: { t: text } },
      { $schema: draft07, $ref: '#/definitions/t', minLength: 2, definitions: { t: text } },
      'same',
    ],
    // Combinations
    ['the same by allOf', { ...text, minLength: 2 }, { allOf: [text, { minLength: 2 }] }, 'same'],
    ['narrower by allOf', text, { allOf: [text, { minLength: 2 }] }, 'narrower'],
    ['anyOf with one branch less', { anyOf: [text, integer] }, { anyOf: [integer] }, 'narrower'],
    ['anyOf with its branches turned', { anyOf: [text, integer] }, { anyOf: [integer, text] }, 'same'],
    ['oneOf where nothing fits two branches', { anyOf: [text, integer] }, { oneOf: [integer, text] }, 'same'],
    [
      'oneOf where something does',
      { anyOf: [integer, { type: 'number' }] },
      { oneOf: [integer, { type: 'number' }] },
      'narrower',
    ],
    [
      'a union with a shape more',
      shapes(kind('a'), kind('b')),
      shapes(kind('a'), kind('b'), kind('c')),
      'wider',
    ],
    ['a union with a shape less', shapes(kind('a'), kind('b')), shapes(kind('a')), 'narrower'],
    [
      'a union with a demand in one shape',
      shapes(kind('a', { x: text }), kind('b')),
      shapes(kind('a', { x: text }, ['x']), kind('b')),
      'narrower',
    ],
    ['the same not', { not: text }, { not: text }, 'same'],
    ['without not', { ...text, not: { const: 'x' } }, text, 'wider?'],
    ['with not', text, { ...text, not: { enum: ['unlikely'] } }, 'narrower?'],
    [
      'with if',
      open({ a: text }),
      { ...open({ a: text }), if: { required: ['a'] }, then: { minProperties: 2 } },
      'narrower',
    ],
    [
      'split in a way that only all branches together cover',
      { ...text, minLength: 1 },
      {
        anyOf: [
          { ...text, maxLength: 5 },
          { ...text, minLength: 5 },
        ],
      },
      'narrower? wider',
    ],
    // Unusable
    ['malformed', { ...text, minLength: 'two' }, text, 'wider?'],
    [
      'malformed in the same way',
      { ...text, minLength: 'two', title: 'a' },
      { ...text, minLength: 'two' },
      'same',
    ],
    ['nested too deep to tell', deep(90, text), deep(90, integer), 'narrower? wider?'],
  ])('%s', (_name, before, after, relation) => {
    expect(relate(before, after)).toBe(relation);
  });
});

const many = <Item>(times: number, create: (index: number) => Item): Item[] =>
  Array.from({ length: times }, (_item, index) => create(index));
/** Each definition refers twice to the next: two to the power of as many paths. */
const doubling = (levels: number, leaf: JsonValue): JsonValue => ({
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries([
    ...many(levels, (index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [`d${index}`, { type: 'object', properties: { a: next, b: next } }] as const;
    }),
    [`d${levels}`, leaf],
  ]),
});

describe('schemas made to keep it busy are given up on, which is said:', () => {
  it.each<[string, JsonValue, JsonValue, RegExp]>([
    ['references that double', doubling(40, text), doubling(40, { ...text, title: 'a' }), /too much work/],
    [
      'choices that multiply',
      { allOf: many(20, (index) => ({ anyOf: [{ minLength: index }, { maxLength: index }] })) },
      text,
      /too many ways/,
    ],
    [
      'choices within choices',
      {
        anyOf: many(60, (index) =>
          open({ a: { anyOf: many(60, (at) => open({ x: { const: `${index} ${at}` } })) } }),
        ),
      },
      {
        anyOf: many(60, (index) =>
          open({ a: { anyOf: many(60, (at) => open({ x: { const: `${at} ${index}!` } })) } }),
        ),
      },
      /too much work|alternatives/,
    ],
    ['nesting without end', deep(5000, text), deep(5000, integer), /nested deeper than 100 levels/],
    ['more than a megabyte', { enum: ['a'.repeat(1_100_000)] }, text, /more than the limit/],
  ])('%s', (_name, before, after, reason) => {
    const { narrowed } = compareSchemas(before, after);
    expect(narrowed).not.toEqual([]);
    for (const { isCertain, detail } of narrowed)
      expect([isCertain, detail]).toEqual([false, expect.stringMatching(reason)]);
  });
});

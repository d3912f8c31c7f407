import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { compileSchema } from '../compile-schema.ts';
import { Work } from '../work.ts';
import { compareSchemas } from './compare-schemas.ts';
import { Side } from './side.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const open = (properties: object, required: readonly string[] = []) =>
  ({ type: 'object', properties, required }) as unknown as JsonValue;
const closed = (properties: object, required: readonly string[] = []) =>
  ({ type: 'object', properties, required, additionalProperties: false }) as unknown as JsonValue;
const text = { type: 'string' };
const integer = { type: 'integer' };
const list = (item: object) => ({ $defs: { node: item }, $ref: '#/$defs/node' }) as unknown as JsonValue;
const node = (value: object) => list(open({ value, next: { $ref: '#/$defs/node' } }));
const shapes = (...kinds: object[]) => ({ oneOf: kinds }) as unknown as JsonValue;
const kind = (name: string, more: object = {}, required: readonly string[] = []) =>
  open({ kind: { const: name }, ...more }, ['kind', ...required]) as object;
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
      { ...(open({ a: text, b: text }) as object), dependentRequired: { a: ['b'] } },
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
      { ...(open({ a: text }) as object), if: { required: ['a'] }, then: { minProperties: 2 } },
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
  ]) as JsonObject,
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

const name = fc.constantFrom('a', 'b', 'c');
const names = fc.uniqueArray(name, { maxLength: 2 });
const type = fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'object', 'array');
const small: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  'a',
  'ab',
  '',
  0,
  1,
  2.5,
  -3,
  10,
  true,
  null,
  [],
  [1],
  {},
  { a: 1 },
);
const named = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
const byName = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
const { schema: anySchema } = fc.letrec<{ schema: JsonValue; leaf: JsonValue }>((tie) => ({
  leaf: fc.oneof(
    named({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) }),
    named({
      enum: fc.uniqueArray(small, { minLength: 1, maxLength: 4, selector: (value) => JSON.stringify(value) }),
    }),
    named({ const: small }),
    named({
      type: fc.constantFrom('integer', 'number'),
      minimum: fc.integer({ min: -3, max: 3 }),
      exclusiveMinimum: fc.integer({ min: -3, max: 3 }),
      maximum: fc.integer({ min: 0, max: 10 }),
      exclusiveMaximum: fc.constantFrom(2.5, 4, 11),
      multipleOf: fc.constantFrom(1, 2, 0.5, 3),
    }),
    named({
      type: fc.constant('string'),
      minLength: fc.nat(3),
      maxLength: fc.nat(4),
      pattern: fc.constantFrom('^a', 'b$', '^[a-c]*$'),
      format: fc.constantFrom('date', 'email', 'time', 'iso-time', 'uri', 'uri-reference'),
    }),
    fc.record({ $ref: fc.constantFrom('#/$defs/one', '#/$defs/two', '#') }),
    fc.boolean(),
  ),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    named({
      type: fc.constant('object'),
      properties: byName(tie('schema')),
      required: names,
      minProperties: fc.nat(2),
      maxProperties: fc.nat(3),
      additionalProperties: tie('schema'),
    }),
    named({
      properties: byName(tie('schema')),
      patternProperties: fc.dictionary(fc.constantFrom('^[ab]$', 'b', '^c'), tie('schema'), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: tie('leaf'),
      propertyNames: tie('leaf'),
      dependentRequired: byName(names),
      unevaluatedProperties: tie('leaf'),
    }),
    named({
      type: fc.constant('array'),
      items: tie('schema'),
      prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      minItems: fc.nat(2),
      maxItems: fc.nat(3),
      uniqueItems: fc.boolean(),
      contains: tie('leaf'),
    }),
    fc
      .tuple(
        fc.constantFrom('anyOf', 'oneOf', 'allOf'),
        fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
      )
      .map(([keyword, parts]) => ({ [keyword]: parts })),
    fc
      .tuple(tie('leaf'), tie('schema'))
      .map(([leaf, part]) => ({ ...(isJsonObject(leaf) ? leaf : {}), allOf: [part] })),
    named({ not: tie('leaf'), if: tie('leaf'), then: tie('schema'), else: tie('leaf') }),
  ),
}));
const anyDocument = fc
  .record({ root: anySchema, one: anySchema, two: anySchema, is07: fc.boolean() })
  .map(({ root, one, two, is07 }) => ({
    ...(is07 ? { $schema: draft07 } : {}),
    $defs: { one, two },
    allOf: [root],
  }));
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    small,
    fc.constantFrom('abc', 'b', '2024-01-01', 'https://a.example/', 4, 3, 0.5, false),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ) as fc.Arbitrary<JsonValue>,
}));

/** A document in which a few places were changed, as editing does. */
const edited = fc
  .tuple(anyDocument, fc.array(fc.tuple(fc.nat(), anySchema), { minLength: 1, maxLength: 2 }))
  .map(([before, edits]) => {
    const after = structuredClone(before) as Record<string, unknown>;
    for (const [place, replacement] of edits) edit(after, place, structuredClone(replacement));
    return [before, after as JsonValue] as const;
  });

const maps = new Set(['properties', 'patternProperties', 'dependentRequired', '$ref']);

function edit(root: Record<string, unknown>, place: number, replacement: JsonValue): void {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (!maps.has(key)) places.push([value as Record<string, unknown>, key]);
      visit(member);
    }
  };
  visit(root['allOf']);
  visit(root['$defs']);
  const [parent, key] = places[place % Math.max(1, places.length)] ?? [root, 'unused'];
  const old = parent[key];
  if (typeof old === 'number') parent[key] = Math.max(0, old + (place % 3) - 1);
  else if (typeof old === 'boolean' && key === 'uniqueItems') parent[key] = !old;
  else if (isJsonObject(old) && isJsonObject(replacement) && place % 2 === 0)
    parent[key] = { ...old, ...replacement };
  else if (isJsonObject(old) || typeof old === 'boolean') parent[key] = replacement;
  else if (Array.isArray(parent)) (parent as unknown[]).splice(Number(key), parent.length > 1 ? 1 : 0);
  else delete parent[key];
}

const anyPair = fc.oneof(
  { weight: 4, arbitrary: edited },
  { weight: 1, arbitrary: fc.tuple(anyDocument, anyDocument) },
);

/** The reading of a caller: members that are not described are not sent. */
function close(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(close);
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, part]): [string, JsonValue] =>
    ['enum', 'const', 'required'].includes(key) ? [key, part] : [key, close(part)],
  );
  const isClosed = isJsonObject(schema['properties']) && schema['additionalProperties'] === undefined;
  return Object.fromEntries([...entries, ...(isClosed ? [['additionalProperties', false] as const] : [])]);
}

/** Values to try: those that come from the schema itself, and any others. */
function valuesFor(schema: JsonValue, others: readonly JsonValue[]): readonly JsonValue[] {
  const values = [...others];
  for (const value of new Side(schema, new Work(1_000_000)).samples([schema])) {
    values.push(value);
    if (values.length >= others.length + 15) break;
  }
  return values;
}

describe('the verdict "nothing is refused"', () => {
  const runs = 300;

  it.each(['any', 'described'] as const)('is a proof (members: %s)', async (members) => {
    let [proved, decided, total, tried] = [0, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        anyPair,
        fc.array(anyValue, { minLength: 10, maxLength: 10 }),
        async ([before, after], others) => {
          const { narrowed } = compareSchemas(before, after, { members });
          total += 1;
          if (narrowed.some(({ isCertain }) => isCertain)) decided += 1;
          if (narrowed.length > 0) return;
          proved += 1;
          const read = members === 'any' ? before : close(before);
          const [old, current] = await Promise.all([compileSchema(read), compileSchema(after)]);
          if (!old.usable || !current.usable) return;
          proved += 1;
          for (const value of valuesFor(read, others)) {
            if (old.validate(value).length > 0) continue;
            const violations = current.validate(value);
            // A reference to itself without a step into the value has no verdict at all.
            if (violations.some(({ keyword }) => keyword === 'work-limit')) continue;
            tried += 1;
            expect(violations, JSON.stringify(value)).toEqual([]);
          }
        },
      ),
      { numRuns: runs },
    );
    // Otherwise it would prove nothing.
    expect(proved / total).toBeGreaterThan(0.2);
    expect((proved + decided) / total).toBeGreaterThan(0.6);
    expect(tried).toBeGreaterThan(runs / 2);
  });

  it('is given for a schema and itself, however it is written down', () => {
    fc.assert(
      fc.property(anyDocument, (schema) => {
        expect(compareSchemas(schema, structuredClone(schema))).toEqual({ narrowed: [], widened: [] });
      }),
      { numRuns: 100 },
    );
  });

  it('is never given where an example shows the opposite, and each example is one', async () => {
    let examples = 0;
    await fc.assert(
      fc.asyncProperty(anyPair, async ([before, after]) => {
        for (const { example, pointer } of compareSchemas(before, after, { members: 'any' }).narrowed) {
          if (example === undefined || pointer !== '') continue;
          const [old, current] = await Promise.all([compileSchema(before), compileSchema(after)]);
          if (!old.usable || !current.usable) continue;
          const accepted = old.validate(example);
          if (accepted.some(({ keyword }) => keyword === 'work-limit')) continue;
          examples += 1;
          expect(accepted).toEqual([]);
          expect(current.validate(example)).not.toEqual([]);
        }
      }),
      { numRuns: runs },
    );
    expect(examples).toBeGreaterThan(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { compileSchema } from '../compile-schema.ts';
import { Work } from '../work.ts';
import { compareSchemas } from './compare-schemas.ts';
import { Side } from './side.ts';

const draft07 = 'http://json-schema.org/draft-07/schema#';
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

describe('the verdict "nothing is refused"', { timeout: 120_000 }, () => {
  const runs = 120;

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

  it('is never contradicted for a schema and itself with other words', () => {
    let [total, same] = [0, 0];
    fc.assert(
      fc.property(anyDocument, (schema) => {
        const { narrowed, widened } = compareSchemas(
          schema,
          { ...schema, title: 'other words' },
          { members: 'any' },
        );
        total += 1;
        if (narrowed.length + widened.length === 0) same += 1;
        for (const one of [...narrowed, ...widened]) expect(one).toMatchObject({ isCertain: false });
      }),
      { numRuns: runs },
    );
    expect(same / total).toBeGreaterThan(0.7);
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

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { flattenSchema } from './flatten-schema.ts';
import { arrayCandidates, objectCandidates } from './compound-candidates.ts';
import { numberCandidates, textCandidates } from './scalar-candidates.ts';
import type { SampleSearch } from './search.ts';

/** Values that fit the schema, the most sensible first; none when the search gives up, whose reason then says why. */
export function* findCandidates(
  schema: JsonValue,
  search: SampleSearch,
  depth: number,
): Generator<JsonValue> {
  if (schema === false) search.giveUp('a part of the schema allows no value at all');
  if (schema !== true && !isJsonObject(schema)) return;
  if (!search.enter(depth)) return;
  const object = schema === true ? {} : schema;
  for (const findTypes of [likelyTypes, otherTypes]) {
    for (const flat of flattenSchema(object, search, depth)) {
      for (const value of candidatesOf(flat, findTypes(flat), search, depth)) {
        if (search.accepts(schema, value)) yield value;
      }
    }
  }
}

function* candidatesOf(
  schema: JsonObject,
  types: readonly JsonValue[],
  search: SampleSearch,
  depth: number,
): Generator<JsonValue> {
  const { examples, example, default: fallback, const: only, enum: choices } = schema;
  if (types.length === 0) return;
  if (Array.isArray(examples)) yield* examples as readonly JsonValue[];
  if (example !== undefined) yield example;
  if (fallback !== undefined) yield fallback;
  if (only !== undefined) yield only;
  else if (Array.isArray(choices)) yield* choices as readonly JsonValue[];
  else for (const type of types) yield* candidatesOfType(type, schema, search, depth);
}

function* candidatesOfType(
  type: JsonValue,
  schema: JsonObject,
  search: SampleSearch,
  depth: number,
): Generator<JsonValue> {
  if (type === 'string') yield* textCandidates(schema, search);
  else if (type === 'integer' || type === 'number') yield* numberCandidates(schema, type === 'integer');
  else if (type === 'array') yield* arrayCandidates(schema, search, depth);
  else if (type === 'object') yield* objectCandidates(schema, search, depth);
  else if (type === 'boolean') yield* [true, false];
  else if (type === 'null') yield null;
}

const allTypes = ['string', 'integer', 'object', 'array', 'boolean', 'null'];
const typeHints: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  [
    'object',
    [
      'properties',
      'required',
      'additionalProperties',
      'patternProperties',
      'minProperties',
      'maxProperties',
      'propertyNames',
    ],
  ],
  ['array', ['items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** The types to try first: those that are given, null last, or else those that the keywords speak of. */
function likelyTypes(schema: JsonObject): readonly JsonValue[] {
  const { type } = schema;
  if (type !== undefined) return [type].flat().sort((a, b) => Number(a === 'null') - Number(b === 'null'));
  if (schema['const'] !== undefined || schema['enum'] !== undefined) return allTypes;
  const hinted = typeHints.filter(([, keywords]) =>
    keywords.some((keyword) => schema[keyword] !== undefined),
  );
  return hinted.length === 0 ? allTypes : hinted.map(([name]) => name);
}

/** Without a type any value may do that the keywords do not speak of. */
function otherTypes(schema: JsonObject): readonly JsonValue[] {
  if (schema['type'] !== undefined) return [];
  const likely = likelyTypes(schema);
  return allTypes.filter((type) => !likely.includes(type));
}

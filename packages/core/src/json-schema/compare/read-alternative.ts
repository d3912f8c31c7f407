import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { SchemaDialect } from '../types.ts';
import { anything, meet, typeOf, type Alternative, type OpaqueKeyword } from './alternative.ts';
import type { Side } from './side.ts';
import type { BasicType } from './types.ts';

/** What a keyword says; undefined when its argument is not of the form that the standard asks for. */
type Reader = (argument: JsonValue) => Partial<Alternative> | undefined;

const number =
  (read: (value: number) => Partial<Alternative>): Reader =>
  (argument) =>
    typeof argument === 'number' && !Number.isNaN(argument) ? read(argument) : undefined;

const text =
  (read: (value: string) => Partial<Alternative>): Reader =>
  (argument) =>
    typeof argument === 'string' ? read(argument) : undefined;

const readers: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    type: readTypes,
    enum: (values) => (Array.isArray(values) ? enumerate(values) : undefined),
    const: (value) => enumerate([value]),
    minimum: number((value) => ({ minimum: { value, isExclusive: false } })),
    maximum: number((value) => ({ maximum: { value, isExclusive: false } })),
    exclusiveMinimum: number((value) => ({ minimum: { value, isExclusive: true } })),
    exclusiveMaximum: number((value) => ({ maximum: { value, isExclusive: true } })),
    multipleOf: (value) => (typeof value === 'number' && value > 0 ? { multiples: [value] } : undefined),
    minLength: number((minLength) => ({ minLength })),
    maxLength: number((maxLength) => ({ maxLength })),
    pattern: text((pattern) => ({ patterns: new Set([pattern]) })),
    format: text((format) => ({ formats: new Set([format]) })),
    minItems: number((minItems) => ({ minItems })),
    maxItems: number((maxItems) => ({ maxItems })),
    uniqueItems: (isUnique) => (typeof isUnique === 'boolean' ? { isUnique } : undefined),
    minProperties: number((minMembers) => ({ minMembers })),
    maxProperties: number((maxMembers) => ({ maxMembers })),
    required: (names) => (isTexts(names) ? { required: new Set(names) } : undefined),
  } satisfies Record<string, Reader>),
);

/** Keywords that make one rule together. */
interface Group {
  readonly names: readonly string[];
  readonly read: (schema: JsonObject) => Partial<Alternative> | undefined;
}

const groupsOf: Readonly<Record<SchemaDialect, readonly Group[]>> = {
  'draft-07': [
    { names: ['properties', 'patternProperties', 'additionalProperties'], read: readMembers },
    { names: ['items', 'additionalItems'], read: readItems07 },
  ],
  '2020-12': [
    { names: ['properties', 'patternProperties', 'additionalProperties'], read: readMembers },
    { names: ['prefixItems', 'items'], read: readItems2020 },
  ],
};

/** Keywords that judge and are not taken apart, with the type of values that they judge. */
const opaqueKeywords: Readonly<Record<string, BasicType | undefined>> = {
  $dynamicRef: undefined,
  not: undefined,
  contains: 'array',
  unevaluatedItems: 'array',
  propertyNames: 'object',
  dependencies: 'object',
  dependentRequired: 'object',
  dependentSchemas: 'object',
  unevaluatedProperties: 'object',
};
const only2020 = new Set([
  '$dynamicRef',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** What they mean depends on what stands beside them. */
const companions: Readonly<Record<string, readonly string[]>> = {
  contains: ['contains', 'minContains', 'maxContains'],
  if: ['if', 'then', 'else'],
};

/** What the keywords of a schema say for themselves, without those that bring in other schemas for the same value. */
export function readAlternative(schema: JsonObject, side: Side): Alternative | undefined {
  const dialect = side.dialectOf(schema);
  let result: Alternative | undefined = anything;
  const opaque: OpaqueKeyword[] = [];
  const add = (said: Partial<Alternative> | undefined, keyword: string, names?: readonly string[]): void => {
    if (said === undefined) opaque.push(makeOpaque(keyword, schema, side, names));
    else result &&= meet(result, { ...anything, ...said });
  };
  for (const [keyword, argument] of Object.entries(schema)) {
    side.work.spend(1);
    const read = readers.get(keyword);
    if (read !== undefined) add(read(argument), keyword);
    else if (isOpaque(keyword, schema, dialect)) add(undefined, keyword);
  }
  for (const { names, read } of groupsOf[dialect]) {
    const present = names.find((name) => Object.hasOwn(schema, name));
    if (present !== undefined) add(read(schema), present, names);
  }
  return result === undefined || opaque.length === 0
    ? result
    : { ...result, opaque: [...result.opaque, ...opaque] };
}

/** A keyword as it stands. */
export function makeOpaque(
  keyword: string,
  schema: JsonObject,
  side: Side,
  together?: readonly string[],
): OpaqueKeyword {
  // What nothing else has seen depends on all that is around.
  const isRest = keyword.startsWith('unevaluated');
  const names = isRest ? Object.keys(schema) : (together ?? companions[keyword] ?? [keyword]);
  const part = Object.fromEntries(
    names.filter((name) => Object.hasOwn(schema, name)).map((name) => [name, schema[name]!]),
  );
  const said = side.textOf(part, schema);
  if (said === undefined) return makeIncomparable(keyword);
  return { keyword, text: `${side.dialectOf(schema)} ${keyword} ${said}`, only: opaqueKeywords[keyword] };
}

/** A keyword whose meaning cannot be written down: it equals nothing, not even itself. */
export function makeIncomparable(keyword: string): OpaqueKeyword {
  return { keyword, text: undefined, only: opaqueKeywords[keyword] };
}

function isOpaque(keyword: string, schema: JsonObject, dialect: SchemaDialect): boolean {
  if (keyword === 'if') return Object.hasOwn(schema, 'then') || Object.hasOwn(schema, 'else');
  return Object.hasOwn(opaqueKeywords, keyword) && (dialect === '2020-12' || !only2020.has(keyword));
}

function enumerate(values: readonly JsonValue[]): Partial<Alternative> {
  return { values, types: new Set(values.map(typeOf)) };
}

function readTypes(argument: JsonValue): Partial<Alternative> | undefined {
  const names = Array.isArray(argument) ? (argument as readonly JsonValue[]) : [argument];
  if (!isTexts(names) || names.some((name) => name !== 'integer' && !anything.types.has(name as BasicType)))
    return undefined;
  const types = new Set(names.map((name) => (name === 'integer' ? 'number' : (name as BasicType))));
  return { types, isInteger: types.has('number') && !names.includes('number') };
}

function readMembers(schema: JsonObject): Partial<Alternative> | undefined {
  const { properties, patternProperties, additionalProperties: additional } = schema;
  if (properties !== undefined && !isSchemaMap(properties)) return undefined;
  if (patternProperties !== undefined && !isSchemaMap(patternProperties)) return undefined;
  if (additional !== undefined && !isSchema(additional)) return undefined;
  const isDescribed = properties !== undefined;
  return {
    members: [{ isDescribed, properties: properties ?? {}, patterns: patternProperties ?? {}, additional }],
  };
}

function readItems07({ items = true, additionalItems = true }: JsonObject): Partial<Alternative> | undefined {
  return Array.isArray(items) ? makeItems(items, additionalItems) : makeItems([], items);
}

function readItems2020({ prefixItems = [], items = true }: JsonObject): Partial<Alternative> | undefined {
  return makeItems(prefixItems, items);
}

function makeItems(first: JsonValue, rest: JsonValue): Partial<Alternative> | undefined {
  if (!Array.isArray(first) || !first.every(isSchema) || !isSchema(rest)) return undefined;
  return { items: [{ first, rest }] };
}

function isTexts(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isSchema(value: JsonValue): boolean {
  return typeof value === 'boolean' || isJsonObject(value);
}

function isSchemaMap(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every(isSchema);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { findDuplicate } from '../unique-items.ts';
import { matchPattern } from './match-pattern.ts';
import { resolveReference } from './resolve-pointer.ts';
import type { SampleSearch } from './search.ts';

/** How deep a check follows a value and its schema, whatever the depth of the search. */
const depthLimit = 200;

/**
 * A light check for choosing among samples: every keyword but `format` and the unevaluated ones; a pattern that cannot be
 * told here is taken as met. `compileSchema` is the one that judges servers.
 */
export function acceptsValue(schema: JsonValue, value: JsonValue, search: SampleSearch, depth = 0): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) return true;
  if (!search.enter(depth, depthLimit)) return false;
  const accepts = (part: JsonValue | undefined, member: JsonValue): boolean =>
    part === undefined || acceptsValue(part, member, search, depth + 1);
  return (
    acceptsType(schema, value) &&
    acceptsKnownValues(schema, value) &&
    acceptsCombinations(schema, value, search, accepts) &&
    (typeof value === 'number' ? acceptsNumber(schema, value) : true) &&
    (typeof value === 'string' ? acceptsText(schema, value) : true) &&
    (Array.isArray(value) ? acceptsItems(schema, value, accepts) : true) &&
    (isJsonObject(value) ? acceptsMembers(schema, value, accepts) : true)
  );
}

type Accepts = (part: JsonValue | undefined, value: JsonValue) => boolean;

function acceptsType({ type }: JsonObject, value: JsonValue): boolean {
  if (type === undefined) return true;
  return [type].flat().some((name) => {
    if (name === 'integer') return Number.isInteger(value);
    if (name === 'null') return value === null;
    if (name === 'array') return Array.isArray(value);
    if (name === 'object') return isJsonObject(value);
    return name === typeof value;
  });
}

function acceptsKnownValues(schema: JsonObject, value: JsonValue): boolean {
  const { const: only, enum: choices } = schema;
  if (only !== undefined && !isEqual(only, value)) return false;
  return !Array.isArray(choices) || choices.some((choice: JsonValue) => isEqual(choice, value));
}

function acceptsCombinations(
  schema: JsonObject,
  value: JsonValue,
  search: SampleSearch,
  accepts: Accepts,
): boolean {
  const { $ref, allOf, anyOf, oneOf, not } = schema;
  if (typeof $ref === 'string' && !accepts(resolveReference(search.root, $ref) ?? false, value)) return false;
  if (Array.isArray(allOf) && !allOf.every((part: JsonValue) => accepts(part, value))) return false;
  if (Array.isArray(anyOf) && !anyOf.some((part: JsonValue) => accepts(part, value))) return false;
  if (Array.isArray(oneOf) && oneOf.filter((part: JsonValue) => accepts(part, value)).length !== 1)
    return false;
  if (not !== undefined && accepts(not, value)) return false;
  return (
    schema['if'] === undefined ||
    accepts(accepts(schema['if'], value) ? schema['then'] : schema['else'], value)
  );
}

function acceptsNumber(schema: JsonObject, value: number): boolean {
  const limit = (keyword: string, fallback: number): number => {
    const given = schema[keyword];
    return typeof given === 'number' ? given : fallback;
  };
  if (value < limit('minimum', -Infinity) || value <= limit('exclusiveMinimum', -Infinity)) return false;
  if (value > limit('maximum', Infinity) || value >= limit('exclusiveMaximum', Infinity)) return false;
  const quotient = value / limit('multipleOf', value === 0 ? 1 : value);
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function acceptsText({ minLength, maxLength, pattern }: JsonObject, value: string): boolean {
  if (!isWithin(Array.from(value).length, minLength, maxLength)) return false;
  return typeof pattern !== 'string' || matchPattern(pattern, value) !== false;
}

function acceptsItems(schema: JsonObject, items: readonly JsonValue[], accepts: Accepts): boolean {
  const { contains, minContains } = schema;
  if (!isWithin(items.length, schema['minItems'], schema['maxItems'])) return false;
  if (schema['uniqueItems'] === true && findDuplicate(items) !== undefined) return false;
  const { first, rest } = itemSchemas(schema);
  if (!items.every((item, index) => accepts(index < first.length ? first[index] : rest, item))) return false;
  if (contains === undefined) return true;
  return isWithin(
    items.filter((item) => accepts(contains, item)).length,
    minContains ?? 1,
    schema['maxContains'],
  );
}

/** The schemas of the first items and that of all further ones, in either draft's words. */
export function itemSchemas(schema: JsonObject): {
  first: readonly JsonValue[];
  rest: JsonValue | undefined;
} {
  const { prefixItems, items, additionalItems } = schema;
  if (Array.isArray(items)) return { first: items as readonly JsonValue[], rest: additionalItems };
  return { first: Array.isArray(prefixItems) ? (prefixItems as readonly JsonValue[]) : [], rest: items };
}

function acceptsMembers(schema: JsonObject, value: JsonObject, accepts: Accepts): boolean {
  const names = Object.keys(value);
  if (!isWithin(names.length, schema['minProperties'], schema['maxProperties'])) return false;
  const { required, propertyNames } = schema;
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name)))) return false;
  if (propertyNames !== undefined && !names.every((name) => accepts(propertyNames, name))) return false;
  if (!Object.entries(value).every(([name, member]) => accepts(memberSchema(schema, name), member)))
    return false;
  return dependenciesOf(schema, value).every((part) => accepts(part, value));
}

/** The schema of one member of an object. */
export function memberSchema(schema: JsonObject, name: string): JsonValue {
  const { properties, patternProperties } = schema;
  const found: JsonValue[] = [];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name]!);
  if (isJsonObject(patternProperties)) {
    for (const [pattern, part] of Object.entries(patternProperties)) {
      if (matchPattern(pattern, name) !== false) found.push(part);
    }
  }
  if (found.length > 1) return { allOf: found };
  return found[0] ?? schema['additionalProperties'] ?? true;
}

/** The schemas that hold because certain members are there. */
export function dependenciesOf(schema: JsonObject, value: JsonObject): JsonValue[] {
  const found: JsonValue[] = [];
  for (const keyword of ['dependencies', 'dependentSchemas', 'dependentRequired']) {
    const dependencies = schema[keyword];
    if (!isJsonObject(dependencies)) continue;
    for (const [name, part] of Object.entries(dependencies)) {
      if (Object.hasOwn(value, name)) found.push(Array.isArray(part) ? { required: part } : part);
    }
  }
  return found;
}

function isWithin(size: number, least: JsonValue | undefined, most: JsonValue | undefined): boolean {
  return (
    size >= (typeof least === 'number' ? least : 0) && size <= (typeof most === 'number' ? most : Infinity)
  );
}

function isEqual(left: JsonValue, right: JsonValue): boolean {
  return left === right || (typeof left === typeof right && findDuplicate([left, right]) !== undefined);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { SampleSearch } from './search.ts';

/** The schemas of the first items and that of all further ones, in either draft's words. */
export function itemSchemas(schema: JsonObject): {
  first: readonly JsonValue[];
  rest: JsonValue | undefined;
} {
  const { prefixItems, items, additionalItems, unevaluatedItems } = schema;
  if (Array.isArray(items)) return { first: items as readonly JsonValue[], rest: additionalItems };
  const first = Array.isArray(prefixItems) ? (prefixItems as readonly JsonValue[]) : [];
  return { first, rest: items ?? unevaluatedItems };
}

/** The schema of one member of an object. */
export function memberSchema(schema: JsonObject, name: string, search: SampleSearch): JsonValue {
  const { properties, patternProperties } = schema;
  const found: JsonValue[] = [];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name]!);
  if (isJsonObject(patternProperties)) {
    const entries = Object.entries(patternProperties);
    search.work.spend(entries.length);
    for (const [pattern, part] of entries) {
      if (search.patterns.matches(pattern, name, search.work) !== false) found.push(part);
    }
  }
  if (found.length > 1) return { allOf: found };
  return found[0] ?? otherMembers(schema);
}

/** The schema of the members that nothing else speaks of. */
export function otherMembers(schema: JsonObject): JsonValue {
  return schema['additionalProperties'] ?? schema['unevaluatedProperties'] ?? true;
}

/** The schemas that hold because certain members are there. */
export function dependenciesOf(schema: JsonObject, value: JsonObject, search: SampleSearch): JsonValue[] {
  const found: JsonValue[] = [];
  for (const keyword of ['dependencies', 'dependentSchemas', 'dependentRequired']) {
    const dependencies = schema[keyword];
    if (!isJsonObject(dependencies)) continue;
    const entries = Object.entries(dependencies);
    search.work.spend(entries.length);
    for (const [name, part] of entries) {
      if (Object.hasOwn(value, name)) found.push(Array.isArray(part) ? { required: part } : part);
    }
  }
  return found;
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** One schema that demands what two demand together, as far as keywords can say it; the check at the end sees the rest. */
export function mergeSchemas(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...left };
  for (const [keyword, value] of Object.entries(right)) {
    const existing = left[keyword];
    merged[keyword] = existing === undefined ? value : (mergers[keyword] ?? keepFirst)(existing, value);
  }
  return merged;
}

type Merger = (left: JsonValue, right: JsonValue) => JsonValue;

const keepFirst: Merger = (left) => left;
const smaller: Merger = (left, right) => (Number(right) < Number(left) ? right : left);
const larger: Merger = (left, right) => (Number(right) > Number(left) ? right : left);
const both: Merger = (left, right) => ({ allOf: [left, right] });
const concatenated: Merger = (left, right) => [...asList(left), ...asList(right)];

const membersTogether: Merger = (left, right) => {
  if (!isJsonObject(left) || !isJsonObject(right)) return left;
  const merged: Record<string, JsonValue> = { ...left };
  for (const [name, part] of Object.entries(right)) {
    merged[name] = Object.hasOwn(left, name) ? both(left[name]!, part) : part;
  }
  return merged;
};

const typesInCommon: Merger = (left, right) => {
  const allowed = asList(right);
  return asList(left).flatMap((type) => {
    if (allowed.includes(type)) return [type];
    if (type === 'integer' && allowed.includes('number')) return ['integer'];
    if (type === 'number' && allowed.includes('integer')) return ['integer'];
    return [];
  });
};

const mergers: Readonly<Record<string, Merger>> = {
  type: typesInCommon,
  required: concatenated,
  allOf: concatenated,
  examples: concatenated,
  properties: membersTogether,
  patternProperties: membersTogether,
  dependentSchemas: membersTogether,
  items: both,
  contains: both,
  propertyNames: both,
  additionalProperties: both,
  not: (left, right) => ({ anyOf: [left, right] }),
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  minContains: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  maxContains: smaller,
};

function asList(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Work } from '../work.ts';

/** One schema that demands what two demand together, as far as keywords can say it; the check at the end sees the rest. */
export function mergeSchemas(left: JsonObject, right: JsonObject, work: Work): JsonObject {
  return mergeMembers(left, right, work, (keyword, first, second) =>
    (mergers.get(keyword) ?? keepFirst)(first, second, work),
  );
}

/** Members may have any name, `__proto__` included: only `fromEntries` takes that for one like the others. */
function mergeMembers(
  left: JsonObject,
  right: JsonObject,
  work: Work,
  merge: (name: string, first: JsonValue, second: JsonValue) => JsonValue,
): JsonObject {
  const merged = new Map(Object.entries(left));
  const added = Object.entries(right);
  work.spend(2 * (merged.size + added.length));
  for (const [name, value] of added) {
    const existing = merged.get(name);
    merged.set(name, existing === undefined ? value : merge(name, existing, value));
  }
  return Object.fromEntries(merged);
}

type Merger = (left: JsonValue, right: JsonValue, work: Work) => JsonValue;

const keepFirst: Merger = (left) => left;
const smaller: Merger = (left, right) => (Number(right) < Number(left) ? right : left);
const larger: Merger = (left, right) => (Number(right) > Number(left) ? right : left);
const both: Merger = (left, right) => ({ allOf: [left, right] });

const concatenated: Merger = (left, right, work) => {
  const together = [...asList(left), ...asList(right)];
  work.spend(together.length / 8);
  return together;
};

const membersTogether: Merger = (left, right, work) => {
  if (!isJsonObject(left) || !isJsonObject(right)) return left;
  return mergeMembers(left, right, work, (_name, first, second) => both(first, second, work));
};

const typesInCommon: Merger = (left, right, work) => {
  const allowed = asList(right);
  work.spend((asList(left).length * allowed.length) / 8);
  return asList(left).flatMap((type) => {
    if (allowed.includes(type)) return [type];
    if (type === 'integer' && allowed.includes('number')) return ['integer'];
    if (type === 'number' && allowed.includes('integer')) return ['integer'];
    return [];
  });
};

const mergers: ReadonlyMap<string, Merger> = new Map(
  Object.entries({
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
  }),
);

function asList(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { canonicalText } from '../equal-values.ts';
import { findCandidates } from './find-candidates.ts';
import { flattenSchema } from './flatten-schema.ts';
import { dependenciesOf, itemSchemas, memberSchema, otherMembers } from './member-schemas.ts';
import type { SampleSearch } from './search.ts';

const sizeLimit = 1000;
/** How many further values of one member are tried where the first does not do. */
const variants = 20;
const dependencyRounds = 8;

/** Arrays of the smallest allowed size, then longer ones. */
export function* arrayCandidates(
  schema: JsonObject,
  search: SampleSearch,
  depth: number,
): Generator<JsonValue> {
  const { contains, minContains } = schema;
  const containsCount = contains === undefined ? 0 : countOf(minContains, 1);
  const least = Math.max(countOf(schema['minItems'], 0), containsCount);
  const { first, rest } = itemSchemas(schema);
  for (let length = least; length <= least + variants; length += 1) {
    if (length > sizeLimit) {
      search.giveUp(`an array of ${length} items is demanded`);
      return;
    }
    const pick = schema['uniqueItems'] === true ? pickDifferent(search, depth) : pickFirst(search, depth);
    const items: JsonValue[] = [];
    for (let index = 0; index < length; index += 1) {
      const own = (index < first.length ? first[index] : rest) ?? true;
      const item = pick(contains !== undefined && index < containsCount ? { allOf: [contains, own] } : own);
      if (item === undefined) return;
      items.push(item);
    }
    yield items;
  }
}

type Pick = (part: JsonValue) => JsonValue | undefined;

function pickFirst(search: SampleSearch, depth: number): Pick {
  return (part) => findCandidates(part, search, depth + 1).next().value as JsonValue | undefined;
}

/** Goes on where the same schema was left, so that a thousand different items cost a thousand looks. */
function pickDifferent(search: SampleSearch, depth: number): Pick {
  const running = new Map<JsonValue, Generator<JsonValue>>();
  const taken = new Set<string>();
  return (part) => {
    const candidates = running.get(part) ?? findCandidates(part, search, depth + 1);
    running.set(part, candidates);
    for (let found = candidates.next(); found.done !== true; found = candidates.next()) {
      const key = canonicalText(found.value);
      if (taken.has(key)) continue;
      taken.add(key);
      return found.value;
    }
    if (taken.size > 0) search.giveUp(`${taken.size + 1} different items are demanded`);
    return undefined;
  };
}

/** Objects with only what is required, then with other values of its members, then with optional members. */
export function* objectCandidates(
  schema: JsonObject,
  search: SampleSearch,
  depth: number,
): Generator<JsonValue> {
  const smallest = buildObject(schema, [], search, depth);
  if (smallest === undefined) return;
  yield smallest;
  for (const name of Object.keys(smallest)) {
    let count = 0;
    for (const member of findCandidates(memberSchema(schema, name, search), search, depth + 1)) {
      count += 1;
      if (count > variants) break;
      yield Object.fromEntries([...Object.entries(smallest), [name, member]]);
    }
  }
  for (const name of extraNames(schema, search, depth)) {
    if (Object.hasOwn(smallest, name)) continue;
    const larger = buildObject(schema, [name], search, depth);
    if (larger !== undefined) yield larger;
  }
}

/** The required and the given members, what they entail, and as many others as the smallest size demands. */
function buildObject(
  original: JsonObject,
  given: readonly string[],
  search: SampleSearch,
  depth: number,
): JsonObject | undefined {
  let schema = original;
  const members = new Map<string, JsonValue>();
  for (let round = 0; round < dependencyRounds; round += 1) {
    const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
    for (const name of [...required, ...given]) {
      if (!members.has(name) && !addMember(members, schema, name, search, depth)) return undefined;
    }
    const least = countOf(schema['minProperties'], 0);
    if (least > sizeLimit) search.giveUp(`an object of ${least} members is demanded`);
    else if (members.size < least) {
      for (const name of extraNames(schema, search, depth)) {
        if (members.size >= least) break;
        if (!members.has(name)) addMember(members, schema, name, search, depth);
      }
    }
    const entailed = dependenciesOf(schema, Object.fromEntries(members), search);
    if (entailed.length === 0) break;
    const { dependencies, dependentSchemas, dependentRequired, ...own } = original;
    const kept = Object.fromEntries(
      Object.entries({ dependencies, dependentSchemas, dependentRequired }).filter(
        ([, part]) => part !== undefined,
      ),
    ) as JsonObject;
    const [flat] = flattenSchema({ allOf: [own, ...entailed] }, search, depth);
    if (flat === undefined) return undefined;
    schema = { ...flat, ...kept };
  }
  return Object.fromEntries(members);
}

function addMember(
  members: Map<string, JsonValue>,
  schema: JsonObject,
  name: string,
  search: SampleSearch,
  depth: number,
): boolean {
  const found = findCandidates(memberSchema(schema, name, search), search, depth + 1).next();
  if (found.done === true) return false;
  members.set(name, found.value);
  return true;
}

/** Names of members that may be added: those that the schema knows, then invented ones. */
function* extraNames(schema: JsonObject, search: SampleSearch, depth: number): Generator<string> {
  const { properties, patternProperties, propertyNames } = schema;
  if (isJsonObject(properties)) yield* Object.keys(properties);
  if (isJsonObject(patternProperties))
    for (const pattern of Object.keys(patternProperties))
      yield* search.patterns.samples(pattern, 0, search.work);
  if (otherMembers(schema) === false) return;
  for (const name of findCandidates(propertyNames ?? { type: 'string' }, search, depth + 1)) {
    if (typeof name === 'string') yield name;
  }
}

function countOf(value: JsonValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

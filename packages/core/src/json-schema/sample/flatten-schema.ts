import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { mergeSchemas } from './merge-schemas.ts';
import type { SampleSearch } from './search.ts';

/** The schemas without `$ref`, `allOf`, `anyOf`, `oneOf` and `if` that this one can be met by, in the order they are written. */
export function* flattenSchema(
  schema: JsonObject,
  search: SampleSearch,
  depth: number,
): Generator<JsonObject> {
  if (!search.enter(depth)) return;
  const {
    $ref,
    $dynamicRef,
    allOf,
    anyOf,
    oneOf,
    if: condition,
    then: consequence,
    else: otherwise,
    ...own
  } = search.isOnlyReference(schema) ? ({ $ref: schema['$ref'] } as JsonObject) : schema;
  const choices: (readonly JsonValue[])[] = [];
  for (const reference of [$ref, $dynamicRef]) {
    if (typeof reference !== 'string') continue;
    const target = search.resolve(reference, schema);
    if (target === undefined) {
      search.giveUp(`$ref ${reference} is not part of the schema`);
      return;
    }
    choices.push([target]);
  }
  if (Array.isArray(allOf)) for (const part of allOf as readonly JsonValue[]) choices.push([part]);
  if (Array.isArray(anyOf)) choices.push(anyOf as readonly JsonValue[]);
  if (Array.isArray(oneOf)) choices.push(oneOf as readonly JsonValue[]);
  if (condition !== undefined) choices.push([otherwise ?? true, { allOf: [condition, consequence ?? true] }]);
  yield* combine(own, choices, 0, search, depth);
}

/** Meets one schema of each group of choices, from an index on. */
function* combine(
  base: JsonObject,
  choices: readonly (readonly JsonValue[])[],
  index: number,
  search: SampleSearch,
  depth: number,
): Generator<JsonObject> {
  if (index === choices.length) {
    yield base;
    return;
  }
  for (const part of choices[index]!) {
    if (part === true) yield* combine(base, choices, index + 1, search, depth);
    if (!isJsonObject(part)) continue;
    for (const flat of flattenSchema(part, search, depth + 1)) {
      yield* combine(mergeSchemas(base, flat, search.work), choices, index + 1, search, depth);
    }
  }
}

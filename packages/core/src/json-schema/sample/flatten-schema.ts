import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { mergeSchemas } from './merge-schemas.ts';
import { resolveReference } from './resolve-pointer.ts';
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
  } = schema;
  const choices: (readonly JsonValue[])[] = [];
  for (const reference of [$ref, $dynamicRef]) {
    if (typeof reference !== 'string') continue;
    const target = resolveReference(search.root, reference);
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
  yield* combine(own, choices, search, depth);
}

function* combine(
  base: JsonObject,
  [first, ...others]: readonly (readonly JsonValue[])[],
  search: SampleSearch,
  depth: number,
): Generator<JsonObject> {
  if (first === undefined) {
    yield base;
    return;
  }
  for (const part of first) {
    if (part === true) yield* combine(base, others, search, depth);
    if (!isJsonObject(part)) continue;
    for (const flat of flattenSchema(part, search, depth + 1)) {
      yield* combine(mergeSchemas(base, flat), others, search, depth);
    }
  }
}

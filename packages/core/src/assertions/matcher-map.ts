import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Assertion, MatcherMap, Validation } from './define.ts';

/** Assertions by name. */
export type Registry = ReadonlyMap<string, Assertion>;

/** An object that has members, all of which are names of assertions. */
export function isMatcherMap(value: JsonValue | undefined, registry: Registry): value is MatcherMap {
  if (!isJsonObject(value)) return false;
  let any = false;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (!registry.has(key)) return false;
    any = true;
  }
  return any;
}

/** The validations that a matcher map stands for. */
export function expandMatcherMap(map: MatcherMap, registry: Registry): readonly Validation[] {
  return Object.entries(map).map(([name, value]) => expandMatcher(name, value, registry));
}

function expandMatcher(name: string, value: JsonValue, registry: Registry): Validation {
  const assertion = registry.get(name);
  if (assertion === undefined) return { type: name };
  if (assertion.literal && assertion.shorthand !== undefined)
    return { type: name, [assertion.shorthand]: value };
  if (value === true && assertion.flag) return { type: name };
  if (value === false && assertion.negation !== undefined) return { type: assertion.negation };
  if (isJsonObject(value)) return { ...value, type: name };
  return { type: name, [assertion.shorthand ?? 'value']: value };
}

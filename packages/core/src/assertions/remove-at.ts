import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';

type Location = readonly (string | number)[];

/** A copy without the values at these locations; the items after a removed one move up. The root is never removed. */
export function removeAt(value: JsonValue, locations: readonly Location[]): JsonValue {
  if (locations.length === 0) return value;
  const below = new Map<string | number, Location[] | 'removed'>();
  for (const [first, ...rest] of locations) {
    if (first === undefined) continue;
    const known = below.get(first);
    if (rest.length === 0) below.set(first, 'removed');
    else if (known === undefined) below.set(first, [rest]);
    else if (known !== 'removed') known.push(rest);
  }
  const keep = (step: string | number, item: JsonValue): readonly JsonValue[] => {
    const inside = below.get(step);
    if (inside === 'removed') return [];
    return [inside === undefined ? item : removeAt(item, inside)];
  };
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((item, index) => keep(index, item));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => keep(key, item).map((kept) => [key, kept] as const)),
  );
}

import { isJsonObject, type JsonValue } from '../../json.ts';

/** What a local reference (`#`, `#/$defs/name`, `#anchor`) stands for, or undefined. */
export function resolveReference(root: JsonValue, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let fragment;
  try {
    fragment = decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
  if (fragment !== '' && !fragment.startsWith('/')) return findAnchor(root, fragment, 0);
  let value: JsonValue | undefined = root;
  for (const step of fragment.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[name];
  }
  return value;
}

function findAnchor(value: JsonValue, anchor: string, depth: number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || depth > 100) return undefined;
  if (
    isJsonObject(value) &&
    (value['$anchor'] === anchor || value['$dynamicAnchor'] === anchor || value['$id'] === `#${anchor}`)
  ) {
    return value;
  }
  for (const member of Object.values(value)) {
    const found = findAnchor(member, anchor, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

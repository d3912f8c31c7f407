import { isJsonObject, type JsonValue } from '../json.ts';
import type { Work } from './work.ts';

/** Equality of JSON values: members in any order, 1.0 as 1, -0 as 0. */
export function areEqual(left: JsonValue, right: JsonValue, work: Work): boolean {
  work.spend(1);
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item: JsonValue, index) => areEqual(item, right[index] as JsonValue, work))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && areEqual(left[name]!, right[name]!, work))
  );
}

/** Whether two items are equal, in the time that writing the items down takes. */
export function hasEqualItems(items: readonly JsonValue[], work: Work): boolean {
  const seen = new Set<JsonValue>();
  const seenCompounds = new Set<string>();
  const isNew = <Item>(item: Item, known: Set<Item>): boolean => known.size < known.add(item).size;
  return items.some((item) => {
    if (typeof item !== 'object' || item === null) {
      work.spend(1);
      return !isNew(item, seen);
    }
    const text = canonicalText(item);
    work.spend(5 + text.length / 16);
    return !isNew(text, seenCompounds);
  });
}

/** The same text exactly for values that are equal. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    // JSON can say 1e999, which would be written as null.
    if (typeof member === 'number' && !Number.isFinite(member)) return { number: String(member) };
    if (!isJsonObject(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The first item that equals an earlier one, by index; in the time that writing the items down takes. */
export function findDuplicate(items: readonly unknown[]): { first: number; second: number } | undefined {
  const seen = new Map<string, number>();
  for (const [second, item] of items.entries()) {
    const key = canonicalText(item);
    const first = seen.get(key);
    if (first !== undefined) return { first, second };
    seen.set(key, second);
  }
  return undefined;
}

/** The same text exactly for values that are equal as JSON: members in any order, 1.0 as 1, -0 as 0. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

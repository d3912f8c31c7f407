import type { JsonValue } from '../json.ts';

/** Largest schema that is looked at, in characters of JSON. */
const limitCharacters = 1024 * 1024;
/** Deepest nesting of a schema that is looked at. */
const limitLevels = 100;

/** The reason why a schema is not even looked at, or undefined. */
export function whyTooLarge(schema: JsonValue): string | undefined {
  if (isDeeperThan(schema, limitLevels)) return `the schema is nested deeper than ${limitLevels} levels`;
  const { length } = JSON.stringify(schema);
  return length > limitCharacters
    ? `the schema has ${length} characters, more than the limit of ${limitCharacters}`
    : undefined;
}

function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member: JsonValue) => isDeeperThan(member, levels - 1));
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { chooseDialect } from './dialect.ts';
import { schemaMapKeywords, valueKeywords } from './keywords.ts';
import type { SchemaDialect } from './types.ts';

/** Largest schema that is compiled, in characters of JSON. */
export const schemaLimitCharacters = 1024 * 1024;
/** Deepest nesting of a schema that is compiled. */
export const schemaLimitDepth = 100;

/** Counts a step of work wherever a schema refers to another one: only references can make validation explode. */
export const stepKeyword = 'x-mcp-test-harness-step';

/** A copy of a foreign schema in which only the keywords of the standard have a meaning. */
export interface PreparedSchema {
  readonly dialect: SchemaDialect;
  readonly schema: JsonValue;
  readonly problems: readonly string[];
  readonly hasPatterns: boolean;
  /** The patterns used as keys of `patternProperties`. */
  readonly propertyPatterns: ReadonlySet<string>;
  /** The references to schemas elsewhere. */
  readonly references: readonly string[];
}

/** What the compiler would take for something else than an unknown keyword: OpenAPI, draft-04 and its own extensions. */
const foreignKeywords: ReadonlySet<string> = new Set(['$async', '$schema', 'id', 'nullable', stepKeyword]);
const referenceKeywords = ['$ref', '$dynamicRef', '$recursiveRef'];

/** The reason why a schema is not even looked at, or undefined. */
export function whyTooLarge(schema: JsonValue): string | undefined {
  if (isDeeperThan(schema, schemaLimitDepth))
    return `the schema is nested deeper than ${schemaLimitDepth} levels`;
  const { length } = JSON.stringify(schema);
  return length > schemaLimitCharacters
    ? `the schema has ${length} characters, more than the limit of ${schemaLimitCharacters}`
    : undefined;
}

/** Chooses the dialect and copies the schema without foreign keywords. Call {@link whyTooLarge} first. */
export function prepareSchema(schema: JsonValue): PreparedSchema {
  const { dialect, problem } = chooseDialect(schema);
  const propertyPatterns = new Set<string>();
  const references: string[] = [];
  let hasPatterns = false;

  const copySchema = (from: JsonValue): JsonValue => {
    if (Array.isArray(from)) return from.map(copySchema);
    if (!isJsonObject(from)) return from;
    const copy = emptyObject();
    for (const [keyword, value] of Object.entries(from)) {
      if (foreignKeywords.has(keyword)) continue;
      if (keyword === 'pattern' || keyword === 'patternProperties') hasPatterns = true;
      if (keyword === 'patternProperties' && isJsonObject(value)) {
        for (const pattern of Object.keys(value)) propertyPatterns.add(pattern);
      }
      define(copy, keyword, copyKeyword(keyword, value));
    }
    for (const keyword of referenceKeywords) {
      const reference = from[keyword];
      if (typeof reference !== 'string') continue;
      references.push(reference);
      define(copy, stepKeyword, true);
    }
    return copy;
  };
  const copyKeyword = (keyword: string, value: JsonValue): JsonValue => {
    if (valueKeywords.has(keyword)) return value;
    if (!schemaMapKeywords.has(keyword) || !isJsonObject(value)) return copySchema(value);
    const copy = emptyObject();
    for (const [name, member] of Object.entries(value)) define(copy, name, copySchema(member));
    return copy;
  };

  return {
    dialect,
    schema: copySchema(schema),
    problems: problem === undefined ? [] : [problem],
    hasPatterns,
    propertyPatterns,
    references,
  };
}

function emptyObject(): JsonObject {
  return {};
}

/** Also members called `__proto__` become plain members. */
function define(target: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member: JsonValue) => isDeeperThan(member, levels - 1));
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { SchemaDialect } from './types.ts';

/** How subschemas stand in a keyword: alone, in a list, as members by any name, or alone or in a list. */
type Position = 'one' | 'list' | 'map' | 'one or list';

const common = {
  additionalProperties: 'one',
  allOf: 'list',
  anyOf: 'list',
  contains: 'one',
  // 2020-12 split it in two, but its meta-schema still knows it.
  dependencies: 'map',
  else: 'one',
  if: 'one',
  not: 'one',
  oneOf: 'list',
  patternProperties: 'map',
  properties: 'map',
  propertyNames: 'one',
  then: 'one',
} as const;

/** The keywords whose subschemas judge something. */
const applying: Readonly<Record<SchemaDialect, ReadonlyMap<string, Position>>> = {
  'draft-07': new Map<string, Position>(
    Object.entries({ ...common, additionalItems: 'one', items: 'one or list' }),
  ),
  '2020-12': new Map<string, Position>(
    Object.entries({
      ...common,
      dependentSchemas: 'map',
      items: 'one',
      prefixItems: 'list',
      unevaluatedItems: 'one',
      unevaluatedProperties: 'one',
    }),
  ),
};

/** The keywords whose subschemas are only there to be referred to. */
const storing: ReadonlyMap<string, Position> = new Map<string, Position>([
  ['$defs', 'map'],
  ['contentSchema', 'one'],
  ['definitions', 'map'],
]);

/** The subschemas that judge something where this schema does. */
export function appliedSubschemas(schema: JsonObject, dialect: SchemaDialect): JsonObject[] {
  return subschemasAt(schema, applying[dialect]);
}

/** All subschemas, those that are only there to be referred to included. */
export function allSubschemas(schema: JsonObject, dialect: SchemaDialect): JsonObject[] {
  return [...appliedSubschemas(schema, dialect), ...subschemasAt(schema, storing)];
}

function subschemasAt(schema: JsonObject, positions: ReadonlyMap<string, Position>): JsonObject[] {
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    const position = positions.get(keyword);
    return position === undefined ? [] : partsOf(argument, position).filter(isJsonObject);
  });
}

function partsOf(argument: JsonValue, position: Position): readonly JsonValue[] {
  if (position === 'map') return isJsonObject(argument) ? Object.values(argument) : [];
  if (Array.isArray(argument)) return position === 'one' ? [] : (argument as readonly JsonValue[]);
  return position === 'list' ? [] : [argument];
}

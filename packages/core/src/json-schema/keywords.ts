/** Where subschemas stand, by keyword, in draft-07 and 2020-12 together. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords whose members are schemas by name. */
export const schemaMapKeywords: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** Keywords that hold plain values, which may look like schemas. */
export const valueKeywords: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples']);

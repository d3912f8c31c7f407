/** Checking values against schemas that nobody vouches for, finding values that fit them, and comparing two of them. */
export { compareSchemas, type CompareOptions } from './compare/compare-schemas.ts';
export type { DifferenceKind, SchemaComparison, SchemaDifference } from './compare/types.ts';
export { checkSchemaIsValid, compileSchema } from './compile-schema.ts';
export { sampleFromSchema, type Sample } from './sample/sample-from-schema.ts';
export type { CompiledSchema, SchemaDialect, SchemaViolation } from './types.ts';

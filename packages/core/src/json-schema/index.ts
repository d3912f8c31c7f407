/** Checking values against schemas that nobody vouches for, and finding values that fit them. */
export { checkSchemaIsValid, compileSchema } from './compile-schema.ts';
export { sampleFromSchema, type Sample } from './sample/sample-from-schema.ts';
export type { CompiledSchema, SchemaDialect, SchemaViolation } from './types.ts';

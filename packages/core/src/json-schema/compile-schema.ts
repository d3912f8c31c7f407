import type { JsonValue } from '../json.ts';
import { chooseDialect } from './dialect.ts';
import { prepareSchema, whyTooLarge } from './prepare-schema.ts';
import type { CompiledSchema, SchemaDialect, SchemaViolation } from './types.ts';

const cacheLimitEntries = 256;
const byIdentity = new WeakMap<object, Promise<CompiledSchema>>();
const byContent = new Map<string, Promise<CompiledSchema>>();

/**
 * Compiles a schema that nobody vouches for: size, depth and work are bounded, patterns take linear time and nothing is fetched.
 * Never throws for a bad schema: its faults are in `problems`. Equal schemas are compiled once.
 */
export function compileSchema(schema: JsonValue): Promise<CompiledSchema> {
  const known = typeof schema === 'object' && schema !== null ? byIdentity.get(schema) : undefined;
  if (known !== undefined) return known;
  const tooLarge = whyTooLarge(schema);
  const compiled =
    tooLarge === undefined
      ? compileOnce(schema)
      : Promise.resolve(unusable(chooseDialect(schema).dialect, [tooLarge]));
  if (typeof schema === 'object' && schema !== null) byIdentity.set(schema, compiled);
  return compiled;
}

/** What is wrong with a schema itself, in sentences that name the place; empty for a good one. */
export async function checkSchemaIsValid(schema: JsonValue): Promise<readonly string[]> {
  return (await compileSchema(schema)).problems;
}

function compileOnce(schema: JsonValue): Promise<CompiledSchema> {
  const text = JSON.stringify(schema);
  const known = byContent.get(text);
  byContent.delete(text);
  const compiled = known ?? compile(schema);
  byContent.set(text, compiled);
  if (byContent.size > cacheLimitEntries) {
    const [oldest] = byContent.keys();
    if (oldest !== undefined) byContent.delete(oldest);
  }
  return compiled;
}

async function compile(schema: JsonValue): Promise<CompiledSchema> {
  const prepared = prepareSchema(schema);
  const { dialect } = prepared;
  const problems = [...prepared.problems];
  const { findSchemaFaults, createValidator } = await import('./ajv-engine.ts');
  const faults = await findSchemaFaults(prepared);
  if (faults.length > 0) return unusable(dialect, [...problems, ...faults]);
  try {
    const { validate, uncheckable } = await createValidator(prepared);
    return { dialect, problems: [...problems, ...uncheckable], usable: true, validate };
  } catch (error) {
    return unusable(dialect, [...problems, `the schema cannot be compiled: ${reasonOf(error)}`]);
  }
}

function unusable(dialect: SchemaDialect, problems: readonly string[]): CompiledSchema {
  const violations: readonly SchemaViolation[] = [
    { path: '', message: `cannot be checked: ${problems.join('; ')}`, keyword: 'schema' },
  ];
  return { dialect, problems, usable: false, validate: () => violations };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'missingRef' in error) {
    const reference = String(error.missingRef);
    return /^[a-z][a-z0-9+.-]*:/i.test(reference)
      ? `$ref ${reference} is not part of the schema, and schemas are never fetched`
      : `$ref ${reference} leads nowhere`;
  }
  return error instanceof Error ? error.message : String(error);
}

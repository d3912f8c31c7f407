import type { JsonValue } from '../json.ts';
import type { MatchPattern } from './patterns/compile-patterns.ts';
import { SchemaLibrary } from './schema-library.ts';
import type { SchemaDialect, SchemaViolation } from './types.ts';
import { createValidator } from './validator.ts';

/** The drafts' own schemas of schemas, as published: first the document itself, then those that it refers to. */
const loaders: Readonly<Record<SchemaDialect, () => Promise<{ default: unknown }[]>>> = {
  'draft-07': async () => [
    await import('ajv/dist/refs/json-schema-draft-07.json', { with: { type: 'json' } }),
  ],
  '2020-12': () =>
    Promise.all([
      import('ajv/dist/refs/json-schema-2020-12/schema.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/core.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/applicator.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/unevaluated.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/validation.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/meta-data.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/format-annotation.json', { with: { type: 'json' } }),
      import('ajv/dist/refs/json-schema-2020-12/meta/content.json', { with: { type: 'json' } }),
    ]),
};

/** Enough for any schema of the largest size that people might write. */
const workLimitUnits = 15_000_000;

type Validate = (value: unknown) => readonly SchemaViolation[];
const validators = new Map<SchemaDialect, Promise<Validate>>();

/** Makes the schemas of both drafts known to a library. */
export async function addMetaSchemas(library: SchemaLibrary): Promise<void> {
  for (const dialect of Object.keys(loaders) as SchemaDialect[])
    for (const document of await loadMetaSchemas(dialect)) library.add(document, dialect);
}

/** The faults of a schema by the rules of its draft. */
export async function findSchemaFaults(schema: JsonValue, dialect: SchemaDialect): Promise<string[]> {
  const validator = validators.get(dialect) ?? createMetaValidator(dialect);
  validators.set(dialect, validator);
  const faults = (await validator)(schema).map(({ path, message, keyword }) =>
    keyword === 'work-limit'
      ? `the schema ${message}`
      : `the schema is not valid ${dialect}: ${path === '' ? 'it' : path} ${message}`,
  );
  // Several vocabularies of 2020-12 say the same.
  return [...new Set(faults)];
}

async function createMetaValidator(dialect: SchemaDialect): Promise<Validate> {
  const [document = true, ...others] = await loadMetaSchemas(dialect);
  const library = new SchemaLibrary(document, dialect);
  for (const other of others) library.add(other, dialect);
  const patterns = new Map<string, RegExp>();
  const matches: MatchPattern = (pattern, text, work) => {
    // These patterns are the drafts' own, and take linear time.
    const regex = patterns.get(pattern) ?? new RegExp(pattern, 'u');
    patterns.set(pattern, regex);
    work.spend(1 + text.length / 8);
    return regex.test(text);
  };
  return createValidator({ library, matches }, workLimitUnits);
}

async function loadMetaSchemas(dialect: SchemaDialect): Promise<readonly JsonValue[]> {
  return (await loaders[dialect]()).map((module) => module.default as JsonValue);
}

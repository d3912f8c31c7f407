import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CompiledSchema } from '../json-schema/index.ts';
import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { renderValue } from './render.ts';

/** What an expectation needs of a schema. */
export interface LoadedSchema {
  readonly problems: readonly string[];
  validate: CompiledSchema['validate'];
}

const unusable = (problem: string): LoadedSchema => ({ problems: [problem], validate: () => [] });

/** Compiles a schema, or the schema in the file that a string names (JSON or YAML, relative to `baseDir`). */
export async function loadSchema(schema: JsonValue, baseDir: string): Promise<LoadedSchema> {
  let value = schema;
  let name = 'the schema';
  if (typeof schema === 'string') {
    const file = resolve(baseDir, schema);
    name = `the schema ${file}`;
    try {
      value = await readSchemaFile(file);
    } catch (error) {
      return unusable(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!isJsonObject(value) && typeof value !== 'boolean') {
    return unusable(`${name} has to be an object or a boolean, not ${renderValue(value, 80)}`);
  }
  const { compileSchema } = await import('../json-schema/index.ts');
  const compiled = await compileSchema(value);
  return {
    problems: compiled.problems.map((problem) => `${name}: ${problem}`),
    validate: (actual) => compiled.validate(actual),
  };
}

async function readSchemaFile(file: string): Promise<JsonValue> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.json')) return JSON.parse(text) as JsonValue;
  const { parse } = await import('yaml');
  return parse(text) as JsonValue;
}

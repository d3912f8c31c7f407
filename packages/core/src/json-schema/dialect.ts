import { isJsonObject, type JsonValue } from '../json.ts';
import type { SchemaDialect } from './types.ts';

const dialects: ReadonlyMap<string, SchemaDialect> = new Map([
  ['json-schema.org/draft/2020-12/schema', '2020-12'],
  ['json-schema.org/draft-07/schema', 'draft-07'],
  // Every keyword of draft-06 means the same in draft-07.
  ['json-schema.org/draft-06/schema', 'draft-07'],
]);

/** The draft that `$schema` names, if it names one that is known. */
export function declaredDialect(schema: JsonValue): SchemaDialect | undefined {
  const declared = isJsonObject(schema) ? schema['$schema'] : undefined;
  if (typeof declared !== 'string') return undefined;
  return dialects.get(declared.replace(/^https?:\/\//, '').replace(/#$/, ''));
}

/** Chooses the draft by the root's `$schema`; a draft that is not known is judged as the nearest and reported. */
export function chooseDialect(schema: JsonValue): { dialect: SchemaDialect; problem?: string } {
  const known = declaredDialect(schema);
  if (known !== undefined) return { dialect: known };
  const declared = isJsonObject(schema) ? schema['$schema'] : undefined;
  if (typeof declared !== 'string') return { dialect: '2020-12' };
  const dialect = /draft-0[34]\//.test(declared) ? 'draft-07' : '2020-12';
  return { dialect, problem: `$schema "${declared}" is not a known draft; it is judged as ${dialect}` };
}

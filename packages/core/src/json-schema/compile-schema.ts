import type { JsonValue } from '../json.ts';
import { chooseDialect } from './dialect.ts';
import { addMetaSchemas, findSchemaFaults } from './meta-schemas.ts';
import { compilePatterns } from './patterns/compile-patterns.ts';
import { SchemaLibrary } from './schema-library.ts';
import { whyTooLarge } from './schema-limits.ts';
import { surveySchema } from './survey-schema.ts';
import type { CompiledSchema, SchemaDialect, SchemaViolation } from './types.ts';
import { createValidator } from './validator.ts';

const cacheLimitEntries = 256;
const cacheLimitCharacters = 64 * 1024;
const problemLimit = 100;
const quoteLimitCharacters = 200;

const byIdentity = new WeakMap<object, Promise<CompiledSchema>>();
const byContent = new Map<string, Promise<CompiledSchema>>();

/**
 * Compiles a schema that nobody vouches for: size, depth and work are bounded, patterns take linear time, nothing is
 * fetched and no code is made of it. Never throws for a bad schema: its faults are in `problems`. Equal schemas are
 * compiled once.
 */
export function compileSchema(schema: JsonValue): Promise<CompiledSchema> {
  const known = typeof schema === 'object' && schema !== null ? byIdentity.get(schema) : undefined;
  if (known !== undefined) return known;
  const tooLarge = whyTooLarge(schema);
  const compiled =
    tooLarge === undefined
      ? compileOnce(JSON.stringify(schema))
      : Promise.resolve(unusable(chooseDialect(schema).dialect, [tooLarge]));
  if (typeof schema === 'object' && schema !== null) byIdentity.set(schema, compiled);
  return compiled;
}

/** What is wrong with a schema itself, in sentences that name the place; empty for a good one. */
export async function checkSchemaIsValid(schema: JsonValue): Promise<readonly string[]> {
  return (await compileSchema(schema)).problems;
}

function compileOnce(text: string): Promise<CompiledSchema> {
  if (text.length > cacheLimitCharacters) return compile(JSON.parse(text) as JsonValue);
  const compiled = byContent.get(text) ?? compile(JSON.parse(text) as JsonValue);
  byContent.delete(text);
  byContent.set(text, compiled);
  if (byContent.size > cacheLimitEntries) {
    const [oldest] = byContent.keys();
    if (oldest !== undefined) byContent.delete(oldest);
  }
  return compiled;
}

async function compile(schema: JsonValue): Promise<CompiledSchema> {
  const { dialect, problem } = chooseDialect(schema);
  const problems = problem === undefined ? [] : [problem];
  const faults = await findSchemaFaults(schema, dialect);
  if (faults.length > 0) return unusable(dialect, [...problems, ...faults]);

  const library = new SchemaLibrary(schema, dialect);
  for (const id of library.ambiguousIds) problems.push(`the $id ${cut(id)} stands for more than one schema`);
  let survey = surveySchema(library);
  if ([...survey.deadReferences].some((reference) => reference.includes('json-schema.org/'))) {
    await addMetaSchemas(library);
    survey = surveySchema(library);
  }
  if (survey.deadReferences.size > 0)
    return unusable(dialect, [...problems, ...[...survey.deadReferences].map(explainDeadReference)]);

  const patterns = await compilePatterns(survey.patterns);
  const validate = createValidator({ library, matches: patterns.matches });
  const all = [...problems, ...patterns.problems].slice(0, problemLimit);
  return { dialect, problems: all, usable: true, validate };
}

function unusable(dialect: SchemaDialect, allProblems: readonly string[]): CompiledSchema {
  const problems = allProblems.slice(0, problemLimit);
  const violations: readonly SchemaViolation[] = [
    { path: '', message: `cannot be checked: ${problems.join('; ')}`, keyword: 'schema' },
  ];
  return { dialect, problems, usable: false, validate: () => violations };
}

function explainDeadReference(reference: string): string {
  return reference.startsWith('#')
    ? `$ref ${cut(reference)} leads nowhere`
    : `$ref ${cut(reference)} is not part of the schema, and schemas are never fetched`;
}

function cut(text: string): string {
  return text.length > quoteLimitCharacters ? `${text.slice(0, quoteLimitCharacters)}…` : text;
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { appliedSubschemas } from './keywords.ts';
import type { SchemaLibrary, SchemaResource } from './schema-library.ts';

/** What the schemas that can come to judge something make use of. */
export interface SchemaSurvey {
  readonly patterns: ReadonlySet<string>;
  /** References that lead nowhere, or out of the documents at hand. */
  readonly deadReferences: ReadonlySet<string>;
}

/** Walks from the root through subschemas and references; what is never referred to does not count. */
export function surveySchema(library: SchemaLibrary): SchemaSurvey {
  const patterns = new Set<string>();
  const deadReferences = new Set<string>();
  const visited = new Set<JsonObject>();
  const pending: JsonValue[] = [library.root.root];

  const follow = (reference: JsonValue | undefined, home: SchemaResource): void => {
    if (typeof reference !== 'string') return;
    const target = library.resolve(reference, home);
    if (target === undefined) deadReferences.add(reference);
    else pending.push(target);
  };
  const visit = (schema: JsonObject): void => {
    const home = library.homeOf(schema);
    const { $ref, $dynamicRef, pattern, patternProperties } = schema;
    follow($ref, home);
    if (home.dialect === 'draft-07' && typeof $ref === 'string') return;
    if (home.dialect === '2020-12') follow($dynamicRef, home);
    if (typeof pattern === 'string') patterns.add(pattern);
    if (isJsonObject(patternProperties))
      for (const name of Object.keys(patternProperties)) patterns.add(name);
    for (const part of appliedSubschemas(schema, home.dialect)) pending.push(part);
  };
  // Grows while it is walked.
  for (const schema of pending) {
    if (!isJsonObject(schema) || visited.has(schema)) continue;
    visited.add(schema);
    visit(schema);
  }
  return { patterns, deadReferences };
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Definitions, Subject } from './types.ts';

/** Everything that has a name, and the server itself for its instructions. */
export function subjectsOf(definitions: Definitions): readonly Subject[] {
  const named = (kind: Subject['kind'], list: readonly JsonObject[], key = 'name'): readonly Subject[] =>
    list.map((definition) => ({
      kind,
      name: nameOf(definition, key),
      definition,
    }));
  return [
    ...(definitions.instructions === undefined
      ? []
      : [
          {
            kind: 'server' as const,
            name: 'instructions',
            definition: { description: definitions.instructions },
          },
        ]),
    ...named('tool', definitions.tools),
    ...named('resource', definitions.resources),
    ...named('resource template', definitions.resourceTemplates),
    ...named('prompt', definitions.prompts),
  ];
}

export function nameOf(definition: JsonObject, key = 'name'): string {
  const name = definition[key];
  return typeof name === 'string' ? name : '(no name)';
}

/** Deepest level that is looked at: definitions are not ours, and what lies below no reader sees. */
const depthLimit = 64;

/** Every text in a definition, keys of objects included, with its path. */
export function* textsIn(
  value: JsonValue | undefined,
  path = '',
  depth = 0,
): Generator<{ readonly path: string; readonly text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  if (typeof value !== 'object' || value === null || depth > depthLimit) return;
  for (const [key, member] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    if (!Array.isArray(value)) yield { path: at, text: key };
    yield* textsIn(member, at, depth + 1);
  }
}

/** A schema below the root of a tool's inputs, with its path. */
export interface NamedSchema {
  readonly path: string;
  readonly name: string;
  readonly schema: JsonObject;
}

/** The schemas of members of a schema, at every depth. */
export function* memberSchemas(
  schema: JsonValue | undefined,
  path: string,
  depth = 0,
): Generator<NamedSchema> {
  if (!isJsonObject(schema) || depth > depthLimit) return;
  const { properties, items } = schema;
  if (isJsonObject(properties)) {
    for (const [name, member] of Object.entries(properties)) {
      if (!isJsonObject(member)) continue;
      const at = `${path}.properties.${name}`;
      yield { path: at, name, schema: member };
      yield* memberSchemas(member, at, depth + 1);
    }
  }
  yield* memberSchemas(items, `${path}.items`, depth + 1);
}

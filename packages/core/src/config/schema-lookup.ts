/** Finds the part of the schema that a path of the configuration is held to. */
import type { z } from 'zod';
import { configSchema } from './schema.ts';
import type { ConfigPath } from './types.ts';

type AnySchema = z.core.$ZodType;

/** The schemas a value at that path may be held to, wrappers removed; empty for free-form JSON. */
function schemasAt(path: ConfigPath): readonly AnySchema[] {
  let schemas: readonly AnySchema[] = alternatives(configSchema);
  for (const segment of path) schemas = schemas.flatMap((schema) => childSchemas(schema, segment));
  return schemas;
}

/** The keys that a mapping at that path may have. */
export function keysAt(path: ConfigPath): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(shapeOf(schema) ?? {})))];
}

/** What the schema says about the key at that path. */
export function descriptionAt(path: ConfigPath): string | undefined {
  const last = path.at(-1);
  if (typeof last !== 'string') return undefined;
  for (const parent of schemasAt(path.slice(0, -1))) {
    const description = describe(shapeOf(parent)?.[last]);
    if (description !== undefined) return description;
  }
  return undefined;
}

function describe(schema: AnySchema | undefined): string | undefined {
  for (let inner = schema; inner !== undefined; inner = innerOf(inner)) {
    const { description } = inner as z.ZodType;
    if (description !== undefined) return description;
  }
  return undefined;
}

function childSchemas(schema: AnySchema, segment: string | number): readonly AnySchema[] {
  const { def } = schema._zod;
  const shape = shapeOf(schema);
  const child =
    shape?.[String(segment)] ??
    (def.type === 'array' ? (def as z.core.$ZodArrayDef).element : undefined) ??
    (def.type === 'record' ? (def as z.core.$ZodRecordDef).valueType : undefined);
  return child === undefined ? [] : alternatives(child);
}

function shapeOf(schema: AnySchema): Readonly<Record<string, AnySchema>> | undefined {
  const { def } = schema._zod;
  return def.type === 'object' ? (def as z.core.$ZodObjectDef).shape : undefined;
}

function innerOf(schema: AnySchema): AnySchema | undefined {
  const def = schema._zod.def as { innerType?: AnySchema; getter?: () => AnySchema; in?: AnySchema };
  return def.innerType ?? def.getter?.() ?? def.in;
}

function alternatives(schema: AnySchema): readonly AnySchema[] {
  let current = schema;
  for (let inner = innerOf(current); inner !== undefined; inner = innerOf(current)) current = inner;
  const { def } = current._zod;
  return def.type === 'union' ? (def as z.core.$ZodUnionDef).options.flatMap(alternatives) : [current];
}

/**
 * schema/mcp-test-harness.schema.json: the configuration as an editor sees it, before `extends`, `include`,
 * `environments` and `${...}` are resolved.
 */
import { z } from 'zod';
import { serverAliases } from '../../packages/core/src/config/aliases.ts';
import { deprecatedKeys } from '../../packages/core/src/config/deprecated-keys.ts';
import { configSchema } from '../../packages/core/src/config/schema.ts';
import { globalKeys, sectionKeys } from '../../packages/core/src/config/vocabulary.ts';
import type { Generator } from '../generate.ts';

/** A JSON Schema as data. */
export type Schema = { [key: string]: unknown } & {
  type?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  required?: string[];
};

/** The schema of the merged file, as zod gives it. */
export function mergedSchema(): Schema {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-07', unrepresentable: 'any' }) as Schema;
}

const mergeMode: Schema = {
  description:
    'append: the lists that stand directly in this mapping are added to the inherited ones. replace, the default: they take their place.',
  enum: ['append', 'replace'],
};

const paths = (description: string): Schema => ({
  description,
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
});

/** The schema of a file as it is written. */
export function fileSchema(): Schema {
  const merged = acceptTemplates(mergedSchema());
  const properties = merged.properties ?? {};
  const server = properties['server']?.properties ?? {};
  for (const [alias, name] of Object.entries(serverAliases)) {
    server[alias] = { description: `Another name of ${name}.`, type: 'string' };
  }
  const section = (key: string): Schema => ({ $ref: `#/properties/${key}` });
  const supported = sectionKeys.filter((key) => key in properties);
  const environment: Schema = {
    type: 'object',
    description: 'Sections, or keys of global without naming it, that take the place of those of the file.',
    properties: {
      _merge_mode: mergeMode,
      ...Object.fromEntries(supported.map((key) => [key, section(key)])),
      performance_thresholds: { $ref: '#/properties/performance/properties/thresholds' },
      alerts: { $ref: '#/properties/monitoring/properties/alerts' },
      ...Object.fromEntries(
        globalKeys
          .filter((key) => key !== 'environment')
          .map((key) => [key, { $ref: `#/properties/global/properties/${key}` }]),
      ),
    },
    additionalProperties: false,
  };
  for (const key of [
    'global',
    'server',
    'client',
    'performance',
    'reporting',
    'service',
    'monitoring',
    'security',
  ])
    addMergeMode(properties[key]);
  for (const [older, name] of Object.entries(deprecatedKeys))
    addDeprecated(properties, older.split('.'), name);
  const { $schema, ...rest } = merged;
  return shareRepeated({
    $schema,
    title: 'MCP Test Harness configuration',
    description: 'Generated from the zod schema by scripts/generators/config-schema.ts.',
    ...rest,
    properties: {
      _merge_mode: mergeMode,
      extends: paths('Files this one is laid over, relative to it; of several, later ones win.'),
      include: paths('Glob patterns of files, relative to this one, whose test_suites are added.'),
      environments: {
        type: 'object',
        description: 'Overlays by name, chosen by --environment, ENVIRONMENT or global.environment.',
        additionalProperties: environment,
      },
      ...properties,
    },
  });
}

/** Shortest JSON of a subschema that is worth a reference. */
const worthSharing = 300;

/** Replaces the repetitions of a larger subschema by references to its first place. */
function shareRepeated(root: Schema): Schema {
  const first = new Map<string, string>();
  const visit = (value: unknown, pointer: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${pointer}/${index}`));
    const text = JSON.stringify(value);
    if (text.length >= worthSharing && ('type' in value || 'anyOf' in value)) {
      const known = first.get(text);
      if (known !== undefined) return { $ref: known };
      first.set(text, pointer);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, visit(item, `${pointer}/${escapePointer(key)}`)]),
    );
  };
  return visit(root, '#') as Schema;
}

/** An editor takes an older name, and strikes it through. What stands within a single value has no place. */
function addDeprecated(properties: Record<string, Schema>, path: readonly string[], name: string): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    properties[key] = { description: `Deprecated: the key is ${name} now.`, deprecated: true };
    return;
  }
  properties[key] ??= {
    type: 'object',
    description: 'Deprecated: its keys have other names now.',
    deprecated: true,
    additionalProperties: false,
  };
  const holder = properties[key];
  if (holder.type !== 'object') return;
  holder.properties ??= {};
  addDeprecated(holder.properties, rest, name);
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function addMergeMode(schema: Schema | undefined): void {
  if (schema?.properties !== undefined) schema.properties = { _merge_mode: mergeMode, ...schema.properties };
}

/** Lets a text with `${...}` stand wherever something narrower than any text is wanted. */
function acceptTemplates(schema: Schema): Schema {
  if (isNarrow(schema)) {
    const { description, default: fallback, ...inner } = schema;
    return {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
      anyOf: [inner, { type: 'string', pattern: '\\$\\{' }],
    };
  }
  const copy: Schema = { ...schema };
  for (const key of ['properties', 'definitions'] as const) {
    const members = copy[key] as Record<string, Schema> | undefined;
    if (members === undefined) continue;
    copy[key] = Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, acceptTemplates(value)]),
    );
  }
  if (typeof copy.additionalProperties === 'object') {
    copy.additionalProperties = acceptTemplates(copy.additionalProperties);
  }
  if (copy.items !== undefined) copy.items = acceptTemplates(copy.items);
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    const branches = copy[key] as Schema[] | undefined;
    if (branches !== undefined) copy[key] = branches.map(acceptTemplates);
  }
  return copy;
}

function isNarrow(schema: Schema): boolean {
  if (['number', 'integer', 'boolean'].includes(schema.type ?? '')) return true;
  const narrowed = ['enum', 'format', 'pattern'].some((key) => key in schema);
  return (schema.type === 'string' || schema.enum !== undefined) && narrowed;
}

const generator: Generator = {
  name: 'config-schema',
  committed: true,
  files: async () => ({
    'schema/mcp-test-harness.schema.json': `${JSON.stringify(fileSchema(), null, 2)}\n`,
  }),
};
export default generator;

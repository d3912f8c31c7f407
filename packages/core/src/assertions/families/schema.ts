import type { JsonValue } from '../../json.ts';
import { defineAssertion, holds } from '../define.ts';
import type { Check, CompileDeps, Mismatch } from '../define.ts';
import { loadSchema } from '../load-schema.ts';
import type { LoadedSchema } from '../load-schema.ts';
import { pathStep } from '../render.ts';

/** JSON Schema. */
export const schemaAssertions = [
  defineAssertion({
    name: 'schema',
    description:
      'Valid under a JSON Schema: 2020-12, or draft-07 when its $schema says so. A string is the path of a schema file (JSON or YAML).',
    options: (zod) => ({
      schema: zod
        .union([zod.boolean(), zod.string().min(1), zod.record(zod.string(), zod.json())])
        .describe('The schema, or the path of its file.'),
    }),
    shorthand: 'schema',
    literal: true,
    create: ({ schema }, deps) => validUnder(schema, deps),
  }),
];

function validUnder(schema: JsonValue, deps: CompileDeps): Check {
  let validate: LoadedSchema['validate'] | undefined;
  deps.defer(async () => {
    const loaded = await loadSchema(schema, deps.baseDir);
    for (const problem of loaded.problems) deps.problem(problem);
    validate = loaded.validate;
  });
  const phrase =
    typeof schema === 'string' ? `to be valid under the schema ${schema}` : 'to be valid under the schema';
  return {
    phrase,
    verify(actual) {
      if (actual === undefined) return [{}];
      const errors = validate?.(actual) ?? [];
      return errors.length === 0 ? holds : errors.map(toMismatch);
    },
  };
}

function toMismatch({ path, message }: ReturnType<LoadedSchema['validate']>[number]): Mismatch {
  return { at: pointerToPath(path), says: `${message} (says the schema)`, actual: undefined };
}

/** `/items/0/id` → `.items[0].id`. */
function pointerToPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => pathStep(/^\d+$/.test(step) ? Number(step) : step))
    .join('');
}

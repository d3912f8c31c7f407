import { compileSchema } from '../../json-schema/index.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check } from '../types.ts';
import { shape } from './tool-shape.ts';
import { listedTools } from './tools-seen.ts';

const usage = 'server/tools#tool';

export default [
  shape('tools.input-schema.object', '2024-11-05', ['inputSchema'], {
    spec: usage,
    title: 'every tool has an inputSchema, a JSON Schema of type object',
    remedy: 'A tool without arguments has {"type": "object"}; null and an array are no schema.',
  }),
  valid('inputSchema', 'tools.input-schema.valid', '2024-11-05'),
  // From 2026-07-28 on it may describe any value.
  shape(
    'tools.output-schema.object',
    '2025-06-18',
    ['outputSchema'],
    {
      spec: 'server/tools#output-schema',
      title: 'an outputSchema is a JSON Schema of type object',
      remedy: 'Wrap other results in an object with one member.',
    },
    '2025-11-25',
  ),
  valid('outputSchema', 'tools.output-schema.valid', '2025-06-18'),
] satisfies readonly Check[];

function valid(member: 'inputSchema' | 'outputSchema', id: string, from: string): Check {
  return defineCheck({
    id,
    level: 'MUST',
    revisions: { from },
    needs: { capabilities: ['tools'] },
    spec: usage,
    title: `an ${member} is valid in its dialect: the one that $schema names, otherwise 2020-12`,
    remedy: 'Correct the keyword that is named, or name the dialect that you mean in $schema.',
    run: async (context) => {
      const tools = (await listedTools(context)).filter(({ tool }) => isJsonObject(tool[member]));
      if (tools.length === 0) return notApplicable(`no tool has an ${member} that is an object`);
      let judged = 0;
      for (const { tool, page } of tools) {
        const faults = await schemaFaults(tool[member] as JsonObject, context.revision);
        if (faults === undefined) continue;
        judged += 1;
        const [fault] = faults;
        if (fault !== undefined)
          return fail(
            `${member} of tool ${JSON.stringify(tool['name'])}: ${fault}`,
            evidenceOf(page.exchange),
          );
      }
      return judged > 0 ? pass() : notTestable('the dialects of these schemas are not known here');
    },
  });
}

/** Why a schema is not valid; undefined when that cannot be told here. */
async function schemaFaults(schema: JsonObject, revision: string): Promise<readonly string[] | undefined> {
  const { usable, problems } = await compileSchema(schema);
  if (usable) return problems.some(isForeign) ? undefined : [];
  if (problems.some(isForeign)) return undefined;
  // Before 2025-11-25 no dialect was the default: a schema that draft-07 allows is not called wrong.
  if (revision < '2025-11-25' && schema['$schema'] === undefined) {
    const older = await compileSchema({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
    if (older.usable) return [];
  }
  return problems;
}

/** What is beyond this judge: other drafts, other documents, and schemas too large to look at. */
function isForeign(problem: string): boolean {
  return /is not a known draft|never fetched|nested deeper than|more than the limit|could not be checked/.test(
    problem,
  );
}

import { compileSchema } from '../../json-schema/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';
import { isStateless } from './era.ts';
import { sampleCalls } from './tools-seen.ts';

const revisions = { from: '2025-06-18' } as const;
const needs = { capabilities: ['tools'] } as const;

export default [
  defineCheck({
    id: 'tools.structured.present',
    level: 'MUST',
    revisions,
    needs,
    spec: 'server/tools#output-schema',
    title: 'a tool with an outputSchema answers with structuredContent',
    remedy: 'Add structuredContent to the result, or drop outputSchema.',
    run: (context) =>
      judge(context, ({ outputSchema, structured }) =>
        outputSchema !== undefined && structured === undefined ? 'structuredContent is missing' : undefined,
      ),
  }),
  defineCheck({
    id: 'tools.structured.fits',
    level: 'MUST',
    revisions,
    needs,
    spec: 'server/tools#output-schema',
    title: 'structuredContent fits the outputSchema of its tool',
    remedy: 'Correct the schema or the result: clients may refuse results that do not fit.',
    run: (context) =>
      judge(context, async ({ outputSchema, structured }) => {
        if (outputSchema === undefined || structured === undefined) return undefined;
        const schema = await compileSchema(outputSchema);
        const [violation] = schema.usable ? schema.validate(structured) : [];
        if (violation === undefined || violation.keyword === 'work-limit') return undefined;
        return `structuredContent${violation.path} ${violation.message}`;
      }),
  }),
  defineCheck({
    id: 'tools.structured.text',
    level: 'SHOULD',
    revisions,
    needs,
    spec: 'server/tools#structured-content',
    title: 'structuredContent comes with a text block that says the same to older clients',
    remedy: 'Add {"type": "text", "text": JSON.stringify(structuredContent)} to content.',
    run: (context) =>
      judge(context, ({ result, structured }) => {
        const { content } = result;
        if (structured === undefined || !Array.isArray(content)) return undefined;
        const hasText = content.some(
          (block: unknown) => isJsonObject(block) && block['type'] === 'text' && block['text'] !== '',
        );
        return hasText ? undefined : 'structuredContent has no text block beside it';
      }),
  }),
] satisfies readonly Check[];

interface Answer {
  readonly name: string;
  readonly exchange: Exchange;
  readonly result: JsonObject;
  readonly outputSchema: JsonObject | undefined;
  readonly structured: JsonValue | undefined;
}

/** Over the successful calls of tools that have an outputSchema, and those that give structuredContent without one. */
async function judge(
  context: CheckContext,
  faultOf: (answer: Answer) => string | undefined | Promise<string | undefined>,
): Promise<Verdict> {
  const declared = (await context.tools()).some((tool) => isJsonObject(tool['outputSchema']));
  const answers = (await sampleCalls(context)).flatMap(({ name, tool, exchange }): Answer[] => {
    const result = exchange?.result;
    if (exchange === undefined || !isJsonObject(result) || result['isError'] === true) return [];
    const outputSchema = isJsonObject(tool['outputSchema']) ? tool['outputSchema'] : undefined;
    const given = result['structuredContent'];
    // Up to 2025-11-25 it is an object.
    const structured = isJsonObject(given) || isStateless(context.revision) ? given : undefined;
    if (outputSchema === undefined && structured === undefined) return [];
    return [{ name, exchange, result, outputSchema, structured }];
  });
  if (answers.length === 0)
    return declared
      ? notTestable('no tool with an outputSchema was called and succeeded')
      : notApplicable('no tool has an outputSchema or gave structuredContent');
  for (const answer of answers) {
    const fault = await faultOf(answer);
    if (fault !== undefined) return fail(`${answer.name}: ${fault}`, evidenceOf(answer.exchange));
  }
  return pass();
}

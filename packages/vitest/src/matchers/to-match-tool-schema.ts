import { isJsonObject, type ListedTool, type Session } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { CompiledSchema } from '@mcp-test-harness/core/json-schema';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import { readSuccess, type Answer } from './read-answer.ts';

const shownViolations = 8;

export async function toMatchToolSchema(
  this: MatcherState,
  received: unknown,
  source: ListedTool | Pick<Session, 'listTools'>,
): Promise<MatcherResult> {
  const answer = await readSuccess(received, 'toMatchToolSchema');
  const tool = isSession(source) ? await findTool(answer, source) : source;
  const schema = await compileOutputSchema(tool);
  const result = answer.subject.result;
  const actual = isJsonObject(result) ? result['structuredContent'] : undefined;
  const held = `expected structuredContent to break the outputSchema of ${quote(tool.name)}, but it is valid`;
  if (actual === undefined) {
    const failed = `expected structuredContent, since ${quote(tool.name)} has an outputSchema, but the answer has none`;
    return toMatcherResult({ pass: false, failed, held });
  }
  const violations = schema.validate(actual);
  const shown = violations
    .slice(0, shownViolations)
    .map(({ path, message }) => `  structuredContent${path} ${message}`);
  const hidden = violations.length - shown.length;
  return toMatcherResult({
    pass: violations.length === 0,
    failed: `expected structuredContent to be valid under the outputSchema of ${quote(tool.name)}`,
    held,
    context: hidden > 0 ? [...shown, `  … and ${hidden} more`] : shown,
  });
}

function isSession(source: ListedTool | Pick<Session, 'listTools'>): source is Pick<Session, 'listTools'> {
  return typeof (source as Partial<Session>).listTools === 'function';
}

async function findTool({ exchange }: Answer, session: Pick<Session, 'listTools'>): Promise<ListedTool> {
  const name = exchange?.method === 'tools/call' ? exchange.params?.['name'] : undefined;
  if (typeof name !== 'string') {
    throw unusable(
      'toMatchToolSchema cannot tell which tool gave this answer. Pass it: expect(result).toMatchToolSchema(tool).',
    );
  }
  const tool = (await session.listTools()).find((listed) => listed.name === name);
  return tool ?? fail(`the server lists no tool ${quote(name)}, so that its schema is not known.`);
}

/** A tool that promises nothing about its answers cannot break its promise: neither verdict would be true. */
async function compileOutputSchema({ name, outputSchema }: ListedTool): Promise<CompiledSchema> {
  if (outputSchema === undefined) {
    return fail(`${quote(name)} declares no outputSchema, so that there is nothing to hold its answer to.`);
  }
  const { compileSchema } = await import('@mcp-test-harness/core/json-schema');
  const schema = await compileSchema(outputSchema);
  return schema.usable
    ? schema
    : fail(`the outputSchema of ${quote(name)} is unusable: ${schema.problems.join('; ')}`);
}

function quote(name: string): string {
  return `tool ${JSON.stringify(name)}`;
}

function unusable(message: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message });
}

function fail(message: string): never {
  throw unusable(message);
}

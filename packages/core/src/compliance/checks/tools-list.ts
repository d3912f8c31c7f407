import { isJsonObject, type JsonObject } from '../../json.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';
import { memberOf, shape } from './tool-shape.ts';
import { listedTools, toolPages, violationsOf } from './tools-seen.ts';

const always = { from: '2024-11-05' } as const;
const newest = { from: '2025-11-25' } as const;
const needs = { capabilities: ['tools'] } as const;
const definition = 'server/tools#tool';
const names = 'server/tools#tool-names';

/** Members of a tool that have a requirement of their own; faults elsewhere break `tools.list.result`. */
const ownPlaces = ['inputSchema', 'outputSchema', 'annotations', 'title', 'icons', 'execution'];

export default [
  defineCheck({
    id: 'tools.list.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/tools#listing-tools',
    title: 'tools/list answers with a list of tools, each with a name, and nextCursor is a string',
    remedy: 'Answer with {"tools": [...]}; leave nextCursor out on the last page, null is not absence.',
    run: async (context) => {
      for (const { exchange } of await toolPages(context)) {
        if (exchange.error !== undefined) continue;
        const [violation] = (await violationsOf(context, 'tools/list', exchange.result)).filter(
          ({ path, rule }) => rule === 'schema.tools/list' && !ownPlaces.includes(memberOf(path) ?? ''),
        );
        if (violation !== undefined) return fail(violation.message, evidenceOf(exchange));
      }
      const [first] = await toolPages(context);
      if (first?.exchange.error === undefined) return pass();
      return notTestable(`tools/list is answered with an error: ${first.exchange.error.message}`);
    },
  }),
  defineCheck({
    id: 'tools.names.unique',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: definition,
    title: 'a tool is known by its name: no two tools have the same',
    remedy: 'Give each tool a name of its own; clients call by name.',
    run: (context) => judgeRepeats(context, (first, second) => first === second),
  }),
  defineCheck({
    id: 'tools.names.characters',
    level: 'SHOULD',
    revisions: newest,
    needs,
    spec: names,
    title: 'names of tools consist of ASCII letters, digits, underscores, hyphens and dots',
    remedy: 'Rename the tool; what people are to read belongs into title.',
    run: overTools(({ name }) =>
      typeof name !== 'string' || /^[\w.-]*$/.test(name)
        ? undefined
        : `the name ${JSON.stringify(name)} has other characters`,
    ),
  }),
  defineCheck({
    id: 'tools.names.length',
    level: 'SHOULD',
    revisions: newest,
    needs,
    spec: names,
    title: 'names of tools have 1 to 128 characters',
    remedy: 'Rename the tool.',
    run: overTools(({ name }) =>
      typeof name !== 'string' || (name.length >= 1 && name.length <= 128)
        ? undefined
        : `a name has ${name.length} characters: ${JSON.stringify(name.slice(0, 40))}`,
    ),
  }),
  shape('tools.annotations.types', '2025-03-26', ['annotations'], {
    spec: definition,
    title: 'annotations of tools are hints that are true or false, and a title that is a string',
    remedy: 'Send readOnlyHint and the other hints as booleans, or leave them out.',
  }),
  shape('tools.display.types', '2025-06-18', ['title', 'icons', 'execution'], {
    spec: definition,
    title: 'title, icons and execution of tools are of the types that the revision gives them',
    remedy: 'title is a string; an icon is an object with a URI in src and sizes as a list of strings.',
  }),
  defineCheck({
    id: 'tools.pagination.followed',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/utilities/pagination#implementation-guidelines',
    title: 'each cursor that tools/list gives leads to a page',
    remedy: 'Take any cursor that you have given out; leave nextCursor out on the last page.',
    run: async (context) => {
      const [, ...further] = await toolPages(context);
      if (further.length === 0) return notApplicable('tools/list has one page');
      const refused = further.find(({ exchange }) => exchange.error !== undefined);
      if (refused === undefined) return pass();
      return fail(
        `the cursor ${JSON.stringify(refused.cursor)} that tools/list gave is answered with an error`,
        evidenceOf(refused.exchange),
      );
    },
  }),
  defineCheck({
    id: 'tools.list.stable',
    level: 'SHOULD',
    revisions: always,
    needs: { capabilities: ['tools.listChanged'] },
    spec: 'server/tools#list-changed-notification',
    title: 'the list of tools stays as it is while the server announces no change',
    remedy: 'Send notifications/tools/list_changed when the list changes.',
    run: judgeStable,
  }),
] satisfies readonly Check[];

function overTools(faultOf: (tool: JsonObject) => string | undefined) {
  return async (context: CheckContext): Promise<Verdict> => {
    const tools = await listedTools(context);
    if (tools.length === 0) return notApplicable('the server lists no tools');
    for (const { tool, page } of tools) {
      const fault = faultOf(tool);
      if (fault !== undefined) return fail(fault, evidenceOf(page.exchange));
    }
    return pass();
  };
}

/** Fails when a name comes again on a page that `counts` says is to be looked at. */
async function judgeRepeats(
  context: CheckContext,
  counts: (firstPage: number, secondPage: number) => boolean,
): Promise<Verdict> {
  const pages = await toolPages(context);
  const pageOf = new Map<string, number>();
  for (const [index, { tools, exchange }] of pages.entries()) {
    for (const tool of tools) {
      const name = isJsonObject(tool) ? tool['name'] : undefined;
      if (typeof name !== 'string') continue;
      const before = pageOf.get(name);
      if (before !== undefined && counts(before, index))
        return fail(`${JSON.stringify(name)} comes more than once`, evidenceOf(exchange));
      pageOf.set(name, index);
    }
  }
  return pageOf.size === 0 ? notApplicable('the server lists no tools') : pass();
}

async function judgeStable({ session, signal, tools }: CheckContext): Promise<Verdict> {
  // Where news comes only to who has subscribed, listening subscribes.
  session.onNotification(() => {});
  const namesOf = (list: readonly unknown[]): string =>
    JSON.stringify(list.map((tool) => (isJsonObject(tool) ? JSON.stringify(tool['name']) : '')).sort());
  const before = namesOf(await tools());
  const now = namesOf(await session.listAll('tools/list', { signal }));
  if (before === now) return pass();
  const announced = session.frames.some(
    ({ direction, text }) => direction === 'received' && text.includes('notifications/tools/list_changed'),
  );
  if (announced) return pass();
  return fail('the names changed between two calls of tools/list, and no notification said so', {
    received: `${before.slice(0, 2000)}\n${now.slice(0, 2000)}`,
  });
}

import type { Exchange } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Verdict } from '../types.ts';
import { walks, type WalkedList, type ListMethod } from './lists.ts';
import { findDuplicate, findingOf, judgeError } from './verdicts.ts';

const always = { from: '2024-11-05' } as const;
const guidelines = 'server/utilities/pagination#implementation-guidelines';

export default [
  defineCheck({
    id: 'pagination.ends',
    level: 'SHOULD',
    revisions: always,
    spec: guidelines,
    title: 'every list comes to an end',
    remedy: 'Leave nextCursor out of the last page.',
    run: (context) => judgeCursors(context, 'pagination.endless'),
  }),
  defineCheck({
    id: 'pagination.cursors-differ',
    level: 'SHOULD',
    revisions: always,
    spec: guidelines,
    title: 'no cursor leads back to a page that was there before',
    remedy: 'Make nextCursor from the last entry of the page that is sent.',
    run: (context) => judgeCursors(context, 'pagination.repeated-cursor'),
  }),
  defineCheck({
    id: 'pagination.no-overlap',
    level: 'SHOULD',
    revisions: always,
    spec: guidelines,
    title: 'no entry of a list is on two of its pages',
    remedy: 'Begin a page behind the last entry of the page before.',
    run: (context) =>
      judgePaginated(context, ({ method, pages, entries }) => {
        const keys = entries.map((page) => [...new Set(page.map((entry) => entry[keyOf(method)]))]);
        const twice = findDuplicate(keys.flat());
        if (twice === undefined) return pass();
        const shows = pages.filter((_, index) => keys[index]?.includes(twice as string) === true);
        return fail(`${JSON.stringify(twice)} is on two pages of ${method}`, {
          sent: shows.map(({ requestText }) => requestText).join('\n'),
          received: shows.map(({ responseText }) => responseText).join('\n'),
        });
      }),
  }),
  defineCheck({
    id: 'pagination.invalid-cursor',
    level: 'SHOULD',
    revisions: always,
    spec: 'server/utilities/pagination#error-handling',
    title: 'a cursor that the server did not give is answered with the error -32602',
    remedy: 'Check the cursor; do not begin again at the first page when it cannot be read.',
    run: (context) =>
      judgePaginated(context, async ({ method }) => {
        const cursor = 'mcp-test-harness-no-such-cursor';
        const exchange = await context.session.exchange(method, { cursor }, { signal: context.signal });
        return judgeError(exchange, -32602, `an unknown cursor of ${method}`);
      }),
  }),
];

/** The lists of what the server declares. */
const listsOf: Readonly<Record<string, readonly ListMethod[]>> = {
  tools: ['tools/list'],
  resources: ['resources/list', 'resources/templates/list'],
  prompts: ['prompts/list'],
};

function keyOf(method: string): string {
  if (method === 'resources/list') return 'uri';
  return method === 'resources/templates/list' ? 'uriTemplate' : 'name';
}

/** Judges each list that has more than one page. */
async function judgePaginated(
  context: CheckContext,
  judge: (list: WalkedList) => Promise<Verdict> | Verdict,
): Promise<Verdict> {
  const methods = Object.entries(listsOf).flatMap(([capability, lists]) =>
    context.capabilities[capability] === undefined ? [] : lists,
  );
  let judged = 0;
  for (const method of methods) {
    const list = await walks[method](context);
    if (!list.paginates) continue;
    judged += 1;
    const verdict = await judge(list);
    if (verdict.status !== 'passed') return verdict;
  }
  return judged > 0 ? pass() : notApplicable('no list of the server has more than one page');
}

/** Fetches every list that has pages to its end, and judges by what the session found. */
function judgeCursors(context: CheckContext, rule: string): Promise<Verdict> {
  return judgePaginated(context, async ({ method, pages }) => {
    await fetchAll(context, method, pages);
    return findingOf(context.session, rule) ?? pass();
  });
}

async function fetchAll(context: CheckContext, method: string, pages: readonly Exchange[]): Promise<void> {
  const { tools, resources, resourceTemplates, prompts } = context;
  const fetch = {
    'tools/list': tools,
    'resources/list': resources,
    'resources/templates/list': resourceTemplates,
    'prompts/list': prompts,
  }[method];
  // A walk that came to its end has shown what there is to see.
  const last = pages.at(-1);
  if (last !== undefined && !evidenceOf(last).received?.includes('nextCursor')) return;
  await fetch?.();
}

import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import { evidenceOf, type Check } from '../types.ts';
import { listedTools, violationsOf } from './tools-seen.ts';

/** The member of a tool that a path such as `/tools/3/icons/0/src` leads into. */
export function memberOf(path: string): string | undefined {
  return /^\/tools\/\d+\/([^/]+)/.exec(path)?.[1];
}

/** The members of every tool are as the revision's schema says. */
export function shape(
  id: string,
  from: string,
  members: readonly string[],
  words: Pick<Check, 'spec' | 'title' | 'remedy'>,
  until?: string,
): Check {
  return defineCheck({
    id,
    level: 'MUST',
    revisions: { from, until },
    needs: { capabilities: ['tools'] },
    ...words,
    run: async (context) => {
      const tools = await listedTools(context);
      const isRequired = members.includes('inputSchema');
      const having = tools.filter(({ tool }) => isRequired || members.some((member) => member in tool));
      if (having.length === 0) return notApplicable(`no tool has ${members.join(' or ')}`);
      for (const { tool, page } of having) {
        const [violation] = (await violationsOf(context, 'tools/list', { tools: [tool] })).filter(
          ({ path }) => members.includes(memberOf(path) ?? ''),
        );
        if (violation === undefined) continue;
        const place = violation.message.replace(/^tools\[0\]\.?/, '');
        return fail(`tool ${JSON.stringify(tool['name'])}: ${place}`, evidenceOf(page.exchange));
      }
      return pass();
    },
  });
}

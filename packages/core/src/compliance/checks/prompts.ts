import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf } from '../types.ts';
import { argumentsOf, getPrompts } from './asked.ts';
import { judgeList, judgeListChanges, pageEvidence, walkSound } from './lists.ts';
import { findDuplicate, judgeError, judgeSchema } from './verdicts.ts';

const always = { from: '2024-11-05' } as const;
const needs = { capabilities: ['prompts'] } as const;

export default [
  defineCheck({
    id: 'prompts.list.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/prompts#listing-prompts',
    title: 'prompts/list answers with prompts, each with a name, and so each of their arguments',
    remedy: 'Give every prompt and every argument a name; required is a boolean.',
    run: (context) => judgeList(context, 'prompts/list'),
  }),
  defineCheck({
    id: 'prompts.list.unique-names',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/prompts#prompt',
    title: 'no two prompts have the same name, and no two arguments of a prompt',
    remedy: 'The name identifies the prompt: give each its own.',
    run: async (context) => {
      const list = await walkSound(context, 'prompts/list');
      const prompts = list.entries.flat();
      const names = [prompts, ...prompts.map(argumentsOf)].map((named) => named.map(({ name }) => name));
      const twice = names.map(findDuplicate).find((name) => name !== undefined);
      return twice === undefined
        ? pass()
        : fail(`the name ${JSON.stringify(twice)} is there twice`, pageEvidence(list));
    },
  }),
  defineCheck({
    id: 'prompts.list.changes-are-announced',
    level: 'SHOULD',
    revisions: always,
    needs: { capabilities: ['prompts.listChanged'] },
    spec: 'server/prompts#list-changed-notification',
    title: 'the list of prompts stays as it is, or a notification tells that it has changed',
    remedy: 'Send notifications/prompts/list_changed when a prompt comes or goes.',
    run: (context) => judgeListChanges(context, 'prompts/list', 'name'),
  }),
  defineCheck({
    id: 'prompts.get.answered',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/prompts#getting-a-prompt',
    title: 'a listed prompt that requires no arguments is given when it is asked for without any',
    remedy: 'Mark as required what the prompt cannot do without; do not read missing arguments.',
    run: async (context) => {
      const free = (await getPrompts(context)).filter(({ entry }) =>
        argumentsOf(entry).every(({ required }) => required !== true),
      );
      if (free.length === 0) return notApplicable('every prompt that was looked at requires arguments');
      for (const { name, exchange, failure } of free) {
        if (exchange === undefined) return fail(failure ?? `${name} was not answered`);
        if (exchange.error === undefined) continue;
        return fail(
          `${name} requires no arguments, and getting it gives the error ${exchange.error.code}`,
          evidenceOf(exchange),
        );
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'prompts.get.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/prompts#promptmessage',
    title: 'prompts/get answers with messages of user or assistant, each with one block of valid content',
    remedy:
      'A message is {"role": "user" or "assistant", "content": {"type": "text", "text"}}: content is no array.',
    run: async (context) => {
      const gets = await getPrompts(context);
      if (gets.length === 0) return notApplicable('the server lists no prompt');
      if (gets.every(({ exchange }) => exchange?.result === undefined)) {
        return notTestable('no prompt was given: those that were asked for were answered with errors');
      }
      return judgeSchema(context.session, 'prompts/get');
    },
  }),
  defineCheck({
    id: 'prompts.get.unknown-name',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/prompts#error-handling',
    title: 'getting a prompt that does not exist is answered with the error -32602',
    remedy: 'Look the name up first; answer unknown ones with {"code": -32602, "message"}.',
    run: async ({ session, signal }) => {
      const params = { name: 'mcp-test-harness-no-such-prompt' };
      const exchange = await session.exchange('prompts/get', params, { signal });
      return judgeError(exchange, -32602, 'getting an unknown prompt');
    },
  }),
  defineCheck({
    id: 'prompts.get.missing-argument',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/prompts#error-handling',
    title: 'getting a prompt without an argument that it requires is answered with the error -32602',
    remedy: 'Compare the arguments given with those required before the prompt is rendered.',
    run: async ({ session, prompts, signal }) => {
      const asking = (await prompts()).find((prompt) =>
        argumentsOf(prompt).some(({ required }) => required === true),
      );
      const name = asking?.['name'];
      if (typeof name !== 'string') return notApplicable('no prompt requires an argument');
      const exchange = await session.exchange('prompts/get', { name, arguments: {} }, { signal });
      return judgeError(exchange, -32602, `getting ${name} without its arguments`);
    },
  }),
];

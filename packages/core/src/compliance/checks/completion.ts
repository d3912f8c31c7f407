import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Verdict } from '../types.ts';
import { argumentsOf, oncePerSession } from './asked.ts';
import { violationsOf } from './tools-seen.ts';
import { judgeError } from './verdicts.ts';

const always = { from: '2024-11-05' } as const;
const results = 'server/utilities/completion#completion-results';
const maxAsked = 3;

export default [
  defineCheck({
    id: 'completion.result',
    level: 'MUST',
    revisions: always,
    spec: results,
    title: 'completion/complete answers with values that are strings, an integer total and a boolean hasMore',
    remedy: 'Answer {"completion": {"values": [...], "total", "hasMore"}}; an empty array when nothing fits.',
    run: (context) =>
      judgeCompletions(context, async (answers) => {
        for (const answer of answers) {
          const [violation] = (await violationsOf(context, 'completion/complete', answer.result)).filter(
            // That there are too many of them is told by completion.at-most-100.
            ({ path, rule }) =>
              rule === 'schema.completion/complete' && !(path === valuesPath && hasMany(answer)),
          );
          if (violation !== undefined) return fail(violation.message, evidenceOf(answer));
        }
        return pass();
      }),
  }),
  defineCheck({
    id: 'completion.at-most-100',
    level: 'MUST',
    revisions: always,
    spec: results,
    title: 'a completion has at most 100 values',
    remedy: 'Cut the values after the hundredth, and set hasMore.',
    run: (context) =>
      judgeCompletions(context, (answers) =>
        judgeEach(answers, ({ values }) =>
          Array.isArray(values) && values.length > 100 ? `${values.length} values` : undefined,
        ),
      ),
  }),
  defineCheck({
    id: 'completion.total',
    level: 'SHOULD',
    revisions: always,
    spec: results,
    title: 'the total of a completion is not below the number of its values',
    remedy: 'total counts all that fits, sent or not; leave it out when it is not known.',
    run: (context) =>
      judgeCompletions(context, (answers) =>
        judgeEach(answers, ({ values, total }) =>
          Array.isArray(values) && typeof total === 'number' && total < values.length
            ? `the total is ${total}, and ${values.length} values came`
            : undefined,
        ),
      ),
  }),
  defineCheck({
    id: 'completion.unknown-prompt',
    level: 'SHOULD',
    revisions: { from: '2025-03-26' },
    needs: { capabilities: ['completions'] },
    spec: 'server/utilities/completion#error-handling',
    title: 'a completion for a prompt that does not exist is answered with the error -32602',
    remedy: 'Look the prompt up first; answer unknown names with {"code": -32602, "message"}.',
    run: async ({ session, signal }) => {
      const ref = { type: 'ref/prompt', name: 'mcp-test-harness-no-such-prompt' };
      const params = { ref, argument: { name: 'name', value: '' } };
      const exchange = await session.exchange('completion/complete', params, { signal });
      return judgeError(exchange, -32602, 'a completion for an unknown prompt');
    },
  }),
];

const valuesPath = '/completion/values';

function hasMany({ result }: Exchange): boolean {
  const completion = isJsonObject(result) ? result['completion'] : undefined;
  const values = isJsonObject(completion) ? completion['values'] : undefined;
  return Array.isArray(values) && values.length > 100;
}

/** What the server completes of the first arguments of prompts and variables of templates. */
const complete = oncePerSession(async (context) => {
  const { session, signal } = context;
  const exchanges: Exchange[] = [];
  for (const { ref, name } of [...(await promptArguments(context)), ...(await templateVariables(context))]) {
    const params = { ref, argument: { name, value: '' } };
    exchanges.push(await session.exchange('completion/complete', params, { signal }));
  }
  return exchanges;
});

interface Completable {
  readonly ref: JsonObject;
  readonly name: string;
}

async function promptArguments({ prompts }: CheckContext): Promise<readonly Completable[]> {
  const found = (await prompts()).flatMap((prompt): Completable[] => {
    const name = argumentsOf(prompt)[0]?.['name'];
    if (typeof prompt['name'] !== 'string' || typeof name !== 'string') return [];
    return [{ ref: { type: 'ref/prompt', name: prompt['name'] }, name }];
  });
  return found.slice(0, maxAsked);
}

async function templateVariables({ resourceTemplates }: CheckContext): Promise<readonly Completable[]> {
  // A server without templates may refuse to list them.
  const templates = await resourceTemplates().catch(() => []);
  const found = templates.flatMap(({ uriTemplate }): Completable[] => {
    if (typeof uriTemplate !== 'string') return [];
    const name = /\{[+#./;?&]?([\w.%]+)/.exec(uriTemplate)?.[1];
    return name === undefined ? [] : [{ ref: { type: 'ref/resource', uri: uriTemplate }, name }];
  });
  return found.slice(0, maxAsked);
}

/** 2024-11-05 has no capability for it: there the answer tells whether the server has completions. */
async function judgeCompletions(
  context: CheckContext,
  judge: (answers: readonly Exchange[]) => Promise<Verdict> | Verdict,
): Promise<Verdict> {
  const declares = context.capabilities['completions'] !== undefined;
  if (!declares && context.revision > '2024-11-05') {
    return notApplicable('the server does not declare completions');
  }
  const exchanges = await complete(context);
  const [first] = exchanges;
  if (first === undefined) return notTestable('no prompt has an argument, and no template a variable');
  const answers = exchanges.filter(({ error }) => error === undefined);
  if (answers.length > 0) return judge(answers);
  const isUnknown = exchanges.every(({ error }) => error?.code === -32601);
  if (isUnknown && !declares) return notApplicable('the server has no completions');
  return isUnknown
    ? fail('completions are declared, and completion/complete gives the error -32601', evidenceOf(first))
    : notTestable(`every completion was answered with an error, the first with ${first.error?.code}`);
}

function judgeEach(
  answers: readonly Exchange[],
  findFault: (completion: JsonObject) => string | undefined,
): Verdict {
  for (const answer of answers) {
    const completion = isJsonObject(answer.result) ? answer.result['completion'] : undefined;
    const fault = isJsonObject(completion) ? findFault(completion) : undefined;
    if (fault !== undefined) return fail(fault, evidenceOf(answer));
  }
  return pass();
}

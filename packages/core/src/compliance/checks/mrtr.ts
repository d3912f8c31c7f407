import { isJsonObject, type JsonObject } from '../../json.ts';
import { declaredCapabilities } from '../../protocol/declared-capabilities.ts';
import { revisionStrategy } from '../../protocol/revisions/index.ts';
import { asksBack } from '../../protocol/revisions/validators.ts';
import type { Revision } from '../../protocol/types.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import type { CallableTool, Check, CheckContext, Verdict } from '../types.ts';
import { oncePerSession } from './asked.ts';
import { askByHand, type HandAnswer } from './by-hand.ts';
import { statelessRevisions as revisions } from './era.ts';
import { answeringTools, violationsOf } from './tools-seen.ts';

const needs = { capabilities: ['tools'] } as const;
const workflow = 'basic/patterns/mrtr#server-requirements-basic-workflow';
const errors = 'basic/patterns/mrtr#error-handling';
const nobodyAsks = 'no tool that was called asks back';
const clientCapabilities = 'io.modelcontextprotocol/clientCapabilities';

/** Servers that ask back in a result, and what the client says then. */
export default [
  defineCheck({
    id: 'mrtr.result',
    level: 'MUST',
    revisions,
    needs,
    spec: workflow,
    title:
      'a result that asks back has inputRequests, each a request that a client knows, or a requestState that is a string',
    remedy:
      'Send {"resultType": "input_required", "inputRequests": {"name": {"method": "elicitation/create", "params"}}, "requestState"}.',
    run: (context) =>
      overAsking(context, async ({ tool, answer, asked }) => {
        const [violation] = await violationsOf(context, 'tools/call', asked);
        if (violation !== undefined) return fail(`${tool.name}: ${violation.message}`, answer.evidence);
        return asked['inputRequests'] === undefined && asked['requestState'] === undefined
          ? fail(`${tool.name} asks for nothing and gives no state`, answer.evidence)
          : pass();
      }),
  }),
  defineCheck({
    id: 'mrtr.supported-requests',
    level: 'MUST',
    revisions,
    spec: 'basic/patterns/mrtr#supported-requests',
    title: 'only tools/call, prompts/get and resources/read are answered by asking back',
    remedy: 'Answer lists, completions and server/discover at once.',
    findings: { rules: ['mrtr.unsupported-method'], exercised: ['server/discover'] },
  }),
  defineCheck({
    id: 'mrtr.declared-only',
    level: 'MUST',
    revisions,
    spec: workflow,
    title: 'the server asks only for what the client declares in this very request',
    remedy: `Look at _meta["${clientCapabilities}"] of the request before you ask for input.`,
    findings: {
      rules: ['capability.client-undeclared'],
      exercised: ['tools/call', 'prompts/get', 'resources/read'],
    },
  }),
  defineCheck({
    id: 'mrtr.missing-capability',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic#_meta',
    title:
      'a call that cannot do without a capability of the client is answered with -32021 and the capability in its data',
    remedy: 'Answer with {"code": -32021, "message", "data": {"requiredCapabilities": {"elicitation": {}}}}.',
    run: (context) =>
      overAsking(context, async ({ tool }) => {
        const answer = await call(context, tool, {}, {});
        const { error, evidence } = answer;
        if (error === undefined) return pass();
        if (error.code !== -32021) return fail(`${tool.name}: the error is ${error.code}`, evidence);
        const required = isJsonObject(error.data) ? error.data['requiredCapabilities'] : undefined;
        return isJsonObject(required) && Object.keys(required).length > 0
          ? pass()
          : fail(`${tool.name}: data.requiredCapabilities names nothing`, evidence);
      }),
  }),
  defineCheck({
    id: 'mrtr.missing-response',
    level: 'SHOULD',
    revisions,
    needs,
    spec: errors,
    title:
      'a call that is repeated without the answers asked for is asked again, and not answered with an error',
    remedy: 'Send the input_required result again for what is still missing.',
    run: (context) =>
      overAsking(context, async ({ tool, asked }) => {
        if (!asksForInput(asked)) return undefined;
        const answer = await call(context, tool, { inputResponses: {}, ...stateOf(asked) });
        return answer.error === undefined
          ? pass()
          : fail(`${tool.name}: the error ${answer.error.code} came`, answer.evidence);
      }),
  }),
  defineCheck({
    id: 'mrtr.unknown-response',
    level: 'SHOULD',
    revisions,
    needs,
    spec: errors,
    title: 'an answer that nobody asked for is ignored',
    remedy: 'Take from inputResponses what you have asked for and leave the rest.',
    run: (context) =>
      overAsking(context, async ({ tool, asked }) => {
        if (!asksForInput(asked)) return undefined;
        const inputResponses = answersTo(asked);
        const sound = await call(context, tool, { inputResponses, ...stateOf(asked) });
        if (sound.error !== undefined) return undefined;
        const more = { ...inputResponses, 'harness-unknown': { action: 'cancel' } };
        const { error, evidence } = await call(context, tool, { inputResponses: more, ...stateOf(asked) });
        return error === undefined ? pass() : fail(`${tool.name}: the error ${error.code} came`, evidence);
      }),
  }),
  defineCheck({
    id: 'mrtr.malformed-responses',
    level: 'SHOULD',
    revisions,
    needs,
    spec: errors,
    title: 'inputResponses that are no object are not taken for an answer',
    remedy: 'Check inputResponses before use; answer with -32602, or ask again.',
    run: (context) =>
      overAsking(context, async ({ tool, asked }) => {
        if (!asksForInput(asked)) return undefined;
        const answer = await call(context, tool, { inputResponses: 'none', ...stateOf(asked) });
        const isTaken =
          answer.error === undefined && !asksBack(answer.result) && answer.result?.['isError'] !== true;
        return isTaken ? fail(`${tool.name} answers as if all were well`, answer.evidence) : pass();
      }),
  }),
] satisfies readonly Check[];

/** A tool that asked back when it was called with all capabilities declared. */
interface Asking {
  readonly tool: CallableTool;
  readonly answer: HandAnswer;
  readonly asked: JsonObject;
}

const findAsking = oncePerSession(async (context): Promise<readonly Asking[]> => {
  const asking: Asking[] = [];
  for (const tool of await answeringTools(context)) {
    const answer = await call(context, tool);
    if (asksBack(answer.result)) asking.push({ tool, answer, asked: answer.result });
  }
  return asking;
});

/** The first tool that breaks it; a judge that gives undefined could not tell. */
async function overAsking(
  context: CheckContext,
  judge: (asking: Asking) => Promise<Verdict | undefined>,
): Promise<Verdict> {
  const asking = await findAsking(context);
  if (asking.length === 0) return notTestable(nobodyAsks);
  let judged = 0;
  for (const one of asking) {
    const verdict = await judge(one);
    if (verdict?.status === 'failed') return verdict;
    if (verdict !== undefined) judged += 1;
  }
  return judged > 0 ? pass() : notTestable('every tool that asks back takes no answer that can be made up');
}

function call(
  context: CheckContext,
  { name, args }: CallableTool,
  more: JsonObject = {},
  declared: JsonObject = everything(context),
): Promise<HandAnswer> {
  return askByHand(context, {
    method: 'tools/call',
    params: { name, arguments: args, ...more },
    meta: { [clientCapabilities]: declared },
  });
}

function everything({ revision }: CheckContext): JsonObject {
  const all = { roots: [], sampling: [], elicitation: [] };
  return declaredCapabilities(all, revisionStrategy(revision as Revision));
}

/** False for a server that wants nothing but to be asked again. */
function asksForInput({ inputRequests }: JsonObject): boolean {
  return isJsonObject(inputRequests) && Object.keys(inputRequests).length > 0;
}

function stateOf({ requestState }: JsonObject): JsonObject {
  return requestState === undefined ? {} : { requestState };
}

/** Harmless answers: the user declines, there are no roots, the model says nothing. */
const replies: Readonly<Record<string, JsonObject>> = {
  'elicitation/create': { action: 'decline' },
  'roots/list': { roots: [] },
  'sampling/createMessage': {
    role: 'assistant',
    content: { type: 'text', text: '' },
    model: 'none',
    stopReason: 'endTurn',
  },
};

function answersTo({ inputRequests }: JsonObject): JsonObject {
  const asked = isJsonObject(inputRequests) ? Object.entries(inputRequests) : [];
  return Object.fromEntries(
    asked.map(([name, request]) => {
      const method = isJsonObject(request) ? request['method'] : undefined;
      return [name, (typeof method === 'string' ? replies[method] : undefined) ?? {}];
    }),
  );
}

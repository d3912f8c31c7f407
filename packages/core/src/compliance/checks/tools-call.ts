import { isJsonObject } from '../../json.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';
import { callWithoutRequired, callWithWrongTypes, isErrorAnswer, type BadCall } from './bad-arguments.ts';
import { faultsOfBlock } from './content-blocks.ts';
import { askAlive } from './era.ts';
import { sampleCalls, violationsOf } from './tools-seen.ts';

const always = { from: '2024-11-05' } as const;
const newest = { from: '2025-11-25' } as const;
const needs = { capabilities: ['tools'] } as const;
const errors = 'server/tools#error-handling';
const headerMismatch = -32020;
const noCall = 'no tool may be called here: none is annotated read-only, or none was named';

export default [
  defineCheck({
    id: 'tools.call.answered',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/tools#calling-tools',
    title: 'a tool that is called with arguments that fit its schema answers, and the server goes on',
    remedy: 'Catch exceptions in tools; answer with isError and a text that says what went wrong.',
    run: judgeAnswered,
  }),
  defineCheck({
    id: 'tools.call.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/tools#tool-result',
    title: 'the result of a call has a list of content blocks, each with the members of its type',
    remedy: 'Answer with {"content": [...]}, an empty list when there is nothing to say.',
    run: async (context) => {
      const calls = (await sampleCalls(context)).filter(({ exchange }) => exchange?.result !== undefined);
      if (calls.length === 0) return notTestable(noCall);
      for (const { name, exchange } of calls) {
        const result = exchange?.result;
        const blocks = isJsonObject(result) && Array.isArray(result['content']) ? result['content'] : [];
        const judgedElsewhere = ({ path }: { readonly path: string }): boolean => {
          const index = /^\/content\/(\d+)/.exec(path)?.[1];
          const block: unknown = index === undefined ? undefined : blocks[Number(index)];
          return isJsonObject(block) && faultsOfBlock(block, context.revision).length > 0;
        };
        const [violation] = (await violationsOf(context, 'tools/call', result)).filter(
          (one) => one.rule === 'schema.tools/call' && !judgedElsewhere(one),
        );
        if (violation !== undefined && exchange !== undefined)
          return fail(`${name}: ${violation.message}`, evidenceOf(exchange));
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'tools.call.unknown-tool',
    level: 'MUST',
    revisions: always,
    needs,
    spec: errors,
    title: 'a call of a tool that there is not is answered with an error',
    remedy: 'Look the name up first; answer with the error -32602 when it is not there.',
    run: async (context) => {
      const exchange = await callUnknown(context);
      return isErrorAnswer(exchange)
        ? pass()
        : fail('a call of an unknown tool is answered as if it were there', evidenceOf(exchange));
    },
  }),
  defineCheck({
    id: 'tools.call.unknown-tool-code',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: errors,
    title: 'a call of a tool that there is not is answered with a protocol error',
    remedy: 'Answer with a JSON-RPC error, best -32602, not with isError: the model cannot mend it.',
    run: async (context) => {
      const exchange = await callUnknown(context);
      // -32602 stands in an example only: any protocol error will do.
      if (exchange.error !== undefined) return pass();
      if (!isErrorAnswer(exchange)) return notTestable('no error came: see tools.call.unknown-tool');
      return fail('it is answered with isError instead of a protocol error', evidenceOf(exchange));
    },
  }),
  defineCheck({
    id: 'tools.call.missing-arguments',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/tools#security-considerations',
    title: 'a call without a required argument is answered with an error',
    remedy: 'Check the arguments against inputSchema before the tool runs.',
    run: (context) => judgeRefused(callWithoutRequired(context), 'has a required argument'),
  }),
  defineCheck({
    id: 'tools.call.wrong-types',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/tools#security-considerations',
    title: 'a call with an argument of the wrong type is answered with an error',
    remedy: 'Check the arguments against inputSchema before the tool runs.',
    run: (context) => judgeRefused(callWithWrongTypes(context), 'has an argument of one type'),
  }),
  defineCheck({
    id: 'tools.call.validation-in-result',
    level: 'SHOULD',
    revisions: newest,
    needs,
    spec: errors,
    title: 'arguments that do not fit are answered with isError, so that the model sees why',
    remedy: 'Answer with isError and a text that names the argument, not with a JSON-RPC error.',
    run: async (context) => {
      const calls = [...(await callWithoutRequired(context)), ...(await callWithWrongTypes(context))];
      // An argument that goes into a header is refused by the rules of headers.
      const refused = calls.filter(
        ({ exchange }) => isErrorAnswer(exchange) && exchange.error?.code !== headerMismatch,
      );
      const outside = refused.find(isRefusedOutside);
      if (outside !== undefined)
        return fail(
          `${outside.name} ${outside.how} is answered with the protocol error ${outside.exchange.error?.code}`,
          evidenceOf(outside.exchange),
        );
      return refused.some(({ exchange }) => exchange.error === undefined)
        ? pass()
        : notTestable('no call was refused for its arguments');
    },
  }),
  defineCheck({
    id: 'tools.call.malformed-request',
    level: 'SHOULD',
    revisions: newest,
    needs,
    spec: errors,
    title: 'a tools/call without a name is answered with a protocol error',
    remedy: 'Answer with the error -32602 when name is missing or no string.',
    run: async ({ session, signal }) => {
      const exchange = await session.exchange('tools/call', { arguments: {} }, { signal });
      return exchange.error === undefined
        ? fail('it is answered with a result', evidenceOf(exchange))
        : pass();
    },
  }),
] satisfies readonly Check[];

function callUnknown({ session, signal }: CheckContext) {
  return session.exchange('tools/call', { name: 'harness-no-such-tool', arguments: {} }, { signal });
}

/** A protocol error that is about the arguments. Any other, such as a service that cannot be reached, tells nothing of them. */
function isRefusedOutside({ argument, exchange: { error } }: BadCall): boolean {
  return error !== undefined && (error.code === -32602 || error.message.split(/[^\w-]+/).includes(argument));
}

async function judgeRefused(asked: Promise<readonly BadCall[]>, what: string): Promise<Verdict> {
  const calls = await asked;
  if (calls.length === 0) return notTestable(`no tool that may be called here ${what}`);
  const accepted = calls.find(({ exchange }) => !isErrorAnswer(exchange));
  if (accepted === undefined) return pass();
  return fail(
    `${accepted.name} ${accepted.how} is answered as if all were well`,
    evidenceOf(accepted.exchange),
  );
}

async function judgeAnswered(context: CheckContext): Promise<Verdict> {
  const calls = await sampleCalls(context);
  if (calls.length === 0) return notTestable(noCall);
  const lost = calls.find(({ exchange }) => exchange === undefined);
  if (lost === undefined) return pass();
  const why = lost.failure instanceof Error ? lost.failure.message : String(lost.failure);
  const sent = JSON.stringify({ name: lost.name, arguments: lost.args });
  // A tool may be slow; a server that answers nothing any more is not.
  if (context.session.alive) {
    try {
      await askAlive(context);
      return notTestable(`${lost.name} gave no answer in time; it may be slow: ${why}`);
    } catch {
      context.signal.throwIfAborted();
    }
  }
  return fail(`${lost.name}: ${why}`, { sent });
}

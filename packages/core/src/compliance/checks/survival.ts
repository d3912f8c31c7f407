import { defineCheck, fail, pass } from '../define.ts';
import type { CheckContext, Verdict } from '../types.ts';
import { isHttpAnswer } from './answered.ts';
import { rawRequest, type RawRequest } from './era.ts';

const always = { from: '2024-11-05' } as const;
const mebibyte = 2 ** 20;
/** A method that every server can answer: by saying that it has it not. */
const stillThere = 'harness/still-there';

/** After this raw text, or this request, the server must still answer. */
function survives(what: string | RawRequest) {
  return async (context: CheckContext): Promise<Verdict> => {
    const { session, signal } = context;
    const { text, headers } =
      typeof what === 'string' ? { text: what, headers: {} } : rawRequest(context, what);
    await session.sendRaw(text, { timeoutMs: 500, until: () => false, headers }).catch(() => undefined);
    try {
      await session.exchange(stillThere, {}, { signal });
      return pass();
    } catch (error) {
      signal.throwIfAborted();
      if (isHttpAnswer(error)) return pass();
      // What has gone silent would be silent in the next check as well.
      await session.close();
      const why = error instanceof Error ? error.message : String(error);
      return fail(`it answers no more: ${why}`, { sent: text.slice(0, 2000) });
    }
  };
}

export default [
  defineCheck({
    id: 'survival.invalid-json',
    level: 'SHOULD',
    revisions: always,
    spec: 'messages#responses',
    title: 'the server goes on after a text that is not JSON',
    remedy: 'Catch the parse error; answer with -32700 and id null, or ignore the text.',
    run: survives('{"jsonrpc":"2.0","id":7,"method":'),
  }),
  defineCheck({
    id: 'survival.not-a-message',
    level: 'SHOULD',
    revisions: always,
    spec: 'messages#responses',
    title: 'the server goes on after JSON that is no message',
    remedy: 'Answer with -32600 and id null, or ignore it.',
    run: survives('"just a text"'),
  }),
  defineCheck({
    id: 'survival.wrong-params',
    level: 'SHOULD',
    revisions: always,
    spec: 'messages#requests',
    title: 'the server goes on after params that are no object',
    remedy: 'Check params before use; answer with -32602.',
    run: survives('{"jsonrpc":"2.0","id":"wrong-params","method":"tools/call","params":7}'),
  }),
  defineCheck({
    id: 'survival.unknown-cancellation',
    level: 'SHOULD',
    revisions: always,
    spec: 'basic/utilities/cancellation#error-handling',
    title: 'the server ignores the cancellation of a request that it does not know',
    remedy: 'Look the id up; when it is not there, do nothing.',
    run: survives(
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never-sent","reason":"a test"}}',
    ),
  }),
  defineCheck({
    id: 'survival.large-message',
    level: 'SHOULD',
    revisions: always,
    spec: 'messages#requests',
    title: 'the server goes on after a message of 1 MiB',
    remedy: 'Read until the end of the message, whatever its length; buffers of a fixed size are not enough.',
    run: survives({
      id: 'large',
      method: 'harness/large',
      params: { text: 'é'.repeat(mebibyte / 2) },
    }),
  }),
  defineCheck({
    id: 'jsonrpc.every-request-answered',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'every request is answered, and the server is still there at the end',
    remedy: 'Answer errors too; catch exceptions in handlers so that the process does not end.',
    run: async ({ session, crashes, unanswered, signal }) => {
      // A tool that ends the server is tools.call.answered's to tell.
      const crash = crashes.find(
        ({ during }) => !/^(?:tools|content|unicode|progress|cancellation|logging|mrtr|tasks)\./.test(during),
      );
      if (crash !== undefined) return fail(`while ${crash.during} was looked at: ${crash.error.message}`);
      const [lost] = unanswered;
      if (lost !== undefined) return fail(lost);
      for (let count = 1; count <= 10; count += 1) {
        try {
          await session.exchange('harness/no-such-method', {}, { signal, timeoutMs: 3000 });
        } catch (error) {
          if (isHttpAnswer(error)) continue;
          return fail(`request ${count} of 10: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return pass();
    },
  }),
];

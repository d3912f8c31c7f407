import { defineCheck, fail, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Verdict } from '../types.ts';
import { httpText, isHttpAnswer } from './answered.ts';
import { aliveMethod, rawRequest } from './era.ts';
import { askRaw, listenRaw } from './raw.ts';

const always = { from: '2024-11-05' } as const;
const anything = ['initialize', 'server/discover'];

export default [
  defineCheck({
    id: 'jsonrpc.version',
    level: 'MUST',
    revisions: always,
    spec: 'messages',
    title: 'every message carries "jsonrpc": "2.0"',
    remedy: 'Add the member to every answer, request and notification.',
    findings: { rules: ['jsonrpc.version'], exercised: anything },
  }),
  defineCheck({
    id: 'jsonrpc.well-formed',
    level: 'MUST',
    revisions: always,
    spec: 'messages',
    title: 'every message is one JSON-RPC request, notification or answer in valid JSON',
    remedy: 'Serialise each message with a JSON library and send it whole.',
    findings: {
      rules: [
        'jsonrpc.invalid-json',
        'jsonrpc.truncated',
        'jsonrpc.not-a-message',
        'jsonrpc.mixed-members',
        'jsonrpc.params-type',
        'jsonrpc.request-id',
        'jsonrpc.notification-id',
      ],
      exercised: anything,
    },
  }),
  defineCheck({
    id: 'jsonrpc.id-kept',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'an answer has the id of its request, in its type',
    remedy: 'Copy the id as it came; do not turn a number into a string.',
    findings: { rules: ['jsonrpc.id-type', 'jsonrpc.unknown-id', 'jsonrpc.id-missing'], exercised: anything },
  }),
  defineCheck({
    id: 'jsonrpc.string-id-kept',
    level: 'MUST',
    revisions: always,
    spec: 'messages#requests',
    title: 'a request whose id is a string is answered with that string',
    remedy: 'Ids are strings or integers: keep both as they came.',
    run: async (context) => {
      const id = 'compliance-é-1';
      const { text, headers } = rawRequest(context, { id, method: aliveMethod(context) });
      const { messages, evidence } = await askRaw(context.session, text, 5000, headers);
      if (messages.some((message) => message['id'] === id)) return pass();
      return fail(
        messages.length === 0
          ? 'no answer came'
          : `the answer has the id ${JSON.stringify(messages[0]?.['id'])}`,
        evidence,
      );
    },
  }),
  defineCheck({
    id: 'jsonrpc.answered-once',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'a request is answered once',
    remedy: 'Send one answer, an error or a result, for each request.',
    findings: { rules: ['jsonrpc.duplicate-answer'], exercised: anything },
  }),
  defineCheck({
    id: 'jsonrpc.result-or-error',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'an answer has either a result or an error, and not both',
    remedy: 'Leave the other member out; null is not absence.',
    findings: {
      rules: ['jsonrpc.result-and-error', 'jsonrpc.no-result-no-error', 'jsonrpc.result-type'],
      exercised: anything,
    },
  }),
  defineCheck({
    id: 'jsonrpc.error-object',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'an error has an integer code and a message',
    remedy: 'Give every error both; text belongs into message, details into data.',
    findings: { rules: ['jsonrpc.error-object'], exercised: anything },
  }),
  defineCheck({
    id: 'jsonrpc.unknown-method',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'an unknown method is answered with the error -32601',
    remedy: 'Answer methods that you do not have with {"code": -32601, "message": "Method not found"}.',
    run: judgeUnknownMethod,
  }),
  defineCheck({
    id: 'jsonrpc.notifications-unanswered',
    level: 'MUST',
    revisions: always,
    spec: 'messages#notifications',
    title: 'a notification is not answered, not even an unknown one',
    remedy: 'A message without an id gets no answer, neither result nor error.',
    run: async ({ session }) => {
      const { messages, evidence } = await listenRaw(
        session,
        '{"jsonrpc":"2.0","method":"notifications/harness/unknown"}',
      );
      return messages.length === 0 ? pass() : fail('a notification was answered', evidence);
    },
  }),
  defineCheck({
    id: 'jsonrpc.batch-received',
    level: 'MUST',
    revisions: { from: '2025-03-26', until: '2025-03-26' },
    spec: 'batching',
    title: 'a batch of requests is answered, each request in it',
    remedy: 'Take an array of messages apart; answer in a batch or one by one.',
    run: async ({ session }) => {
      const ids = ['batch-1', 'batch-2'];
      const text = JSON.stringify(ids.map((id) => ({ jsonrpc: '2.0', id, method: 'ping' })));
      const answered = new Set<unknown>();
      const frames = await session.sendRaw(text, {
        timeoutMs: 5000,
        until: (frame) => {
          for (const id of ids) if (frame.text.includes(`"${id}"`)) answered.add(id);
          return answered.size === ids.length;
        },
      });
      if (answered.size === ids.length) return pass();
      return fail(`${answered.size} of 2 requests of a batch were answered`, {
        sent: text,
        received: frames.map((frame) => frame.text).join('\n'),
      });
    },
  }),
  defineCheck({
    id: 'jsonrpc.no-batches',
    level: 'MUST',
    revisions: { from: '2025-06-18' },
    spec: 'messages',
    title: 'the server sends no batches, which this revision does not have',
    remedy: 'Send each message by itself.',
    findings: { rules: ['jsonrpc.batch', 'jsonrpc.empty-batch'], exercised: anything },
  }),
  defineCheck({
    id: 'jsonrpc.concurrent-requests',
    level: 'MUST',
    revisions: always,
    spec: 'messages#responses',
    title: 'of 32 requests under way at once each gets its own answer',
    remedy: 'Keep the id with each request; answers may come in any order.',
    run: async ({ session, signal }) => {
      const methods = Array.from({ length: 32 }, (_, index) => `harness/no-such-method-${index}`);
      const exchanges = await Promise.all(
        methods.map((method) =>
          session.exchange(method, {}, { signal }).catch((error: unknown) => isHttpAnswer(error)),
        ),
      );
      const lost = exchanges.filter((exchange) => exchange === false);
      return lost.length === 0
        ? pass()
        : fail(`${lost.length} of 32 requests under way at once got no answer`);
    },
  }),
  defineCheck({
    id: 'encoding.utf8',
    level: 'MUST',
    revisions: always,
    spec: 'basic/transports',
    title: 'every message is UTF-8',
    remedy: 'Set the encoding of stdout, or of the body, to UTF-8.',
    findings: { rules: ['encoding.utf8'], exercised: anything },
  }),
];

async function judgeUnknownMethod({ session, signal }: CheckContext): Promise<Verdict> {
  const method = 'harness/no-such-method';
  try {
    const exchange = await session.exchange(method, {}, { signal });
    if (exchange.error?.code === -32601) return pass();
    return fail(
      exchange.error === undefined
        ? 'an unknown method is answered with a result'
        : `an unknown method is answered with the error ${exchange.error.code}`,
      evidenceOf(exchange),
    );
  } catch (error) {
    if (!isHttpAnswer(error)) throw error;
    const sent = JSON.stringify({ jsonrpc: '2.0', method, params: {} });
    return fail('an unknown method is answered by HTTP alone', { sent, received: httpText(error) });
  }
}

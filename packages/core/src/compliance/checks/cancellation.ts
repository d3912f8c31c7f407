import { setTimeout as delay } from 'node:timers/promises';
import { isHarnessError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { Exchange, Frame } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import type { CheckContext, Verdict } from '../types.ts';
import { askEverything } from './asked.ts';
import { askAlive, isStateless, rawRequest } from './era.ts';
import { listenRaw } from './raw.ts';

const always = { from: '2024-11-05' } as const;
/** A request that takes less is over before it can be cancelled, and one that takes more is not waited for; in ms. */
const worthCancelling = { fromMs: 100, toMs: 5000 };
const headStartMs = 30;
const maxCancelled = 3;

export default [
  defineCheck({
    id: 'cancellation.no-answer',
    level: 'SHOULD',
    revisions: always,
    spec: 'basic/utilities/cancellation#behavior-requirements',
    title: 'a request that is cancelled while it is under way is not answered any more',
    remedy: 'Keep an abort signal with each request; when it has fired, send no answer.',
    run: judgeCancelled,
  }),
  defineCheck({
    id: 'cancellation.finished-request',
    level: 'SHOULD',
    revisions: always,
    spec: 'basic/utilities/cancellation#error-handling',
    title: 'the cancellation of a request that has been answered is ignored',
    remedy: 'Look the id up among the requests under way; when it is not there, do nothing.',
    run: async (context) => {
      const { session } = context;
      if (closesStreams(context)) return notApplicable('over HTTP the end of its stream cancels a request');
      const { id } = await askAlive(context);
      const params = { requestId: id, reason: 'it has been answered already' };
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
      const { messages, evidence } = await listenRaw(session, text);
      return messages.length === 0 ? pass() : fail('the cancellation was answered', evidence);
    },
  }),
  defineCheck({
    id: 'cancellation.race',
    level: 'MUST',
    revisions: always,
    spec: 'basic/utilities/cancellation#timing-considerations',
    title: 'the server goes on when cancellations and answers cross',
    remedy: 'Let a cancelled request fail alone: it must end neither the session nor other requests.',
    run: async (context) => {
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          const controller = new AbortController();
          const exchange = askAlive({ ...context, signal: controller.signal });
          controller.abort();
          await exchange.catch(() => undefined);
        }),
      );
      try {
        await askAlive(context);
        return pass();
      } catch (error) {
        if (!isHarnessError(error) || error.code === 'CANCELLED') throw error;
        return fail(`after five requests were cancelled at once: ${error.message}`);
      }
    },
  }),
];

/** Cancels those requests that took their time when they were sent before, until one tells something. */
async function judgeCancelled(context: CheckContext): Promise<Verdict> {
  if (context.transport === 'http') {
    return notTestable('over HTTP the stream of an answer ends with its request');
  }
  const { fromMs, toMs } = worthCancelling;
  const slow = (await askEverything(context))
    .filter(({ durationMs }) => durationMs >= fromMs && durationMs <= toMs)
    .toSorted((left, right) => right.durationMs - left.durationMs)
    .slice(0, maxCancelled);
  for (const [index, exchange] of slow.entries()) {
    const verdict = await cancel(context, exchange, `compliance-cancelled-${index + 1}`);
    if (verdict !== undefined) return verdict;
  }
  return notTestable(
    slow.length === 0
      ? `no harmless request takes ${fromMs} ms, so that it could be cancelled`
      : 'every request was answered so soon that the cancellation may have crossed the answer',
  );
}

/**
 * Sends a request again and cancels it. An answer counts only when it comes after that to a request which was sent behind
 * the cancellation: what comes earlier may have crossed it, and tells nothing.
 */
async function cancel(
  context: CheckContext,
  { method, params, durationMs }: Exchange,
  id: string,
): Promise<Verdict | undefined> {
  const { session } = context;
  const { _meta: _, ...rest } = params ?? {};
  const { text } = rawRequest(context, { id, method, params: rest });
  const isAnswer = (frame: Frame): boolean => answers(frame, id);
  const listening = session.sendRaw(text, { timeoutMs: durationMs * 2 + 300, until: isAnswer });
  listening.catch(() => undefined);
  await delay(headStartMs);
  await session.notify('notifications/cancelled', { requestId: id, reason: 'a compliance check' });
  const alive = await askAlive(context);
  const answer = (await listening).find(isAnswer);
  if (answer === undefined) return pass();
  if (answer.atMs <= alive.startedAtMs + alive.durationMs) return undefined;
  return fail(`${method} was cancelled, and answered after that`, { sent: text, received: answer.text });
}

/** In the stateless era no notification cancels over HTTP. */
function closesStreams({ transport, revision }: CheckContext): boolean {
  return transport === 'http' && isStateless(revision);
}

function answers({ direction, text }: Frame, id: string): boolean {
  if (direction !== 'received' || !text.includes(id)) return false;
  try {
    const message: unknown = JSON.parse(text);
    return isJsonObject(message) && message['id'] === id;
  } catch {
    return false;
  }
}

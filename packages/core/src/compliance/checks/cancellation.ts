import { setTimeout as delay } from 'node:timers/promises';
import { isHarnessError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { Exchange, Frame } from '../../protocol/types.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import type { CheckContext, Verdict } from '../types.ts';
import { askEverything } from './asked.ts';
import { listenRaw } from './raw.ts';

/** The era in which a notification cancels. */
const handshakes = { from: '2024-11-05', until: '2025-11-25' } as const;
/** A request that takes less is over before it can be cancelled, and one that takes more is not waited for; in ms. */
const worthCancelling = { fromMs: 100, toMs: 5000 };
const headStartMs = 30;
const cancelledId = 'compliance-cancelled';

export default [
  defineCheck({
    id: 'cancellation.no-answer',
    level: 'SHOULD',
    revisions: handshakes,
    spec: 'basic/utilities/cancellation#behavior-requirements',
    title: 'a request that is cancelled while it is under way is not answered any more',
    remedy: 'Keep an abort signal with each request; when it has fired, send no answer.',
    run: judgeCancelled,
  }),
  defineCheck({
    id: 'cancellation.finished-request',
    level: 'SHOULD',
    revisions: handshakes,
    spec: 'basic/utilities/cancellation#error-handling',
    title: 'the cancellation of a request that has been answered is ignored',
    remedy: 'Look the id up among the requests under way; when it is not there, do nothing.',
    run: async ({ session, signal }) => {
      const { id } = await session.exchange('ping', undefined, { signal });
      const params = { requestId: id, reason: 'it has been answered already' };
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
      const { messages, evidence } = await listenRaw(session, text);
      return messages.length === 0 ? pass() : fail('the cancellation was answered', evidence);
    },
  }),
  defineCheck({
    id: 'cancellation.race',
    level: 'MUST',
    revisions: handshakes,
    spec: 'basic/utilities/cancellation#timing-considerations',
    title: 'the server goes on when cancellations and answers cross',
    remedy: 'Let a cancelled request fail alone: it must end neither the session nor other requests.',
    run: async ({ session, signal }) => {
      await Promise.all(
        Array.from({ length: 5 }, async () => {
          const controller = new AbortController();
          const exchange = session.exchange('ping', undefined, { signal: controller.signal });
          controller.abort();
          await exchange.catch(() => undefined);
        }),
      );
      try {
        await session.exchange('ping', undefined, { signal });
        return pass();
      } catch (error) {
        if (!isHarnessError(error) || error.code === 'CANCELLED') throw error;
        return fail(`after five requests were cancelled at once: ${error.message}`);
      }
    },
  }),
];

/**
 * Cancels a request that took its time when it was sent before. An answer counts only when it comes after that to a
 * ping which was sent behind the cancellation: what comes earlier may have crossed it.
 */
async function judgeCancelled(context: CheckContext): Promise<Verdict> {
  const { session, signal, transport } = context;
  if (transport === 'http') return notTestable('over HTTP the stream of an answer ends with its request');
  const slow = await findSlow(context);
  if (slow === undefined) {
    return notTestable(
      `no harmless request takes ${worthCancelling.fromMs} ms, so that it could be cancelled`,
    );
  }
  const { method, params } = slow;
  const { _meta: _, ...rest } = params ?? {};
  const text = JSON.stringify({ jsonrpc: '2.0', id: cancelledId, method, params: rest });
  const listening = session.sendRaw(text, { timeoutMs: slow.durationMs * 2 + 300, until: isAnswer });
  listening.catch(() => undefined);
  await delay(headStartMs);
  await session.notify('notifications/cancelled', { requestId: cancelledId, reason: 'a compliance check' });
  const ping = await session.exchange('ping', undefined, { signal });
  const answer = (await listening).find(isAnswer);
  if (answer === undefined) return pass();
  if (answer.atMs <= ping.startedAtMs + ping.durationMs) {
    return notTestable(`${method} was answered so soon that the cancellation may have crossed the answer`);
  }
  return fail(`${method} was cancelled, and answered after that`, { sent: text, received: answer.text });
}

/** The quickest of the requests made so far that are slow enough. */
async function findSlow(context: CheckContext): Promise<Exchange | undefined> {
  const { fromMs, toMs } = worthCancelling;
  return (await askEverything(context))
    .filter(({ durationMs }) => durationMs >= fromMs && durationMs <= toMs)
    .toSorted((left, right) => left.durationMs - right.durationMs)[0];
}

function isAnswer({ direction, text }: Frame): boolean {
  if (direction !== 'received' || !text.includes(cancelledId)) return false;
  try {
    const message: unknown = JSON.parse(text);
    return isJsonObject(message) && message['id'] === cancelledId;
  } catch {
    return false;
  }
}

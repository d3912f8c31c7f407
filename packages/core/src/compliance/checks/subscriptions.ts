import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Frame } from '../../protocol/types.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import { judgeEmptyResult } from './verdicts.ts';

/** The era in which a subscription is a request of its own. */
const handshakes = { from: '2024-11-05', until: '2025-11-25' } as const;
const needs = { capabilities: ['resources.subscribe'] } as const;
const updated = 'notifications/resources/updated';

export default [
  defineCheck({
    id: 'resources.subscribe.result',
    level: 'MUST',
    revisions: handshakes,
    needs,
    spec: 'server/resources#subscriptions',
    title: 'subscribing to a listed resource and unsubscribing are answered with an empty result',
    remedy: 'Answer resources/subscribe and resources/unsubscribe with {"result": {}}.',
    run: async ({ session, resources, signal }) => {
      const uri = (await resources())[0]?.['uri'];
      if (typeof uri !== 'string') return notTestable('the server lists no resource to subscribe to');
      for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
        const verdict = judgeEmptyResult(await session.exchange(method, { uri }, { signal }), method);
        if (verdict.status !== 'passed') return verdict;
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'resources.updated.subscribed-only',
    level: 'SHOULD',
    revisions: handshakes,
    needs,
    spec: 'server/resources#subscriptions',
    title: 'the server tells of updates only of resources that the client has subscribed to',
    remedy: 'Keep the subscriptions of each session, and send resources/updated only for these.',
    run: async ({ session }) => {
      const subscribed: string[] = [];
      for (const frame of session.frames) {
        const { method, uri } = readCall(frame);
        if (uri === undefined) continue;
        if (frame.direction === 'sent' && method === 'resources/subscribe') subscribed.push(uri);
        if (frame.direction !== 'received' || method !== updated) continue;
        // It may be a part of what was subscribed to; how URIs nest is the server's own affair.
        if (subscribed.some((wanted) => uri.startsWith(wanted.replace(/\/$/, '')))) continue;
        return fail(`an update of ${uri} came, to which nobody had subscribed`, { received: frame.text });
      }
      return pass();
    },
  }),
];

function readCall({ text, truncated }: Frame): { method?: unknown; uri?: string } {
  if (truncated === true || !/"(?:resources\/subscribe|notifications\/resources\/updated)"/.test(text))
    return {};
  try {
    const message = JSON.parse(text) as JsonObject;
    const params = isJsonObject(message['params']) ? message['params'] : {};
    const { uri } = params;
    return typeof uri === 'string' ? { method: message['method'], uri } : {};
  } catch {
    return {};
  }
}

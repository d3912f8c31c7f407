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
    revisions: { from: '2024-11-05' },
    needs,
    spec: 'server/resources#subscriptions',
    title: 'the server tells of updates only of resources that the client has subscribed to',
    remedy: 'Keep the subscriptions of each session, and send resources/updated only for these.',
    run: async ({ session }) => {
      const subscribed: string[] = [];
      for (const frame of session.frames) {
        const { method, uri, watched } = readCall(frame);
        if (frame.direction === 'sent') subscribed.push(...watched);
        if (frame.direction !== 'received' || method !== updated || uri === undefined) continue;
        // It may be a part of what was subscribed to; how URIs nest is the server's own affair.
        if (subscribed.some((wanted) => uri.startsWith(wanted.replace(/\/$/, '')))) continue;
        return fail(`an update of ${uri} came, to which nobody had subscribed`, { received: frame.text });
      }
      return pass();
    },
  }),
];

interface Call {
  readonly method?: unknown;
  readonly uri?: string | undefined;
  /** What a request asks to be told of. */
  readonly watched: readonly string[];
}

function readCall({ text, truncated }: Frame): Call {
  const isOfInterest = /"(?:resources\/subscribe|subscriptions\/listen|notifications\/resources\/updated)"/;
  if (truncated === true || !isOfInterest.test(text)) return { watched: [] };
  try {
    const { method, params } = JSON.parse(text) as JsonObject;
    if (!isJsonObject(params)) return { watched: [] };
    const uri = typeof params['uri'] === 'string' ? params['uri'] : undefined;
    const filter = isJsonObject(params['notifications']) ? params['notifications'] : {};
    const listed = filter['resourceSubscriptions'];
    const several = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
    return { method, uri, watched: method === 'resources/subscribe' && uri !== undefined ? [uri] : several };
  } catch {
    return { watched: [] };
  }
}

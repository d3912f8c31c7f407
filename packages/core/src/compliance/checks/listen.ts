import { setTimeout as delay } from 'node:timers/promises';
import { isHarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { metaOf } from '../../protocol/stateless/meta.ts';
import type { Exchange, Frame } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';
import { oncePerSession } from './asked.ts';
import { askAlive, statelessRevisions as revisions } from './era.ts';
import { findingOf } from './verdicts.ts';

const page = 'basic/patterns/subscriptions';
/** How long a check listens for what must not come, in ms. */
const quietMs = 300;
const nothingToHear = 'the server declares neither listChanged nor subscribe';

/** Subscriptions of the stateless era, which are requests that stay open. */
export default [
  defineCheck({
    id: 'subscriptions.acknowledged',
    level: 'MUST',
    revisions,
    spec: `${page}#acknowledgment`,
    title: 'subscriptions/listen is acknowledged by a notification, which comes before all others of it',
    remedy: 'Send notifications/subscriptions/acknowledged with the filter that you honour, first of all.',
    run: (context) =>
      overSubscriptions(
        context,
        ({ kind, exchange, failure }) => {
          if (exchange === undefined) return fail(`${kind}: ${failure}`);
          if (exchange.error === undefined) return pass();
          return fail(`a subscription to ${kind} got the error ${exchange.error.code}`, evidenceOf(exchange));
        },
        ['subscription.not-acknowledged', 'schema.notifications/subscriptions/acknowledged'],
      ),
  }),
  defineCheck({
    id: 'subscriptions.acknowledged-subset',
    level: 'MUST',
    revisions,
    spec: `${page}#acknowledgment`,
    title: 'an acknowledgement names nothing that was not asked for',
    remedy: 'Answer with the part of the filter that you honour.',
    run: (context) => overSubscriptions(context, () => pass(), ['subscription.acknowledged-more']),
  }),
  defineCheck({
    id: 'subscriptions.declared-is-honoured',
    level: 'SHOULD',
    revisions,
    spec: `${page}#acknowledgment`,
    title: 'what the server declares (listChanged, subscribe) it agrees to tell of',
    remedy: 'Leave out of the acknowledgement only what your capabilities leave out.',
    run: (context) =>
      overSubscriptions(context, ({ kind, exchange }) => {
        const agreed = isJsonObject(exchange?.result) ? exchange.result['notifications'] : undefined;
        if (exchange === undefined || !isJsonObject(agreed)) return undefined;
        const honoured = agreed[kind];
        return honoured === true || (Array.isArray(honoured) && honoured.length > 0)
          ? pass()
          : fail(`${kind} is declared and was not agreed to`, evidenceOf(exchange));
      }),
  }),
  defineCheck({
    id: 'subscriptions.only-requested',
    level: 'MUST',
    revisions,
    spec: `${page}#opening-a-stream`,
    title: 'a subscription brings only the kinds of news that it asked for, and nothing comes without one',
    remedy: 'Look at the filter of each subscription before you send a notification on it.',
    run: (context) => overSubscriptions(context, () => pass(), ['subscription.not-requested']),
  }),
  defineCheck({
    id: 'subscriptions.id',
    level: 'MUST',
    revisions,
    spec: `${page}#receiving-notifications`,
    title: 'every notification of a subscription says in _meta which it belongs to',
    remedy: 'Put the id of the listen request, in its type, under io.modelcontextprotocol/subscriptionId.',
    run: (context) =>
      overSubscriptions(context, () => pass(), ['subscription.id-missing', 'subscription.unknown-id']),
  }),
  defineCheck({
    id: 'subscriptions.ends-when-cancelled',
    level: 'MUST',
    revisions,
    needs: { transport: 'stdio', capabilities: ['resources.subscribe'] },
    spec: 'basic/transports/stdio#cancellation',
    title: 'nothing comes of a subscription that the client has cancelled',
    remedy: 'Forget the subscription on notifications/cancelled, together with its timers.',
    run: judgeCancelled,
  }),
  defineCheck({
    id: 'cancellation.subscriptions-only',
    level: 'MUST',
    revisions,
    spec: 'basic/patterns/cancellation#behavior-requirements',
    title: 'the server cancels nothing but subscriptions',
    remedy: 'Answer a request that you give up with an error.',
    findings: { rules: ['cancellation.not-a-subscription'], exercised: ['server/discover'] },
  }),
] satisfies readonly Check[];

/** One subscription to one kind of news that the server declares, and what came first. */
interface Subscribed {
  readonly kind: string;
  readonly exchange?: Exchange | undefined;
  readonly failure?: string | undefined;
}

/** All at once, so that a server that keeps one alone shows it. */
const subscribe = oncePerSession(async (context): Promise<readonly Subscribed[]> => {
  const { session, signal } = context;
  const filters = await filtersOf(context);
  const subscribed = await Promise.all(
    filters.map(async ([kind, value]): Promise<Subscribed> => {
      try {
        const params = { notifications: { [kind]: value } };
        return { kind, exchange: await session.exchange('subscriptions/listen', params, { signal }) };
      } catch (error) {
        if (!isHarnessError(error) || error.code !== 'PROTOCOL_TIMEOUT') throw error;
        return { kind, failure: error.message };
      }
    }),
  );
  if (filters.length > 0) await delay(quietMs);
  return subscribed;
});

async function filtersOf({
  capabilities,
  resources,
}: CheckContext): Promise<readonly (readonly [kind: string, value: true | readonly string[]])[]> {
  const has = (name: string, feature: string): boolean => {
    const capability = capabilities[name];
    return isJsonObject(capability) && capability[feature] === true;
  };
  const uri = has('resources', 'subscribe') ? (await resources())[0]?.['uri'] : undefined;
  return [
    ...['tools', 'prompts', 'resources'].flatMap((name) =>
      has(name, 'listChanged') ? [[`${name}ListChanged`, true] as const] : [],
    ),
    ...(typeof uri === 'string' ? [['resourceSubscriptions', [uri]] as const] : []),
  ];
}

/** Judges each subscription (undefined: it cannot be told), then by what the session found. */
async function overSubscriptions(
  context: CheckContext,
  judge: (subscribed: Subscribed) => Verdict | undefined,
  rules: readonly string[] = [],
): Promise<Verdict> {
  const subscribed = await subscribe(context);
  if (subscribed.length === 0) return notApplicable(nothingToHear);
  const verdicts = subscribed.flatMap((one) => judge(one) ?? []);
  const failed = verdicts.find(({ status }) => status === 'failed');
  if (failed !== undefined) return failed;
  for (const rule of rules) {
    const found = findingOf(context.session, rule);
    if (found !== undefined) return found;
  }
  return verdicts.length > 0 ? pass() : notTestable('no subscription was acknowledged');
}

async function judgeCancelled(context: CheckContext): Promise<Verdict> {
  const session = await context.open();
  const uri = (await context.resources())[0]?.['uri'];
  if (typeof uri !== 'string') return notTestable('the server lists no resource to subscribe to');
  const { signal } = context;
  const { id, error } = await session.exchange('resources/subscribe', { uri }, { signal });
  if (error !== undefined) return notTestable(`subscribing is answered with the error ${error.code}`);
  await session.exchange('resources/unsubscribe', { uri }, { signal });
  // What was sent before the answer to this may have crossed the cancellation.
  const alive = await askAlive({ ...context, session });
  await delay(quietMs);
  const late = session.frames.find((frame) => isNewsOf(frame, id, alive));
  return late === undefined
    ? pass()
    : fail('news came after the subscription was cancelled', { received: late.text });
}

function isNewsOf({ direction, atMs, text }: Frame, id: Exchange['id'], after: Exchange): boolean {
  if (direction !== 'received' || atMs <= after.startedAtMs + after.durationMs) return false;
  try {
    const message = JSON.parse(text) as JsonObject;
    return metaOf(message['params'], 'subscriptionId') === id || message['id'] === id;
  } catch {
    return false;
  }
}

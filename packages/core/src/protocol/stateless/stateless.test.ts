import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { McpSession } from '../session.ts';
import type { MemoryTransport } from '../testing/memory-session.ts';
import { openMemorySession } from '../testing/memory-session.ts';
import { rulesOf } from '../testing/scripted-server.ts';
import type { ClientBehaviour, Exchange, RequestOptions } from '../types.ts';

interface Sent {
  readonly id?: number;
  readonly method?: string;
  readonly params?: JsonObject;
  readonly result?: JsonValue;
}

let session: McpSession;
let transport: MemoryTransport;

async function open(client?: ClientBehaviour): Promise<void> {
  ({ session, transport } = await openMemorySession(client === undefined ? {} : { client }, '2026-07-28'));
}

const sent = (): readonly Sent[] => transport.sent.map(({ text }) => JSON.parse(text) as Sent);
const lastSent = (): Sent => sent().at(-1) ?? {};
const complete = { resultType: 'complete', content: [] };

function answer(result: JsonValue, to = lastSent().id): void {
  transport.receiveMessage({ jsonrpc: '2.0', id: to, result });
}

function fail(error: JsonObject, to = lastSent().id): void {
  transport.receiveMessage({ jsonrpc: '2.0', id: to, error });
}

function notify(method: string, params?: JsonObject): void {
  transport.receiveMessage({ jsonrpc: '2.0', method, params });
}

/** Sends a request and answers it, and every one that follows it, in turn. */
async function inTurn(
  method: string,
  params: JsonObject,
  results: readonly JsonValue[],
  options?: RequestOptions,
): Promise<Exchange> {
  const exchange = session.exchange(method, params, options);
  for (const result of results) {
    const before = transport.sent.length;
    answer(result);
    if (result !== results.at(-1))
      await vi.waitFor(() => expect(transport.sent.length).toBeGreaterThan(before));
  }
  return exchange;
}

beforeEach(() => open());

describe('every request', () => {
  it('says who asks and in which revision', async () => {
    await open({ roots: [], elicitation: [] });
    await inTurn('tools/call', { name: 'x' }, [complete]);
    expect(lastSent().params).toEqual({
      name: 'x',
      _meta: {
        progressToken: lastSent().id,
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'mcp-test-harness', version: '0.1.0' },
        'io.modelcontextprotocol/clientCapabilities': { roots: {}, elicitation: { form: {}, url: {} } },
      },
    });
  });

  it('says what the test wants it to say, true or not', async () => {
    const version = 'io.modelcontextprotocol/protocolVersion';
    const exchange = session.exchange('tools/list', { _meta: { [version]: '1900-01-01', own: 1 } });
    expect(lastSent().params?.['_meta']).toMatchObject({ [version]: '1900-01-01', own: 1 });
    fail({ code: -32022, message: 'no', data: { supported: ['2026-07-28'], requested: '1900-01-01' } });
    expect((await exchange).error?.code).toBe(-32022);
    expect(rulesOf(session)).toEqual([]);
  });
});

describe('a result', () => {
  const cached = { ttlMs: 0, cacheScope: 'public' };

  it.each<[string, string, JsonValue, readonly string[], boolean]>([
    ['tools/call', 'complete', complete, [], false],
    ['tools/call', 'without a kind', { content: [] }, ['result.type'], false],
    ['tools/call', 'of an unknown kind', { ...complete, resultType: 'task' }, ['result.unknown-type'], true],
    ['tools/call', 'of a kind that is none', { ...complete, resultType: 5 }, ['result.type'], true],
    ['tools/list', 'without cache hints', { resultType: 'complete', tools: [] }, ['cache.hints'], false],
    [
      'tools/list',
      'with a negative time to live',
      { ...cached, resultType: 'complete', tools: [], ttlMs: -1 },
      ['cache.hints'],
      false,
    ],
    ['tools/list', 'with cache hints', { ...cached, resultType: 'complete', tools: [] }, [], false],
    [
      'tools/list',
      'that asks back',
      { ...cached, resultType: 'input_required', tools: [], requestState: 's' },
      ['mrtr.unsupported-method'],
      true,
    ],
    ['tools/call', 'that asks for nothing', { resultType: 'input_required' }, ['mrtr.asks-nothing'], true],
    ['vendor/thing', 'of a method of its own', { resultType: 'complete' }, [], false],
  ])('of %s %s', async (method, _what, result, rules, isMalformed) => {
    const exchange = await inTurn(method, { name: 'x' }, [result]);
    expect(exchange.malformed.length > 0).toBe(isMalformed);
    expect(rulesOf(session)).toEqual(rules);
  });
});

describe('an error', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['of JSON-RPC', { code: -32601, message: 'm' }, []],
    ['of an application', { code: 7, message: 'm' }, []],
    ['of the revision', { code: -32020, message: 'm' }, []],
    ['without its data', { code: -32021, message: 'm' }, ['schema.tools/call']],
    ['with its data', { code: -32021, message: 'm', data: { requiredCapabilities: { roots: {} } } }, []],
    ['kept for the specification', { code: -32050, message: 'm' }, ['error.reserved-code']],
    ['of an older revision', { code: -32002, message: 'm' }, ['error.retired-code']],
  ])('%s: %j', async (_what, error, rules) => {
    const exchange = session.exchange('tools/call', { name: 'x' });
    fail(error);
    expect((await exchange).error).toMatchObject(error);
    expect(rulesOf(session)).toEqual(rules);
  });
});

describe('a server that asks back', () => {
  const ask = (inputRequests: JsonObject, requestState?: string): JsonObject => ({
    resultType: 'input_required',
    inputRequests,
    ...(requestState === undefined ? {} : { requestState }),
  });
  const who = {
    method: 'elicitation/create',
    params: {
      message: 'Who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    },
  };
  const think = {
    method: 'sampling/createMessage',
    params: { messages: [{ role: 'user', content: { type: 'text', text: 'Think' } }], maxTokens: 5 },
  };
  const where = { method: 'roots/list' };

  it('gets all answers and its state by a request of its own, and the exchange shows the end of it', async () => {
    await open({
      elicitation: [{ action: 'accept', content: { name: 'Ada' } }],
      sampling: [{ text: 'hm' }],
      roots: [{ uri: 'file:///a' }],
    });
    const exchange = await inTurn('tools/call', { name: 'x', arguments: { a: 1 } }, [
      ask({ who, think, where }, 'opaque'),
      complete,
    ]);
    const [first, second] = sent();
    expect(second?.id).not.toBe(first?.id);
    expect(second?.params).toMatchObject({
      name: 'x',
      arguments: { a: 1 },
      requestState: 'opaque',
      inputResponses: {
        who: { action: 'accept', content: { name: 'Ada' } },
        think: { role: 'assistant', content: { type: 'text', text: 'hm' } },
        where: { roots: [{ uri: 'file:///a' }] },
      },
    });
    expect(exchange).toMatchObject({ id: second?.id, result: complete, malformed: [] });
    expect(JSON.parse(exchange.requestText)).toMatchObject({ id: first?.id });
    expect(rulesOf(session)).toEqual([]);
  });

  it('several times gets each state back once, and none that it did not give', async () => {
    await open({ roots: [] });
    const results = [ask({ where }, 'one'), ask({ where }), complete];
    await inTurn('prompts/get', { name: 'x' }, [...results.slice(0, 2), { ...complete, messages: [] }]);
    expect(sent().map(({ params }) => params?.['requestState'])).toEqual([undefined, 'one', undefined]);
  });

  it('for nothing but time is asked again with its state', async () => {
    await inTurn('resources/read', { uri: 'a:b' }, [
      { resultType: 'input_required', requestState: 'half' },
      { resultType: 'complete', contents: [], ttlMs: 0, cacheScope: 'private' },
    ]);
    expect(lastSent().params).toMatchObject({ requestState: 'half' });
    expect(lastSent().params).not.toHaveProperty('inputResponses');
    expect(rulesOf(session)).toEqual([]);
  });

  it('what the client has not declared is told, and not answered', async () => {
    const exchange = await inTurn('tools/call', { name: 'x' }, [ask({ think })]);
    expect(exchange.malformed).toEqual([
      'the server asks for sampling/createMessage, which the client does not declare',
    ]);
    expect(rulesOf(session)).toEqual(['capability.client-undeclared']);
  });

  it('and is refused by an error is not asked again', async () => {
    await open({ sampling: [{ error: { code: -1, message: 'User rejected' } }] });
    const exchange = await inTurn('tools/call', { name: 'x' }, [ask({ think })]);
    expect(exchange.malformed).toEqual([
      'the server asks for sampling/createMessage, which the client refuses: User rejected (error -1)',
    ]);
    expect(rulesOf(session)).toEqual([]);
  });

  it('without end is left after ten rounds', async () => {
    await open({ roots: [] });
    const exchange = await inTurn(
      'tools/call',
      { name: 'x' },
      Array.from({ length: 11 }, () => ask({ where })),
    );
    expect(exchange.malformed).toEqual(['tools/call still asks for input after 11 rounds']);
    expect(rulesOf(session)).toEqual(['mrtr.endless']);
  });

  it('has no more time than one that does not', async () => {
    await open({ roots: [] });
    const exchange = session.exchange('tools/call', { name: 'x' }, { timeoutMs: 150 });
    answer(ask({ where }));
    await expect(exchange).rejects.toMatchObject({ code: 'PROTOCOL_TIMEOUT' });
    expect(lastSent().method).toBe('notifications/cancelled');
  });

  it('for something that is no request is judged by the schema', async () => {
    await open({ roots: [] });
    await inTurn('tools/call', { name: 'x' }, [ask({ where: { method: 'tools/list' } })]);
    expect(rulesOf(session)).toEqual(['capability.client-undeclared', 'schema.input_required']);
  });
});

describe('a request of the server', () => {
  it('is a fault, and not answered', async () => {
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
    expect(transport.sent).toEqual([]);
    expect(rulesOf(session)).toEqual(['stateless.server-request']);
  });
});

describe('a log message', () => {
  const log = { level: 'info', data: 'x' };

  it('that no request asked for is a fault', async () => {
    const exchange = session.exchange('tools/call', { name: 'x' });
    notify('notifications/message', log);
    answer(complete);
    await exchange;
    expect(rulesOf(session)).toContain('logging.not-requested');
  });

  it('may come when a request asks for it', async () => {
    const meta = { 'io.modelcontextprotocol/logLevel': 'info' };
    const exchange = session.exchange('tools/call', { name: 'x' }, { meta });
    notify('notifications/message', log);
    answer(complete);
    expect((await exchange).notifications).toHaveLength(1);
    expect(rulesOf(session)).not.toContain('logging.not-requested');
  });
});

describe('subscriptions', () => {
  const changed = 'notifications/tools/list_changed';
  const named = (id: unknown): JsonObject => ({
    _meta: { 'io.modelcontextprotocol/subscriptionId': id as JsonValue },
  });
  const acknowledge = (notifications: JsonObject, id: unknown = lastSent().id): void =>
    notify('notifications/subscriptions/acknowledged', { ...named(id), notifications });

  beforeEach(async () => {
    await open();
    await session.agree(
      {
        strategy: (await import('../revisions/index.ts')).revisionStrategy('2026-07-28'),
        serverInfo: {},
        capabilities: { tools: { listChanged: true }, prompts: {}, resources: { subscribe: true } },
        instructions: undefined,
      },
      0,
    );
  });

  it('are opened when somebody listens, once, for what the server tells of', async () => {
    const seen: string[] = [];
    session.onNotification(({ method }) => seen.push(method));
    session.onNotification(() => {});
    expect(sent()).toMatchObject([
      { method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } },
    ]);
    const { id } = lastSent();
    acknowledge({ toolsListChanged: true });
    notify(changed, named(id));
    expect(seen).toEqual([changed]);
    expect(rulesOf(session)).toEqual([]);
  });

  it('are not opened for what comes anyway', () => {
    void session.waitForNotification('notifications/progress', { timeoutMs: 1 }).catch(() => {});
    expect(sent()).toEqual([]);
  });

  it('stand before the request is sent that may cause something', async () => {
    session.onNotification(() => {});
    const exchange = session.exchange('tools/call', { name: 'x' });
    expect(sent().map(({ method }) => method)).toEqual(['subscriptions/listen']);
    acknowledge({ toolsListChanged: true });
    await vi.waitFor(() => expect(lastSent().method).toBe('tools/call'));
    answer(complete);
    expect((await exchange).result).toEqual(complete);
  });

  it('bring what they bring to whoever has a request under way', async () => {
    session.onNotification(() => {});
    const { id } = lastSent();
    acknowledge({ toolsListChanged: true });
    const exchange = session.exchange('tools/call', { name: 'x' });
    await vi.waitFor(() => expect(lastSent().method).toBe('tools/call'));
    notify(changed, named(id));
    answer(complete);
    expect((await exchange).notifications.map(({ method }) => method)).toEqual([changed]);
  });

  it.each<[string, (id: unknown) => void, readonly string[]]>([
    ['come without a name', () => notify(changed), ['subscription.id-missing']],
    ['come under another name', () => notify(changed, named('other')), ['subscription.unknown-id']],
    [
      'come under a name of another type',
      (id) => notify(changed, named(String(id))),
      ['subscription.unknown-id'],
    ],
    [
      'were not asked for',
      (id) => notify('notifications/resources/updated', { uri: 'a:b', ...named(id) }),
      ['subscription.not-requested'],
    ],
    [
      'are acknowledged twice, with more than was asked for',
      (id) => acknowledge({ promptsListChanged: true }, id),
      ['subscription.acknowledged-more'],
    ],
    [
      'cancel something else',
      () => notify('notifications/cancelled', { requestId: 99 }),
      ['cancellation.not-a-subscription'],
    ],
    ['are ended by the server', (id) => notify('notifications/cancelled', { requestId: id as number }), []],
    ['are ended by an answer', (id) => answer({ resultType: 'complete', ...named(id) }, id as number), []],
    [
      'are ended by an answer that does not say of what',
      (id) => answer({ resultType: 'complete' }, id as number),
      ['schema.subscriptions/listen'],
    ],
  ])('that %s', (_what, act, rules) => {
    session.onNotification(() => {});
    const { id } = lastSent();
    acknowledge({ toolsListChanged: true });
    act(id);
    expect(rulesOf(session)).toEqual(rules);
  });

  it('bring nothing before they are acknowledged', () => {
    session.onNotification(() => {});
    notify(changed, named(lastSent().id));
    expect(rulesOf(session)).toEqual(['subscription.not-acknowledged']);
  });

  it('are needed for news', () => {
    notify(changed);
    expect(rulesOf(session)).toEqual(['subscription.not-requested']);
  });

  it('may be refused by a server that then should not declare them', async () => {
    session.onNotification(() => {});
    fail({ code: -32601, message: 'Method not found' });
    expect(rulesOf(session)).toEqual(['subscription.refused']);
    // Whoever waits for them is not kept.
    const exchange = session.exchange('tools/call', { name: 'x' });
    await vi.waitFor(() => expect(lastSent().method).toBe('tools/call'));
    answer(complete);
    await exchange;
  });

  it('take the place of resources/subscribe', async () => {
    const subscribing = session.exchange('resources/subscribe', { uri: 'a:b' });
    const { id, method, params } = lastSent();
    expect([method, params?.['notifications']]).toEqual([
      'subscriptions/listen',
      { resourceSubscriptions: ['a:b'] },
    ]);
    acknowledge({ resourceSubscriptions: ['a:b'] });
    expect(await subscribing).toMatchObject({
      method: 'resources/subscribe',
      result: {},
      malformed: [],
    });
    const update = session.waitForNotification('notifications/resources/updated');
    notify('notifications/resources/updated', { uri: 'a:b', ...named(id) });
    await update;
    await session.exchange('resources/unsubscribe', { uri: 'a:b' });
    expect(lastSent()).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
    // It may have crossed the cancellation.
    notify('notifications/resources/updated', { uri: 'a:b', ...named(id) });
    expect(rulesOf(session)).toEqual([]);
  });

  it('that are not acknowledged in time are given up', async () => {
    const subscribing = session.exchange('resources/subscribe', { uri: 'a:b' }, { timeoutMs: 30 });
    await expect(subscribing).rejects.toMatchObject({ code: 'PROTOCOL_TIMEOUT' });
    expect(lastSent().method).toBe('notifications/cancelled');
    const cancelled = new AbortController();
    const another = session.exchange('resources/subscribe', { uri: 'a:b' }, { signal: cancelled.signal });
    cancelled.abort();
    await expect(another).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('end with the session, and a last word after that is no fault', async () => {
    session.onNotification(() => {});
    const { id } = lastSent();
    const subscribing = session.exchange('resources/subscribe', { uri: 'a:b' });
    await session.close();
    await expect(subscribing).rejects.toMatchObject({ code: 'PROTOCOL_SESSION_CLOSED' });
    answer({ resultType: 'complete', ...named(id) }, id);
    expect(rulesOf(session)).toEqual([]);
  });

  it('that the server does not agree to are told', async () => {
    const subscribing = session.exchange('resources/subscribe', { uri: 'a:b' });
    acknowledge({});
    expect((await subscribing).malformed).toEqual(['the server did not agree to tell of changes of a:b']);
  });
});

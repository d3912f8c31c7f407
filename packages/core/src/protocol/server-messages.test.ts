import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { openMemorySession } from './testing/memory-session.ts';
import { rulesOf } from './testing/scripted-server.ts';
import type { ClientBehaviour, Revision } from './types.ts';

const samplingParams: JsonObject = {
  messages: [{ role: 'user', content: { type: 'text', text: 'What is the weather?' } }],
  maxTokens: 10,
};
const elicitationParams: JsonObject = {
  message: 'Your name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
};

async function answerTo(
  method: string,
  params: JsonObject | undefined,
  client: ClientBehaviour,
): Promise<{ readonly answer: unknown; readonly rules: readonly string[] }> {
  const { session, transport } = await openMemorySession({ client });
  transport.receiveMessage({ jsonrpc: '2.0', id: 'q', method, ...(params && { params }) });
  const answer = JSON.parse(transport.sent.at(-1)?.text ?? 'null') as unknown;
  await session.close();
  return { answer, rules: rulesOf(session) };
}

const result = (value: unknown): unknown => ({ jsonrpc: '2.0', id: 'q', result: value });

describe('a request of the server', () => {
  it.each<[string, string, JsonObject | undefined, ClientBehaviour, unknown]>([
    ['ping', 'ping', undefined, {}, {}],
    [
      'roots/list',
      'roots/list',
      undefined,
      { roots: [{ uri: 'file:///a', name: 'A' }, { uri: 'file:///b' }] },
      { roots: [{ uri: 'file:///a', name: 'A' }, { uri: 'file:///b' }] },
    ],
    [
      'sampling by the first reply whose pattern matches',
      'sampling/createMessage',
      samplingParams,
      {
        sampling: [{ pattern: 'news', text: 'none' }, { pattern: 'weather', text: 'rain' }, { text: 'else' }],
      },
      {
        role: 'assistant',
        content: { type: 'text', text: 'rain' },
        model: 'mcp-test-harness-canned',
        stopReason: 'endTurn',
      },
    ],
    [
      'elicitation with content',
      'elicitation/create',
      elicitationParams,
      { elicitation: [{ action: 'accept', content: { name: 'Ada' } }] },
      { action: 'accept', content: { name: 'Ada' } },
    ],
    [
      'elicitation declined',
      'elicitation/create',
      elicitationParams,
      { elicitation: [{ action: 'decline' }] },
      { action: 'decline' },
    ],
    [
      'elicitation that no reply matches is cancelled',
      'elicitation/create',
      elicitationParams,
      { elicitation: [{ pattern: 'age', action: 'accept' }] },
      { action: 'cancel' },
    ],
  ])('is answered: %s', async (_title, method, params, client, expected) => {
    const { answer, rules } = await answerTo(method, params, client);
    expect(answer).toEqual(result(expected));
    expect(rules).toEqual([]);
  });

  it('is answered with the canned error', async () => {
    const error = { code: -1, message: 'User rejected sampling request' };
    const { answer } = await answerTo('sampling/createMessage', samplingParams, { sampling: [{ error }] });
    expect(answer).toEqual({ jsonrpc: '2.0', id: 'q', error });
  });

  it.each([
    ['roots/list', undefined],
    ['sampling/createMessage', samplingParams],
    ['elicitation/create', elicitationParams],
  ])('for an undeclared capability (%s) is refused and a finding', async (method, params) => {
    const { answer, rules } = await answerTo(method, params, {});
    expect(answer).toMatchObject({ error: { code: -32601 } });
    expect(rules).toEqual(['capability.client-undeclared']);
  });

  it('of an unknown method is refused and a finding', async () => {
    const { answer, rules } = await answerTo('tools/call', { name: 'x' }, {});
    expect(answer).toMatchObject({ error: { code: -32601, message: 'Method not found: tools/call' } });
    expect(rules).toEqual(['method.unknown-request']);
  });

  it('that uses an id again, has a bad id, or is a notification with an id, is a finding', async () => {
    const { session, transport } = await openMemorySession();
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, method: 'ping' });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, method: 'ping' });
    transport.receiveMessage({ jsonrpc: '2.0', id: null, method: 'ping' });
    transport.receiveMessage({ jsonrpc: '2.0', id: 5, method: 'notifications/tools/list_changed' });
    expect(rulesOf(session)).toEqual([
      'capability.server-undeclared',
      'jsonrpc.notification-id',
      'jsonrpc.request-id',
      'jsonrpc.request-id-reused',
    ]);
    expect(transport.sent).toHaveLength(2);
    await session.close();
  });
});

describe('a notification', () => {
  interface Row {
    readonly title: string;
    readonly messages: readonly (readonly [method: string, params: JsonObject])[];
    readonly rules: readonly string[];
    readonly revision?: Revision;
  }
  const progress = (progressToken: string | number, value: number): readonly [string, JsonObject] => [
    'notifications/progress',
    { progressToken, progress: value },
  ];

  it.each<Row>([
    { title: 'of progress that increases', messages: [progress(1, 1), progress(1, 2.5)], rules: [] },
    {
      title: 'of progress that stands still',
      messages: [progress(1, 1), progress(1, 1)],
      rules: ['progress.not-increasing'],
    },
    {
      title: 'of progress for an unknown token',
      messages: [progress(99, 1)],
      rules: ['progress.unknown-token'],
    },
    {
      title: 'of progress for a token of another type',
      messages: [progress('1', 1)],
      rules: ['progress.unknown-token'],
    },
    {
      title: 'of a log without the capability',
      messages: [['notifications/message', { level: 'info', data: 'x' }]],
      rules: ['capability.logging-undeclared'],
    },
    {
      title: 'of a change without the capability',
      messages: [['notifications/resources/updated', { uri: 'a:b' }]],
      rules: ['capability.server-undeclared'],
    },
    {
      title: 'of an unknown method',
      messages: [['notifications/unheard/of', {}]],
      rules: ['method.unknown-notification'],
    },
    {
      title: 'that is of a later revision',
      revision: '2024-11-05',
      messages: [['notifications/tasks/status', {}]],
      rules: ['method.unknown-notification'],
    },
    {
      title: 'that breaks its schema',
      messages: [['notifications/progress', { progressToken: 1, progress: 'half' }]],
      rules: ['schema.notifications/progress'],
    },
  ])('$title breaks $rules', async ({ messages, rules, revision }) => {
    const { session, transport } = await openMemorySession({}, revision);
    const call = session.exchange('tools/call', { name: 'x' });
    for (const [method, params] of messages) transport.receiveMessage({ jsonrpc: '2.0', method, params });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    expect((await call).notifications.map(({ method }) => method)).toEqual(
      messages.map(([method]) => method),
    );
    expect(rulesOf(session)).toEqual(rules);
    await session.close();
  });

  it('of progress after the answer is a finding, but not when it may have crossed a cancellation', async () => {
    const { session, transport } = await openMemorySession();
    const [answered, cancelled] = [
      session.exchange('tools/call', { name: 'x' }),
      session.exchange('tools/call', { name: 'x' }, { timeoutMs: 20 }),
    ];
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    await answered;
    await cancelled.catch(() => {});
    const send = (token: number): void => {
      const [method, params] = progress(token, 5);
      transport.receiveMessage({ jsonrpc: '2.0', method, params });
    };
    send(2);
    expect(rulesOf(session)).toEqual([]);
    send(1);
    expect(rulesOf(session)).toEqual(['progress.after-completion']);
    await session.close();
  });

  it('belongs to every exchange that was under way when it came', async () => {
    const { session, transport } = await openMemorySession();
    const note = (data: string): void =>
      transport.receiveMessage({
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'info', data },
      });
    const first = session.exchange('ping');
    note('one');
    const second = session.exchange('ping');
    note('two');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    note('three');
    transport.receiveMessage({ jsonrpc: '2.0', id: 2, result: {} });
    const data = async (exchange: typeof first): Promise<unknown[]> =>
      (await exchange).notifications.map(({ params }) => params?.['data']);
    expect(await data(first)).toEqual(['one', 'two']);
    expect(await data(second)).toEqual(['two', 'three']);
    await session.close();
  });

  it('wakes those who wait for it, and no others', async () => {
    const { session, transport } = await openMemorySession();
    const waiting = session.waitForNotification('notifications/cancelled');
    const tooLate = session.waitForNotification('notifications/message', { timeoutMs: 30 });
    transport.receiveMessage({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 'q' },
    });
    expect(await waiting).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 'q' } });
    await expect(tooLate).rejects.toMatchObject({ code: 'PROTOCOL_TIMEOUT' });
    await session.close();
  });

  it('below the log level that was set is a finding', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('logging/setLevel', { level: 'warning' });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    await call;
    const log = (level: string): void =>
      transport.receiveMessage({
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level, data: '' },
      });
    log('error');
    expect(rulesOf(session)).not.toContain('logging.below-level');
    log('info');
    expect(rulesOf(session)).toContain('logging.below-level');
    await session.close();
  });
});

describe('a finding', () => {
  it('names the section of the revision agreed on, and how grave it is there', async () => {
    const found = async (revision: Revision): Promise<unknown> => {
      const { session, transport } = await openMemorySession({}, revision);
      transport.receiveMessage({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
      transport.receiveMessage({ jsonrpc: '2.0', id: 7, result: {} });
      await session.close();
      return session.findings.map(({ severity, spec }) => [severity, spec]);
    };
    const root = 'https://modelcontextprotocol.io/specification';
    expect(await found('2024-11-05')).toEqual([
      ['warning', `${root}/2024-11-05/basic/lifecycle#operation`],
      ['error', `${root}/2024-11-05/basic/messages#responses`],
    ]);
    expect(await found('2025-11-25')).toEqual([
      ['error', `${root}/2025-11-25/basic/lifecycle#operation`],
      ['error', `${root}/2025-11-25/basic#responses`],
    ]);
  });

  it('is counted, with its first sample cut short', async () => {
    const { session, transport } = await openMemorySession();
    for (let index = 0; index < 1000; index += 1) transport.receive(`noise ${index} ${'x'.repeat(2000)}\n`);
    const [finding] = session.findings;
    expect(finding).toMatchObject({ rule: 'stdio.noise', count: 1000 });
    expect(finding?.sample?.startsWith('noise 0 ')).toBe(true);
    expect(finding?.sample?.length).toBeLessThan(600);
    await session.close();
  });
});

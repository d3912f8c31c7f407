import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { exchangeOf } from './result-of.ts';
import { openMemorySession } from './testing/memory-session.ts';
import type { Revision, Session } from './types.ts';

/** Makes a request, answers it, and gives what was sent and what came of it. */
async function ask<T>(
  call: (session: Session) => Promise<T>,
  result: JsonValue,
  revision: Revision = '2025-11-25',
): Promise<{ readonly sent: { method: string; params?: object }; readonly value: T }> {
  const { session, transport } = await openMemorySession({ validate: false }, revision);
  const value = call(session);
  const sent = JSON.parse(transport.sent.at(-1)?.text ?? '{}') as { id: number; method: string };
  transport.receiveMessage({ jsonrpc: '2.0', id: sent.id, result });
  return { sent, value: await value };
}

const list = [{ name: 'a' }];

describe('the requests of a session by name', () => {
  it.each<[string, (session: Session) => Promise<unknown>, JsonValue, object | undefined, unknown]>([
    ['tools/list', (s) => s.listTools(), { tools: list }, {}, list],
    ['resources/list', (s) => s.listResources(), { resources: list }, {}, list],
    ['resources/templates/list', (s) => s.listResourceTemplates(), { resourceTemplates: list }, {}, list],
    ['prompts/list', (s) => s.listPrompts(), { prompts: list }, {}, list],
    ['resources/read', (s) => s.readResource('a:b'), { contents: [] }, { uri: 'a:b' }, { contents: [] }],
    ['prompts/get', (s) => s.getPrompt('p'), { messages: [] }, { name: 'p' }, { messages: [] }],
    [
      'prompts/get',
      (s) => s.getPrompt('p', { city: 'Bern' }),
      { messages: [] },
      { name: 'p', arguments: { city: 'Bern' } },
      { messages: [] },
    ],
    ['ping', (s) => s.ping(), {}, undefined, undefined],
  ])('%s', async (method, call, result, params, expected) => {
    const { sent, value } = await ask(call, result);
    expect({ method: sent.method, params: sent.params }).toEqual({ method, params });
    expect(value).toEqual(expected);
  });
});

describe('exchangeOf', () => {
  it('leads from a result to its exchange', async () => {
    const { value } = await ask((s) => s.callTool('echo', { message: 'a' }), { content: [] });
    expect(exchangeOf(value)).toMatchObject({
      method: 'tools/call',
      params: { name: 'echo', arguments: { message: 'a' } },
      durationMs: expect.any(Number),
      result: { content: [] },
    });
  });

  it.each([[undefined], [null], ['text'], [{ content: [] }]])('knows nothing of %j', (value) => {
    expect(exchangeOf(value)).toBeUndefined();
  });
});

describe('a session that is closed while a request is under way', () => {
  it('does not blame the server for answering it', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.callTool('echo');
    const { id } = JSON.parse(transport.sent.at(-1)?.text ?? '{}') as { id: number };
    const closed = session.close();
    await expect(call).rejects.toMatchObject({ code: 'PROTOCOL_SESSION_CLOSED' });
    transport.receiveMessage({ jsonrpc: '2.0', id, result: { content: [] } });
    await closed;
    expect(session.findings).toEqual([]);
  });
});

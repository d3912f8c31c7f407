import { describe, expect, it, vi } from 'vitest';
import { isHarnessError, type HarnessError } from '../errors.ts';
import { openMemorySession } from './testing/memory-session.ts';
import { rulesOf } from './testing/scripted-server.ts';
import type { Exchange } from './types.ts';

const okay = { content: [{ type: 'text', text: 'ok' }] };
const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  return error;
}

describe('an answer', () => {
  interface Row {
    readonly title: string;
    /** What the server sends; the request has id 1. */
    readonly arrives: unknown;
    readonly rules: readonly string[];
    /** A part of each reason why the answer is malformed. */
    readonly malformed?: readonly string[];
    readonly result?: unknown;
  }

  it.each<Row>([
    {
      title: 'in order',
      arrives: { jsonrpc: '2.0', id: 1, result: okay },
      rules: [],
      result: okay,
    },
    {
      title: 'whose id is a string',
      arrives: { jsonrpc: '2.0', id: '1', result: okay },
      rules: ['jsonrpc.id-type'],
      malformed: ['a string'],
      result: okay,
    },
    {
      title: 'whose id is null',
      arrives: { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'no' } },
      rules: ['jsonrpc.id-missing'],
      malformed: ['the id null'],
    },
    {
      title: 'without an id',
      arrives: { jsonrpc: '2.0', result: okay },
      rules: ['jsonrpc.id-missing'],
      malformed: ['no id'],
      result: okay,
    },
    {
      title: 'without jsonrpc',
      arrives: { id: 1, result: okay },
      rules: ['jsonrpc.version'],
      malformed: ['no member jsonrpc'],
      result: okay,
    },
    {
      title: 'with both result and error',
      arrives: { jsonrpc: '2.0', id: 1, result: okay, error: { code: 1, message: 'x' } },
      rules: ['jsonrpc.result-and-error'],
      malformed: ['both result and error'],
      result: okay,
    },
    {
      title: 'with neither result nor error',
      arrives: { jsonrpc: '2.0', id: 1 },
      rules: ['jsonrpc.no-result-no-error'],
      malformed: ['neither result nor error'],
    },
    {
      title: 'whose result is {} where content is required',
      arrives: { jsonrpc: '2.0', id: 1, result: {} },
      rules: ['schema.tools/call'],
      malformed: ['content'],
      result: {},
    },
    {
      title: 'in a batch, where the revision has none',
      arrives: [{ jsonrpc: '2.0', id: 1, result: okay }],
      rules: ['jsonrpc.batch'],
      malformed: ['a batch'],
      result: okay,
    },
    {
      title: 'whose error has a string as its code',
      arrives: { jsonrpc: '2.0', id: 1, error: { code: 'E', message: 'x' } },
      rules: ['jsonrpc.error-object'],
      malformed: ['error.code'],
    },
  ])('$title is delivered with $rules', async ({ arrives, rules, malformed = [], result }) => {
    const { session, transport } = await openMemorySession();
    const exchange = session.exchange('tools/call', { name: 'x' });
    transport.receiveMessage(arrives);
    const answer = await exchange;
    expect(rulesOf(session)).toEqual(rules);
    expect(answer.malformed).toHaveLength(malformed.length);
    for (const [index, part] of malformed.entries()) expect(answer.malformed[index]).toContain(part);
    expect(answer.result).toEqual(result);
    await session.close();
  });

  it('is not what came without an id in answer to a notification', async () => {
    const { session, transport } = await openMemorySession();
    const exchange = session.exchange('tools/call', { name: 'x' });
    transport.receiveMessage({ jsonrpc: '2.0', result: {} });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: okay });
    expect((await exchange).result).toEqual(okay);
    await vi.waitFor(() => expect(rulesOf(session)).toEqual(['jsonrpc.unknown-id']));
    await session.close();
  });

  it('without an id is delivered when the server ends after it', async () => {
    const { session, transport } = await openMemorySession();
    const exchange = session.exchange('tools/call', { name: 'x' });
    transport.receiveMessage({ jsonrpc: '2.0', result: okay });
    await session.close();
    expect((await exchange).result).toEqual(okay);
  });

  it('in a batch is in order for 2025-03-26', async () => {
    const { session, transport } = await openMemorySession({}, '2025-03-26');
    const calls = [session.exchange('ping'), session.exchange('ping')];
    transport.receiveMessage([
      { jsonrpc: '2.0', id: 2, result: {} },
      { jsonrpc: '2.0', id: 1, result: {} },
    ]);
    await Promise.all(calls);
    expect(rulesOf(session)).toEqual([]);
    await session.close();
  });

  it('finds its request among many, in whatever order', async () => {
    const { session, transport } = await openMemorySession();
    const calls = Array.from({ length: 100 }, (_, index) => session.exchange('test/echo', { index }));
    for (let id = 100; id > 0; id -= 1) transport.receiveMessage({ jsonrpc: '2.0', id, result: { id } });
    const answers = await Promise.all(calls);
    expect(answers.map(({ result }) => (result as { id: number }).id)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    await session.close();
  });

  it('that comes twice is a finding beside the right answer', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    expect((await call).malformed).toEqual([]);
    expect(rulesOf(session)).toEqual(['jsonrpc.duplicate-answer']);
    await session.close();
  });

  it('spread over lines is delivered, malformed', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    transport.receive(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }, null, 2)}\n`);
    expect((await call).malformed).toEqual(['the message is spread over 5 lines']);
    expect(rulesOf(session)).toEqual(['stdio.split-message']);
    await session.close();
  });

  it('cut off ends its request without waiting for the deadline', async () => {
    const { session, transport } = await openMemorySession({ requestTimeoutMs: 60_000 });
    const other = session.exchange('ping');
    const call = session.exchange('ping');
    transport.receive('{"jsonrpc":"2.0","id":2,"result":{"a":[1,2\n');
    const answer = await call;
    expect(answer.malformed[0]).toContain('cut off');
    expect(answer.result).toBeUndefined();
    expect(answer.responseText).toContain('"id":2');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    await other;
    expect(rulesOf(session)).toEqual(['jsonrpc.truncated']);
    await session.close();
  });

  it('that is invalid JSON ends the request it names', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    transport.receive('{"jsonrpc":"2.0","id":1,"result":{"value":NaN}}\n');
    expect((await call).malformed).toEqual(['the answer is not valid JSON']);
    await session.close();
  });

  it('longer than the limit errors its request, found by the id at its end', async () => {
    const { session, transport } = await openMemorySession({ maxMessageBytes: 10_000 });
    const small = session.exchange('ping');
    const call = session.exchange('ping');
    transport.receive(`{"result":{"text":"${'x'.repeat(50_000)}"},"jsonrpc":"2.0","id":2}\n`);
    const error = await failureOf(call);
    expect(error.code).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
    expect(error.message).toContain('limit of 10000');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    await small;
    expect(rulesOf(session)).toEqual(['jsonrpc.too-large']);
    await session.close();
  });

  it('with one bad tool of ten leaves nine usable: a finding, not malformed', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('tools/list');
    const tools = Array.from({ length: 10 }, (_, index) => ({
      name: `t${index}`,
      ...(index === 3 ? {} : { inputSchema: { type: 'object' } }),
    }));
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: { tools } });
    expect((await call).malformed).toEqual([]);
    expect(session.findings).toMatchObject([
      {
        rule: 'schema.tools/list',
        severity: 'error',
        count: 1,
        message: expect.stringContaining('tools[3]'),
      },
    ]);
    await session.close();
  });

  it('is measured from the write to its arrival', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    await later(30);
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    const { durationMs, startedAtMs } = await call;
    expect(durationMs).toBeGreaterThanOrEqual(29);
    expect(startedAtMs).toBeGreaterThan(0);
    await session.close();
  });
});

describe('a request that is not answered', () => {
  it('times out, tells the server, and says what came meanwhile', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('tools/call', { name: 'x' }, { timeoutMs: 60 });
    transport.receive('starting up\nloading data\n');
    transport.receiveMessage({ jsonrpc: '2.0', id: 77, result: {} });
    transport.receive('{"jsonrpc":"2.0","id":1,"resu');
    const error = await failureOf(call);
    expect(error.code).toBe('PROTOCOL_TIMEOUT');
    expect(error.message).toMatchInlineSnapshot(
      `"tools/call was not answered within 60 ms; meanwhile came 2 lines on stdout that are not JSON-RPC, the first: "starting up"; an answer with unknown id 77; the beginning of a message, never ended: "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":1,\\"resu""`,
    );
    expect(error.details?.['exchange']).toMatchObject({
      id: 1,
      method: 'tools/call',
      responseText: undefined,
    });
    const last = JSON.parse(transport.sent.at(-1)?.text ?? '') as unknown;
    expect(last).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason: 'timeout' },
    });
    await session.close();
  });

  it('may be answered late without that being a violation', async () => {
    const { session, transport } = await openMemorySession();
    await failureOf(session.exchange('ping', undefined, { timeoutMs: 20 }));
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    expect(rulesOf(session)).toEqual([]);
    await session.close();
  });

  it('keeps to its own deadline among others that are longer or shorter', async () => {
    const { session } = await openMemorySession();
    const ended: number[] = [];
    await Promise.all(
      [120, 20, 70].map(async (timeoutMs) => {
        await failureOf(session.exchange('ping', undefined, { timeoutMs }));
        ended.push(timeoutMs);
      }),
    );
    expect(ended).toEqual([20, 70, 120]);
    await session.close();
  });

  it('is cancelled by its signal, and never sent when that was aborted before', async () => {
    const { session, transport } = await openMemorySession();
    const controller = new AbortController();
    const call = session.exchange('ping', undefined, { signal: controller.signal });
    controller.abort();
    expect((await failureOf(call)).code).toBe('CANCELLED');
    expect(transport.sent.map(({ message }) => message.method)).toEqual(['ping', 'notifications/cancelled']);
    const again = session.exchange('ping', undefined, { signal: controller.signal });
    expect((await failureOf(again)).code).toBe('CANCELLED');
    expect(transport.sent).toHaveLength(2);
    await session.close();
  });

  it('ends with the session', async () => {
    const { session } = await openMemorySession();
    const call = session.exchange('ping');
    await session.close();
    expect((await failureOf(call)).code).toBe('PROTOCOL_SESSION_CLOSED');
    expect((await failureOf(session.exchange('ping'))).code).toBe('PROTOCOL_SESSION_CLOSED');
    expect(session.alive).toBe(false);
  });
});

describe('request', () => {
  it('throws the error that the server answered', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.request('ping');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } });
    const error = await failureOf(call);
    expect(error.code).toBe('PROTOCOL_ERROR_ANSWER');
    expect(error.message).toBe('ping was answered with error -32601: Method not found');
    expect(error.details?.['error']).toEqual({ code: -32601, message: 'Method not found' });
    await session.close();
  });

  it('throws when the answer is malformed', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.callTool('x');
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    expect((await failureOf(call)).code).toBe('PROTOCOL_MALFORMED_ANSWER');
    await session.close();
  });

  it('asks for progress of tools, and merges _meta', async () => {
    const { session, transport } = await openMemorySession();
    const sentParams = (): unknown => (JSON.parse(transport.sent.at(-1)?.text ?? '') as Exchange).params;
    void session.exchange('tools/call', { name: 'x', _meta: { mine: 1 } }).catch(() => {});
    expect(sentParams()).toEqual({ name: 'x', _meta: { mine: 1, progressToken: 1 } });
    void session.exchange('tools/call', { name: 'x' }, { progress: false }).catch(() => {});
    expect(sentParams()).toEqual({ name: 'x' });
    void session.exchange('ping', undefined, { progress: true, meta: { trace: 'a' } }).catch(() => {});
    expect(sentParams()).toEqual({ _meta: { progressToken: 3, trace: 'a' } });
    void session.exchange('ping').catch(() => {});
    expect(sentParams()).toBeUndefined();
    await session.close();
  });
});

describe('sendRaw', () => {
  it('returns what comes back, and does not mistake it for somebody else’s answer', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    const raw = session.sendRaw('{"jsonrpc":"2.0","id":"raw","method":');
    transport.receiveMessage({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } });
    expect((await raw).map(({ text }) => text)).toEqual([
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
    ]);
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    await call;
    expect(rulesOf(session)).toEqual([]);
    await session.close();
  });

  it('does not take the answers to other requests, nor notifications, for its own', async () => {
    const { session, transport } = await openMemorySession();
    const call = session.exchange('ping');
    const raw = session.sendRaw('{"jsonrpc":"2.0","id":"raw","method":"ping"}');
    transport.receiveMessage({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    transport.receiveMessage({ jsonrpc: '2.0', id: 1, result: {} });
    transport.receiveMessage({ jsonrpc: '2.0', id: 'raw', result: { raw: true } });
    expect((await raw).map(({ text }) => text)).toEqual([
      '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}',
      '{"jsonrpc":"2.0","id":"raw","result":{"raw":true}}',
    ]);
    await call;
    await session.close();
  });

  it('goes on until it is told to stop', async () => {
    const { session, transport } = await openMemorySession();
    const raw = session.sendRaw('{"jsonrpc":"2.0","id":9,"method":"ping"}', {
      until: ({ text }) => text.includes('"id":9'),
    });
    transport.receiveMessage({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 1, progress: 1 },
    });
    transport.receive('noise\n');
    transport.receiveMessage({ jsonrpc: '2.0', id: 9, result: {} });
    expect((await raw).map(({ direction }) => direction)).toEqual(['received', 'noise', 'received']);
    await session.close();
  });

  it('returns what came when the time is up', async () => {
    const { session } = await openMemorySession();
    expect(await session.sendRaw('nonsense', { timeoutMs: 30 })).toEqual([]);
    await session.close();
  });
});

describe('frames', () => {
  it('are kept in order, bounded, with a count of what was dropped', async () => {
    const seen: number[] = [];
    const { session, transport } = await openMemorySession({
      recorder: { maxFrames: 10, maxFrameBytes: 100 },
      onFrame: ({ seq }) => seen.push(seq),
    });
    for (let index = 0; index < 30; index += 1)
      transport.receive(`line ${index} ${'x'.repeat(index * 10)}\n`);
    const { frames } = session;
    expect(frames.map(({ seq }) => seq)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(session.droppedFrames).toBe(20);
    expect(seen).toHaveLength(30);
    const last = frames.at(-1);
    expect(last).toMatchObject({ direction: 'noise', truncated: true, bytes: 299 });
    expect(last?.text).toHaveLength(100);
    await session.close();
  });

  it('are bounded in bytes', async () => {
    const { session, transport } = await openMemorySession({ recorder: { maxBytes: 1000 } });
    for (let index = 0; index < 100; index += 1) transport.receive(`${'x'.repeat(99)}\n`);
    expect(session.frames).toHaveLength(10);
    expect(session.droppedFrames).toBe(90);
    await session.close();
  });
});

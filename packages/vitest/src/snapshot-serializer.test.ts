import type { Exchange, Frame } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { mcpSnapshotSerializer } from './snapshot-serializer.ts';

/** What the serialiser hands to Vitest's printer. */
function steady(value: unknown): unknown {
  let printed: unknown;
  mcpSnapshotSerializer.serialize(value, {}, '', 0, [], (given: unknown) => {
    printed = given;
    return '';
  });
  return printed;
}

const id = '0d1f6f0e-5b3f-4c58-9f5e-2f0c6a1d7b11';
const exchange: Exchange = {
  id: 7,
  method: 'tools/call',
  params: {
    name: 'echo',
    _meta: { progressToken: 7, 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
  },
  result: {
    z: `${id} at 2026-01-02T03:04:05.678Z`,
    a: { taskId: id.toUpperCase(), same: id, nextCursor: 'abc' },
  },
  malformed: [],
  startedAtMs: 1,
  durationMs: 2,
  notifications: [{ method: 'notifications/progress', params: { progressToken: 7, progress: 1 }, atMs: 3 }],
  requestText: '{}',
  responseText: '{}',
};
const frame = (text: string): Frame => ({ seq: 1, direction: 'received', atMs: 1, bytes: 1, text });

describe('a snapshot', () => {
  it('of an exchange has what was asked and answered, without what differs in every run', () => {
    expect(steady(exchange)).toEqual({
      method: 'tools/call',
      params: { name: 'echo' },
      result: {
        a: { nextCursor: '<cursor 1>', same: '<uuid 1>', taskId: '<task 1>' },
        z: '<uuid 1> at <time>',
      },
      notifications: [
        { method: 'notifications/progress', params: { progress: 1, progressToken: '<token 1>' } },
      ],
    });
  });

  it('keeps what the test itself put into _meta', () => {
    const params = { name: 'echo', _meta: { progressToken: 7, 'example.com/trace': 'a' } };
    expect(steady({ ...exchange, params })).toMatchObject({
      params: { name: 'echo', _meta: { 'example.com/trace': 'a' } },
    });
  });

  it('sorts keys at every depth', () => {
    const { result } = steady({ ...exchange, result: { b: { d: 1, c: 2 }, a: [] } }) as { result: object };
    expect(JSON.stringify(result)).toBe('{"a":[],"b":{"c":2,"d":1}}');
  });

  it.each([
    ['{"jsonrpc":"2.0","id":3,"result":{}}', { received: { id: '<id>', jsonrpc: '2.0', result: {} } }],
    ['{"jsonrpc":"2.0","method":"a"}', { received: { jsonrpc: '2.0', method: 'a' } }],
    ['[debug] \u001B[31mlog', { received: '[debug] log' }],
  ])('of the frame %j is its message', (text, expected) => {
    expect(steady(frame(text))).toEqual(expected);
  });

  it.each([
    ['an exchange', exchange, true],
    ['a frame', frame(''), true],
    ['any object', { method: 'a', result: {} }, false],
    ['a text', 'text', false],
    ['nothing', undefined, false],
  ])('is ours of %s: %#', (_, value, expected) => {
    expect(mcpSnapshotSerializer.test(value)).toBe(expected);
  });
});

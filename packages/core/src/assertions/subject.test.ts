import { describe, expect, it } from 'vitest';
import type { Frame } from '../protocol/types.ts';
import { buildNotificationSubject, buildRawSubject } from './subject.ts';
import { subjectOf, textSubject } from './testing/judge.ts';

describe('text', () => {
  it('is all text content joined by newlines', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', data: '', mimeType: 'image/png', text: 'no text content' },
      { type: 'text', text: 'b' },
    ];
    expect(subjectOf({ content }).text).toBe('a\nb');
  });

  it('is read from resources and prompts, too', () => {
    expect(
      subjectOf({
        contents: [
          { uri: 'a:b', text: 'a' },
          { uri: 'a:c', blob: '' },
        ],
      }).text,
    ).toBe('a');
    const messages = [
      { role: 'user', content: { type: 'text', text: 'a' } },
      { role: 'user', content: [{ type: 'text', text: 'b' }] },
    ];
    expect(subjectOf({ messages }).text).toBe('a\nb');
  });

  it('is absent when there is none', () => {
    expect(subjectOf({ content: [] })).not.toHaveProperty('text');
    expect(subjectOf({ tools: [] })).not.toHaveProperty('text');
    expect(subjectOf({ content: 'broken' })).not.toHaveProperty('text');
  });
});

describe('json', () => {
  it('is structuredContent before text', () => {
    expect(textSubject('{"a":1}', { structuredContent: { b: 2 } }).json).toEqual({ b: 2 });
    expect(textSubject('1', { structuredContent: null }).json).toBeNull();
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    [' [1] ', [1]],
    ['"x"', 'x'],
    ['-1.5', -1.5],
    [' true\n', true],
    ['null', null],
  ])('is the text %j when it is JSON', (text, json) => {
    expect(textSubject(text).json).toEqual(json);
  });

  it.each(['', 'Echo: hello', '{', 'nullable', '1 apple'])('is absent for the text %j', (text) => {
    expect(textSubject(text)).not.toHaveProperty('json');
  });
});

describe('errors', () => {
  it('is_error is the tool error, error is the JSON-RPC error', () => {
    expect(textSubject('x', { isError: true }).is_error).toBe(true);
    expect(textSubject('x', { isError: 'true' }).is_error).toBe(false);
    const protocol = subjectOf(undefined, { code: -32601, message: 'no' });
    expect([protocol.is_error, protocol.error]).toEqual([false, { code: -32601, message: 'no' }]);
  });
});

describe('raw steps', () => {
  const frame = (text: string, more: Partial<Frame> = {}): Frame => ({
    seq: 0,
    direction: 'received',
    atMs: 0,
    bytes: text.length,
    text,
    ...more,
  });

  it('keeps what came back and reads the first answer in it', () => {
    const subject = buildRawSubject(
      [
        frame('{"bad', { direction: 'sent' }),
        frame('log line', { direction: 'noise' }),
        frame('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info"}}'),
        frame('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'),
      ],
      5,
    );
    expect(subject).toMatchObject({
      error: { code: -32700, message: 'Parse error' },
      duration_ms: 5,
      logs: [{ level: 'info' }],
      notifications: [{ method: 'notifications/message', params: { level: 'info' } }],
    });
    expect(subject.frames).toHaveLength(3);
  });

  it('takes any garbage', () => {
    for (const text of ['', '[]', 'null', '{"error":5}', '{"result":null}', '{"method":[],"params":3}']) {
      expect(buildRawSubject([frame(text)], 0).frames).toEqual([text]);
    }
  });

  it('tells the HTTP status', () => {
    const subject = buildRawSubject([frame('', { http: { status: 400 } })], 0);
    expect(subject.http).toEqual({ status: 400, headers: {} });
  });
});

it('a notification that was waited for is the json', () => {
  const message = { method: 'notifications/progress', params: { progress: 1, progressToken: 't' }, atMs: 3 };
  expect(buildNotificationSubject(message, 7)).toEqual({
    json: { progress: 1, progressToken: 't' },
    is_error: false,
    duration_ms: 7,
    notifications: [{ method: 'notifications/progress', params: { progress: 1, progressToken: 't' } }],
    logs: [],
    progress: [{ progress: 1, progressToken: 't' }],
  });
});

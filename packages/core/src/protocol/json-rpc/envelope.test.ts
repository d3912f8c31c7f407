import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { callFaults, kindOf, responseFaults } from './envelope.ts';
import { guessId, maxDepth, nestsTooDeep } from './json-scan.ts';

describe('kindOf', () => {
  it.each<[JsonObject, string]>([
    [{ jsonrpc: '2.0', id: 1, result: {} }, 'response'],
    [{ jsonrpc: '2.0', id: 1, error: { code: 1, message: '' } }, 'response'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping' }, 'request'],
    [{ jsonrpc: '2.0', id: null, method: 'ping' }, 'request'],
    [{ jsonrpc: '2.0', method: 'notifications/message' }, 'notification'],
    [{ jsonrpc: '2.0', id: 1 }, 'response'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', result: {} }, 'response'],
    [{ id: 1, result: {} }, 'response'],
    [{ id: 1, method: 'ping', params: {} }, 'request'],
    [{ method: 'notifications/message', params: {} }, 'notification'],
    [{ jsonrpc: '2.0' }, 'none'],
    [{ level: 30, msg: 'started', pid: 7 }, 'none'],
    [{ level: 'error', error: 'boom' }, 'none'],
    [{ method: 'GET', url: '/' }, 'none'],
    [{}, 'none'],
  ])('%j is a %s', (message, kind) => {
    expect(kindOf(message)).toBe(kind);
  });
});

describe('responseFaults', () => {
  it.each<[JsonObject, string[]]>([
    [{ jsonrpc: '2.0', id: 1, result: {} }, []],
    [{ jsonrpc: '2.0', id: 1, error: { code: -32600, message: 'no' } }, []],
    [{ id: 1, result: {} }, ['jsonrpc.version']],
    [{ jsonrpc: '1.0', id: 1, result: {} }, ['jsonrpc.version']],
    [{ jsonrpc: 2, id: 1, result: {} }, ['jsonrpc.version']],
    [{ jsonrpc: '2.0', id: 1, result: {}, error: { code: 1, message: '' } }, ['jsonrpc.result-and-error']],
    [
      { jsonrpc: '2.0', id: 1, result: {}, error: null },
      ['jsonrpc.result-and-error', 'jsonrpc.error-object'],
    ],
    [{ jsonrpc: '2.0', id: 1 }, ['jsonrpc.no-result-no-error']],
    [{ jsonrpc: '2.0', id: 1, result: null }, ['jsonrpc.result-type']],
    [{ jsonrpc: '2.0', id: 1, result: [] }, ['jsonrpc.result-type']],
    [{ jsonrpc: '2.0', id: 1, error: 'no' }, ['jsonrpc.error-object']],
    [{ jsonrpc: '2.0', id: 1, error: { code: '1', message: 'no' } }, ['jsonrpc.error-object']],
    [{ jsonrpc: '2.0', id: 1, error: { code: 1.5 } }, ['jsonrpc.error-object', 'jsonrpc.error-object']],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', result: {} }, ['jsonrpc.mixed-members']],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', error: { code: 1, message: '' } }, ['jsonrpc.mixed-members']],
  ])('%j breaks %j', (message, rules) => {
    expect(responseFaults(message).map(({ rule }) => rule)).toEqual(rules);
  });
});

describe('callFaults', () => {
  it.each<[JsonObject, string[]]>([
    [{ jsonrpc: '2.0', method: 'a' }, []],
    [{ jsonrpc: '2.0', id: 'x', method: 'a', params: {} }, []],
    [{ method: 'a' }, ['jsonrpc.version']],
    [{ jsonrpc: '2.0', method: 'a', params: [] }, ['jsonrpc.params-type']],
    [{ jsonrpc: '2.0', id: null, method: 'a' }, ['jsonrpc.request-id']],
    [{ jsonrpc: '2.0', id: 1.5, method: 'a' }, ['jsonrpc.request-id']],
  ])('%j breaks %j', (message, rules) => {
    expect(callFaults(message).map(({ rule }) => rule)).toEqual(rules);
  });
});

describe('guessId', () => {
  it.each<[string, string | number | undefined]>([
    ['{"jsonrpc":"2.0","id":3,"result":{"content":[{"id":9,', 3],
    ['{"result":{"content":[{"id":9,"text":"…"}]},"jsonrpc":"2.0","id":3}', 3],
    ['{"jsonrpc":"2.0","id":"abc","result":{', 'abc'],
    ['{"jsonrpc":"2.0","result":{', undefined],
    ['{"jsonrpc":"2.0","id":12', undefined],
    ['noise', undefined],
  ])('finds in %s the id %j', (text, id) => {
    expect(guessId(text)).toBe(id);
  });
});

describe('nestsTooDeep', () => {
  it('draws the line at the deepest nesting that is handed on', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(nestsTooDeep(nested(maxDepth))).toBe(false);
    expect(nestsTooDeep(nested(maxDepth + 1))).toBe(true);
  });

  it('does not count brackets within strings', () => {
    expect(nestsTooDeep(JSON.stringify({ text: '[{"'.repeat(2000) }))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { encodeHeaderValue, requestHeaders } from './request-headers.ts';

describe('a header value', () => {
  // The examples of the specification; basic/transports/streamable-http#value-encoding.
  it.each([
    ['us-west1', 'us-west1'],
    ['', ''],
    ['a\tb', 'a\tb'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['=?BASE64?x?=', '=?BASE64?x?='],
    ['\u007f', '=?base64?fw==?='],
  ])('%j goes as %j', (value, encoded) => {
    expect(encodeHeaderValue(value)).toBe(encoded);
  });
});

describe('the headers of a request', () => {
  it.each([
    ['tools/list', {}, { 'mcp-method': 'tools/list' }],
    ['tools/call', { name: 'add' }, { 'mcp-method': 'tools/call', 'mcp-name': 'add' }],
    ['prompts/get', { name: 'ä' }, { 'mcp-method': 'prompts/get', 'mcp-name': '=?base64?w6Q=?=' }],
    ['resources/read', { uri: 'a:b' }, { 'mcp-method': 'resources/read', 'mcp-name': 'a:b' }],
    ['tasks/get', { taskId: 't-1' }, { 'mcp-method': 'tasks/get', 'mcp-name': 't-1' }],
    ['completion/complete', { name: 'x' }, { 'mcp-method': 'completion/complete' }],
    ['constructor', { name: 'x' }, { 'mcp-method': 'constructor' }],
    ['tools/call', { name: 5 }, { 'mcp-method': 'tools/call' }],
  ])('of %s with %j', (method, params, headers) => {
    expect(requestHeaders(method, params)).toEqual(headers);
  });

  it('repeat the arguments that the tool names, and none that is absent or null', () => {
    const paramHeaders = [
      { header: 'Region', path: ['region'] },
      { header: 'Depth', path: ['options', 'depth'] },
      { header: 'Dry', path: ['dry'] },
      { header: 'None', path: ['none'] },
      { header: 'Gone', path: ['options', 'gone'] },
      { header: 'Own', path: ['constructor', 'name'] },
    ];
    const args = { region: 'eu', options: { depth: 42 }, dry: false, none: null };
    expect(requestHeaders('tools/call', { name: 't', arguments: args }, paramHeaders)).toEqual({
      'mcp-method': 'tools/call',
      'mcp-name': 't',
      'mcp-param-region': 'eu',
      'mcp-param-depth': '42',
      'mcp-param-dry': 'false',
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { readParamHeaders, ToolHeaders } from './param-headers.ts';

const text = (header: unknown): JsonObject => ({ type: 'string', 'x-mcp-header': header as string });
const schema = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

describe('x-mcp-header', () => {
  it.each([
    ['on a parameter', schema({ region: text('Region') }), [{ header: 'Region', path: ['region'] }]],
    [
      'on a nested parameter',
      schema({ a: schema({ b: { type: 'integer', 'x-mcp-header': 'B' } }) }),
      [{ header: 'B', path: ['a', 'b'] }],
    ],
    ['nowhere', schema({ region: { type: 'string' } }), []],
    ['as the name of a parameter', schema({ 'x-mcp-header': { type: 'string' } }), []],
    ['inside a value', schema({ a: { type: 'object', default: { 'x-mcp-header': '!' } } }), []],
    ['in a schema that is none', 'text', []],
  ])('%s is read', (_where, inputSchema, headers) => {
    expect(readParamHeaders(inputSchema)).toEqual({ headers });
  });

  it.each([
    ['an empty name', schema({ a: text('') })],
    ['a name with a space', schema({ a: text('My Region') })],
    ['a name with a line break', schema({ a: text('A\r\nB') })],
    ['a name that is none', schema({ a: text(5) })],
    ['the same name twice, whatever the case', schema({ a: text('Region'), b: text('REGION') })],
    ['a number', schema({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['an object', schema({ a: { type: 'object', 'x-mcp-header': 'A' } })],
    ['no type', schema({ a: { 'x-mcp-header': 'A' } })],
    ['the schema itself', { type: 'object', 'x-mcp-header': 'A' }],
    ['a list item', schema({ a: { type: 'array', items: text('A') } })],
    ['a branch', schema({}, { oneOf: [schema({ a: text('A') })] })],
    ['a condition', schema({}, { if: schema({ a: text('A') }) })],
    ['a definition', schema({}, { $defs: { a: text('A') } })],
  ])('on %s makes the tool unusable', (_what, inputSchema) => {
    expect(readParamHeaders(inputSchema)).toEqual({ fault: expect.any(String) as string });
  });

  it('is bounded on a schema of any depth', () => {
    let deep: JsonObject = text('Deep');
    for (let level = 0; level < 5000; level += 1) deep = schema({ a: deep });
    expect(readParamHeaders(deep)).toEqual({ headers: [] });
  });
});

describe('the tools of a server', () => {
  it('are forgotten when they are listed anew', () => {
    const tools = new ToolHeaders();
    const unusable: string[] = [];
    const learn = (inputSchema: JsonObject): void =>
      tools.learn({ tools: [{ name: 't', inputSchema }] }, (name) => unusable.push(name));
    learn(schema({ a: text('') }));
    expect([unusable, tools.isUsable({ name: 't' })]).toEqual([['t'], false]);
    learn(schema({ a: text('A') }));
    expect(tools.isUsable({ name: 't' })).toBe(true);
    expect(tools.of('tools/call', { name: 't' })).toEqual([{ header: 'A', path: ['a'] }]);
    expect(tools.of('prompts/get', { name: 't' })).toBeUndefined();
    learn(schema({}));
    expect(tools.of('tools/call', { name: 't' })).toBeUndefined();
  });
});

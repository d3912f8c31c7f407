import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, layoutJson } from './layout-json.ts';

describe('formatJson', () => {
  it('indents, and keeps what is short on one line', () => {
    const request =
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add","arguments":{"a":2,"b":[3, 4]},"_meta":{}}}';
    expect(formatJson(request)).toBe(
      `{
  "jsonrpc": "2.0",
  "id": 7,
  "method": "tools/call",
  "params": {
    "name": "add",
    "arguments": { "a": 2, "b": [3, 4] },
    "_meta": {}
  }
}`,
    );
    expect(formatJson('{"a":[1,true],"b":{},"c":"x"}')).toBe('{ "a": [1, true], "b": {}, "c": "x" }');
  });

  it('keeps numbers as they came over the wire', () => {
    expect(formatJson('[12345678901234567890,1.0,1e2]')).toBe('[12345678901234567890, 1.0, 1e2]');
  });

  it.each(['{"cut":', 'data: {"a":1}', 'listening on 3000', ''])('leaves %j as it is', (text) => {
    expect(formatJson(text)).toBe(text);
    expect(layoutJson(text)).toBeUndefined();
  });

  it('means the same as what came, for any JSON, and counts depth right', () => {
    const units = fc.constantFrom('a', '"', '\\', '<', '&', ' ', '{', ':', ',', '\n', 'x'.repeat(20));
    fc.assert(
      fc.property(fc.json({ stringUnit: units, maxDepth: 5 }), (json) => {
        const laidOut = formatJson(json);
        expect(JSON.parse(laidOut)).toEqual(JSON.parse(json));
        expect(laidOut).not.toMatch(/^ *[\]}].*\n.*^ *[\]}]$(?!\n|$)|[ ]$/);
        expect(/^[{[]$/m.test(laidOut)).toBe(laidOut.includes('\n'));
        expect(laidOut.split('\n').at(-1)).toMatch(/^\S/);
      }),
    );
  });
});

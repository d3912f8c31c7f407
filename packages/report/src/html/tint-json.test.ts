import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tintJson } from './tint-json.ts';

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    );

describe('tintJson', () => {
  it('indents and tints', () => {
    expect(tintJson('{"a":[1,true],"b":{},"c":"<x>"}')).toBe(
      `{
  <span class="j-k">&quot;a&quot;</span>: [
    <span class="j-n">1</span>,
    <span class="j-w">true</span>
  ],
  <span class="j-k">&quot;b&quot;</span>: {},
  <span class="j-k">&quot;c&quot;</span>: <span class="j-s">&quot;&lt;x&gt;&quot;</span>
}`,
    );
  });

  it('keeps numbers as they came over the wire', () => {
    expect(textOf(tintJson('[12345678901234567890,1.0,1e2]'))).toBe(
      '[\n  12345678901234567890,\n  1.0,\n  1e2\n]',
    );
  });

  it.each(['{"cut":', 'data: {"a":1}', 'listening on 3000', ''])('shows %j as it is', (text) => {
    expect(textOf(tintJson(text))).toBe(text);
  });

  it('says what JSON.stringify would, for any JSON', () => {
    fc.assert(
      fc.property(
        fc.json({ stringUnit: fc.constantFrom('a', '"', '\\', '<', '&', ' ', '{', ':', ',', '\n') }),
        (json) => {
          expect(textOf(tintJson(json))).toBe(JSON.stringify(JSON.parse(json), null, 2).replace(/-0/g, '-0'));
        },
      ),
    );
  });
});

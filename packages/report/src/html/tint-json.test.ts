import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson } from '../text/layout-json.ts';
import { tintJson } from './tint-json.ts';

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    );

describe('tintJson', () => {
  it('tints what formatJson lays out', () => {
    expect(tintJson('{"a":[1,true],"c":"<x>"}')).toBe(
      '{ <span class="j-k">&quot;a&quot;</span>: [<span class="j-n">1</span>, <span class="j-w">true</span>], <span class="j-k">&quot;c&quot;</span>: <span class="j-s">&quot;&lt;x&gt;&quot;</span> }',
    );
  });

  it.each(['{"cut":', 'data: {"a":1}', 'listening on 3000', ''])('shows %j as it is', (text) => {
    expect(textOf(tintJson(text))).toBe(text);
  });

  it('shows the text that formatJson writes, for any JSON', () => {
    const units = fc.constantFrom('a', '"', '\\', '<', '&', ' ', '{', ':', ',', '\n');
    fc.assert(
      fc.property(fc.json({ stringUnit: units }), (json) => {
        expect(textOf(tintJson(json))).toBe(formatJson(json));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markup, rendered } from './markup.ts';

describe('markup', () => {
  it('escapes what is put into it, and leaves what is markup', () => {
    const name = `<img src=x onerror="a('b')">`;
    expect(markup`<b title="${name}">${name}</b>${markup`<i>${1}</i>`}${undefined}`.text).toBe(
      '<b title="&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;">&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;</b><i>1</i>',
    );
  });

  it('joins lists, escaping each text of them', () => {
    expect(markup`${['<', markup`<hr>`, ['&']]}`.text).toBe('&lt;<hr>&amp;');
  });

  it('holds no markup that was not written here, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(markup`${text}`.text).not.toMatch(/[<>"']/);
      }),
      { numRuns: 50 },
    );
  });

  it('takes what the reports have rendered as it is', () => {
    expect(markup`${rendered('<svg></svg>')}`.text).toBe('<svg></svg>');
  });
});

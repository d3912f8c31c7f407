import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesUriTemplate } from './match-uri-template.ts';

describe('matchesUriTemplate', () => {
  it.each([
    ['demo://text/{id}', 'demo://text/1', true],
    ['demo://text/{id}', 'demo://text/a%20b', true],
    ['demo://text/{id}', 'demo://text/', false],
    ['demo://text/{id}', 'demo://text/1/2', false],
    ['demo://text/{id}', 'demo://blob/1', false],
    ['demo://{kind}/{id}', 'demo://text/1', true],
    ['demo://{kind}-{id}.txt', 'demo://a-b-c.txt', true],
    ['file:///{+path}', 'file:///a/b/c.txt', true],
    ['demo://x{/path}', 'demo://x/a/b', true],
    ['demo://x{/path}', 'demo://x', true],
    ['demo://x{.ext}', 'demo://x.txt', true],
    ['demo://x{;a,b}', 'demo://x;a=1;b=2', true],
    ['demo://x{?q,page}', 'demo://x?q=1&page=2', true],
    ['demo://x{?q,page}', 'demo://x', true],
    ['demo://x{?q}', 'demo://xq=1', false],
    ['demo://x?fixed=1{&q}', 'demo://x?fixed=1&q=2', true],
    ['demo://x{#section}', 'demo://x#top', true],
    ['demo://plain', 'demo://plain', true],
    ['demo://plain', 'demo://plainer', false],
    ['demo://half{open', 'demo://half{open', true],
  ])('%s and %s: %s', (template, uri, expected) => {
    expect(matchesUriTemplate(template, uri)).toBe(expected);
  });

  it('knows the expansions of a template again', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9_.~%-]{1,8}$/);
    const literal = fc.stringMatching(/^[a-z:/]{0,5}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, value), { maxLength: 4 }), (parts) => {
        const template = parts.map(([text], index) => `${text}{v${index}}`).join('');
        const uri = parts.map(([text, filled]) => `${text}${filled}`).join('');
        return matchesUriTemplate(template, uri);
      }),
    );
  });

  it('bounds the work for templates made to be slow', () => {
    expect(matchesUriTemplate(`${'{+a}'.repeat(16)}!`, 'a'.repeat(2000))).toBe(false);
    expect(matchesUriTemplate('{+a}'.repeat(16), 'a'.repeat(2000))).toBe(true);
    expect(matchesUriTemplate('{+a}'.repeat(500), 'a'.repeat(2000))).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges, readChallenge, splitScopes, unite } from './challenge.ts';

describe('WWW-Authenticate', () => {
  it.each<[header: string, challenges: unknown]>([
    ['Bearer', [{ scheme: 'bearer', parameters: {} }]],
    [
      'Bearer realm="a, b", error="invalid_token"',
      [{ scheme: 'bearer', parameters: { realm: 'a, b', error: 'invalid_token' } }],
    ],
    ['bearer scope=one', [{ scheme: 'bearer', parameters: { scope: 'one' } }]],
    [
      'Basic realm="x", Bearer resource_metadata="https://a.example/b?c=d"',
      [
        { scheme: 'basic', parameters: { realm: 'x' } },
        { scheme: 'bearer', parameters: { resource_metadata: 'https://a.example/b?c=d' } },
      ],
    ],
    [
      String.raw`Bearer error_description="say \"no\""`,
      [{ scheme: 'bearer', parameters: { error_description: 'say "no"' } }],
    ],
    ['Bearer scope="one", scope="two"', [{ scheme: 'bearer', parameters: { scope: 'one' } }]],
    ['Bearer SCOPE = "one"', [{ scheme: 'bearer', parameters: { scope: 'one' } }]],
    ['', []],
    ['="', []],
  ])('%s', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  it('of any kind can be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        for (const { scheme } of parseChallenges(header)) expect(scheme).toBe(scheme.toLowerCase());
      }),
    );
  });

  it('gives back what it was written from', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
    const value = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(token, fc.dictionary(token, value, { minKeys: 1 }), (scheme, parameters) => {
        const quote = (text: string): string => text.replaceAll(/["\\]/g, String.raw`\$&`);
        const list = Object.entries(parameters).map(([name, text]) => `${name}="${quote(text)}"`);
        expect(parseChallenges(`${scheme} ${list.join(', ')}`)).toEqual([
          { scheme, parameters: { ...parameters } },
        ]);
      }),
    );
  });
});

describe('a refusal', () => {
  const read = (status: number, header?: string) =>
    readChallenge(status, header === undefined ? {} : { 'www-authenticate': header });

  it.each<[what: string, status: number, header: string | undefined, challenge: unknown]>([
    ['401 without a header', 401, undefined, { status: 401 }],
    ['401 of another scheme', 401, 'Basic realm="x"', { status: 401 }],
    [
      '401 with all of it',
      401,
      'Bearer resource_metadata="https://a.example/m", scope="a b a", error_description="expired"',
      { status: 401, resourceMetadata: 'https://a.example/m', scopes: ['a', 'b'], description: 'expired' },
    ],
    [
      '401 with two Bearer challenges',
      401,
      'Bearer realm="x", Bearer resource_metadata="https://a.example/m"',
      { status: 401, resourceMetadata: 'https://a.example/m' },
    ],
    [
      '403 that means the scope',
      403,
      'Bearer error="insufficient_scope", scope="w"',
      { status: 403, scopes: ['w'] },
    ],
    ['403 that means something else', 403, 'Bearer error="invalid_token"', undefined],
    ['403 without a word', 403, undefined, undefined],
    ['any other status', 400, 'Bearer scope="a"', undefined],
    ['a success', 200, 'Bearer scope="a"', undefined],
  ])('%s', (_what, status, header, challenge) => {
    expect(read(status, header)).toEqual(challenge);
  });
});

it('scopes are lists without repetitions', () => {
  expect(splitScopes('  a  b\ta ')).toEqual(['a', 'b']);
  expect(splitScopes(undefined)).toEqual([]);
  expect(unite(['a', 'b'], undefined, ['c', 'a'])).toEqual(['a', 'b', 'c']);
});

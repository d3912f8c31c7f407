import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { createMasker } from './masking.ts';
import { testResult } from './testing/results.ts';

const words = (...secrets: string[]) => createMasker(secrets);

describe('a masker', () => {
  it.each<[string, readonly string[], string, string]>([
    ['a secret', ['hunter22'], 'the password is hunter22!', 'the password is ***!'],
    ['every one of them', ['hunter22', 'tok-1'], 'hunter22 tok-1 hunter22', '*** *** ***'],
    ['the longer one first', ['abc', 'abcdef'], 'abcdef', '***'],
    ['special characters', ['a.b*c$(1)'], 'a.b*c$(1) axbbc', '*** axbbc'],
    ['in a URL', ['p@ss/word'], 'https://x/?key=p%40ss%2Fword', 'https://x/?key=***'],
    ['in JSON text', ['say "hi"\n'], JSON.stringify({ a: 'say "hi"\n' }), '{"a":"***"}'],
    [
      'in JSON text inside JSON text',
      ['say "hi"'],
      JSON.stringify({ text: JSON.stringify({ a: 'say "hi"' }) }),
      String.raw`{"text":"{\"a\":\"***\"}"}`,
    ],
    ['in JSON text of a Python server', ['pässwörd'], String.raw`{"a":"p\u00e4ssw\u00f6rd"}`, '{"a":"***"}'],
    ['in JSON text of a Go server', ['a<b>&c'], String.raw`{"a":"a\u003cb\u003e\u0026c"}`, '{"a":"***"}'],
    ['in JSON text of a PHP server', ['ab/cd'], String.raw`{"a":"ab\/cd"}`, '{"a":"***"}'],
    [
      'where a text was cut',
      ['hunter22'],
      'got hunter2… (3 more characters)',
      'got ***… (3 more characters)',
    ],
    ['where a text begins in the middle', ['hunter22'], '…\nter22 and on', '…\n*** and on'],
    ['nothing in an empty secret', ['', 'hunter22'], 'abc', 'abc'],
  ])('hides %s', (_what, secrets, text, masked) => {
    expect(createMasker(secrets).text(text)).toBe(masked);
  });

  it('hides what it learns later from then on, in all its forms', () => {
    const masker = createMasker([]);
    const seen = { text: 'say "token-1"', list: ['token-1'] };
    expect([masker.text('token-1'), masker.deep(seen), masker.record(seen)]).toEqual(['token-1', seen, seen]);
    masker.add('token-1');
    masker.add('say "token-2"');
    masker.add('token-1');
    expect(masker.text('token-1 and {"a":"say \\"token-2\\""}')).toBe('*** and {"a":"***"}');
    expect(masker.deep(seen)).toEqual({ text: 'say "***"', list: ['***'] });
    expect(masker.record(seen)).toEqual({ text: 'say "***"', list: ['***'] });
  });

  it('hides keys and numbers of JSON too', () => {
    const value = { hunter22: [1, 'x hunter22', { n: 123_456, other: 1_234_567 }], ok: true };
    expect(words('hunter22', '123456').deep(value)).toEqual({
      '***': [1, 'x ***', { n: '***', other: 1_234_567 }],
      ok: true,
    });
  });

  it('returns what holds no secret as it is', () => {
    const value = { a: [{ b: 'c' }], d: { hunter22: 1 } };
    const masked = words('hunter22').deep(value);
    expect(masked.a).toBe(value.a);
    expect(words('nothing').deep(value)).toBe(value);
    expect(words().deep(value)).toBe(value);
  });

  it('lets no secret survive in JSON', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9/+"\\ éü<&-]{4,12}$/);
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (secrets, value) => {
        const mixed = (text: string): string =>
          text.length % 2 === 0 ? `${text}${secrets[text.length % secrets.length] ?? ''}${text}` : text;
        const planted = plant(value as JsonValue, mixed);
        const { deep, text } = createMasker(secrets);
        const strings = stringsOf(
          deep({ planted, nested: JSON.stringify(planted), twice: JSON.stringify(JSON.stringify(planted)) }),
        );
        for (const one of secrets) {
          // What was masked cannot be a secret itself.
          if ('***'.includes(one)) continue;
          for (const string of strings) expect(string).not.toContain(one);
          expect(text(encodeURIComponent(one))).not.toContain(encodeURIComponent(one));
        }
      }),
    );
  });

  it('leaves the shape of our own results alone, even when a secret is a word of ours', () => {
    const result = testResult('failed', {
      id: 'test/error',
      durationMs: 123_456,
      failures: [
        {
          severity: 'failure',
          key: 'text',
          type: 'equals',
          message: 'the test failed',
          configKey: 'expected.text',
        },
      ],
      error: { code: 'INTERNAL', kind: 'internal', message: 'error', details: { error: 123_456 } },
      exchanges: [
        {
          phase: 'test',
          method: 'tools/call',
          startedAtMs: 0,
          durationMs: 123_456,
          request: 'test',
          response: 'error',
          result: { test: 'passed' },
          notifications: 0,
        },
      ],
    });
    const masked = words(
      'test',
      'error',
      'failed',
      'failure',
      'internal',
      '123456',
      'passed',
      'outcome',
    ).record(result);
    expect(masked).toEqual({
      ...result,
      id: '***/***',
      test: '***',
      failures: [{ ...result.failures[0], message: 'the *** ***' }],
      error: { ...result.error, message: '***', details: { '***': '***' } },
      exchanges: [{ ...result.exchanges[0], request: '***', response: '***', result: { '***': '***' } }],
    });
  });

  it('tells the steps of a shutdown from the steps of users', () => {
    expect(words('killed').record({ shutdown: { step: 'killed' }, step: 'killed it' })).toEqual({
      shutdown: { step: 'killed' },
      step: '*** it',
    });
  });
});

function plant(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => plant(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), plant(item, change)]));
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(stringsOf)];
}

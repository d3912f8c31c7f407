import { HarnessError } from '@mcp-test-harness/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApiKey } from '../auth/api-key.ts';
import { createScrubber } from './scrubber.ts';

describe('what is logged', () => {
  const scrubber = createScrubber(['pa$$word/1', 'abc']);

  it.each([
    ['a known secret', 'it is pa$$word/1!', 'it is ***!'],
    ['a known secret in a URL', 'q=pa%24%24word%2F1', 'q=***'],
    ['a bearer token', 'authorization: Bearer abcdefgh.ijkl', 'authorization: Bearer ***'],
    ['a token of Vault', 'token hvs.CAESIJ1234567890abcdefgh', 'token hvs.***'],
    ['a password in a URL', 'postgres://harness:hunter2@db:5432/x', 'postgres://harness:***@db:5432/x'],
    [
      'a Slack webhook',
      'POST https://hooks.slack.com/services/T0/B0/xyz',
      'POST https://hooks.slack.com/***',
    ],
    [
      'a private key',
      'a -----BEGIN EC PRIVATE KEY-----\nMIG\n-----END EC PRIVATE KEY----- b',
      'a -----BEGIN EC PRIVATE KEY----- *** b',
    ],
    ['a private key that was cut', '-----BEGIN PRIVATE KEY-----\\nMIG', '-----BEGIN PRIVATE KEY----- ***'],
    [
      'nothing else',
      'Bearer of bad news, abc, https://example.com/a:b@c',
      'Bearer of bad news, abc, https://example.com/a:b@c',
    ],
  ])('holds no secret: %s', (_what, text, shown) => {
    expect(scrubber.text(text)).toBe(shown);
  });

  it('tells of an API key which one it is, and no more', () => {
    const { id, key } = createApiKey();
    expect(scrubber.text(`key=${key}.`)).toBe(`key=mth_${id}_***.`);
    expect(scrubber.text(`key=${key.slice(0, 40)}…`)).toBe(`key=mth_${id}_***…`);
  });

  it('hides any key wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const { key } = createApiKey();
        expect(scrubber.text(`${before} ${key} ${after}`)).not.toContain(key.slice(13, 60));
      }),
    );
  });

  it('hides what became known later, and in errors with their causes', () => {
    const later = createScrubber();
    later.add('fresh-token');
    const error = new HarnessError({
      code: 'IO_READ',
      message: 'fresh-token refused',
      hint: 'not fresh-token',
      cause: new Error('Bearer fresh-token', { cause: 'postgres://a:b@c' }),
    });
    const shown = later.error(error);
    expect(shown).toMatchObject({
      name: 'HarnessError',
      code: 'IO_READ',
      message: '*** refused',
      hint: 'not ***',
      cause: { message: 'Bearer ***', cause: { message: 'postgres://a:***@c' } },
    });
    expect(JSON.stringify(shown)).not.toContain('fresh-token');
  });

  it('ends for an error that is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    expect(JSON.stringify(scrubber.error(error)).length).toBeLessThan(100_000);
  });

  it.each(['a://', 'Bearer ', '-----BEGIN PRIVATE KEY-----', 'mth_aaaaaaaa_', 'a.a-', 'a://x:'])(
    'takes work that grows with the text and no faster: %s many times',
    (piece) => {
      const work = (length: number): number => {
        const text = piece.repeat(length / piece.length);
        const from = performance.now();
        scrubber.text(text);
        return performance.now() - from;
      };
      work(1000);
      const [short, long] = [20_000, 320_000].map((length) =>
        Math.min(work(length), work(length), work(length)),
      ) as [number, number];
      // 16 times the text: about 16 times the work; with its square, 256.
      expect(long / Math.max(short, 1)).toBeLessThan(100);
    },
  );
});

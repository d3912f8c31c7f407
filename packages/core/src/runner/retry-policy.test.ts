import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetryConfig } from '../config/schema.ts';
import { mayRepeat, retryDelayMs } from './retry-policy.ts';

const policy = (more: Partial<RetryConfig> = {}): RetryConfig => ({
  max_retries: 3,
  retry_delay_ms: 1000,
  exponential_backoff: false,
  max_backoff_ms: 30_000,
  jitter: false,
  retry_on_patterns: [],
  ...more,
});

describe('retryDelayMs', () => {
  it.each<[string, Partial<RetryConfig>, number, number]>([
    ['the same each time', {}, 3, 1000],
    ['doubled each time', { exponential_backoff: true }, 3, 4000],
    ['never longer than max_backoff_ms', { exponential_backoff: true, max_backoff_ms: 2500 }, 3, 2500],
    ['finite after very many attempts', { exponential_backoff: true }, 5000, 30_000],
    ['none', { retry_delay_ms: 0, exponential_backoff: true, jitter: true }, 3, 0],
  ])('%s', (_what, more, repetition, delayMs) => {
    expect(retryDelayMs(policy(more), repetition, () => 1)).toBe(delayMs);
  });

  it('varies by up to a quarter with jitter', () => {
    const delays = [0, 0.5, 1].map((random) => retryDelayMs(policy({ jitter: true }), 1, () => random));
    expect(delays).toEqual([750, 1000, 1250]);
  });

  it('never exceeds max_backoff_ms, whatever the policy', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(100_000),
        fc.integer({ min: 1, max: 2000 }),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (delay, most, repetition, doubled, random) => {
          const given = {
            retry_delay_ms: delay,
            max_backoff_ms: most,
            exponential_backoff: doubled,
            jitter: true,
          };
          const delayMs = retryDelayMs(policy(given), repetition, () => random);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe('mayRepeat', () => {
  it.each<[string, RetryConfig | undefined, number, string, boolean]>([
    ['no policy', undefined, 1, 'oops', false],
    ['the first repetition', policy(), 1, 'oops', true],
    ['the last one', policy(), 3, 'oops', true],
    ['one too many', policy(), 4, 'oops', false],
    ['max_retries: 0', policy({ max_retries: 0 }), 1, 'oops', false],
    ['a text, ignoring case', policy({ retry_on_patterns: ['TIMED out'] }), 1, 'it timed out', true],
    ['another text', policy({ retry_on_patterns: ['timed out'] }), 1, 'refused', false],
    ['any of several', policy({ retry_on_patterns: ['timed out', 'refused'] }), 1, 'refused', true],
    ['a regular expression', policy({ retry_on_patterns: [String.raw`/HTTP 5\d\d/`] }), 1, 'HTTP 503', true],
    ['one that respects case', policy({ retry_on_patterns: ['/http/'] }), 1, 'HTTP 503', false],
    ['one with a flag', policy({ retry_on_patterns: ['/http/i'] }), 1, 'HTTP 503', true],
    ['a slash alone is text', policy({ retry_on_patterns: ['a/b'] }), 1, 'a/b', true],
  ])('%s', async (_what, given, repetition, message, expected) => {
    expect(await mayRepeat(given, repetition, [message], () => undefined)).toBe(expected);
  });

  it('tells of a pattern that is none, and goes on to the next', async () => {
    const warnings: string[] = [];
    const given = policy({ retry_on_patterns: ['/(/', 'oops'] });
    expect(await mayRepeat(given, 1, ['oops'], (warning) => warnings.push(warning))).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('/(/ is not a usable regular expression')]);
  });
});

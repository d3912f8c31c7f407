import { z } from 'zod';

export const retrySchema = z
  .strictObject({
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        'How often a failed attempt is repeated. Only starting and connecting, and tools annotated read-only or idempotent, are retried unless a test sets `retry` itself.',
      ),
    retry_delay_ms: z.number().min(0).default(1000).describe('Pause before the first repetition, in ms.'),
    exponential_backoff: z.boolean().default(false).describe('Double the pause after each attempt.'),
    max_backoff_ms: z.number().min(0).default(30_000).describe('Longest pause, in ms.'),
    jitter: z.boolean().default(true).describe('Vary each pause by up to ±25 %.'),
    retry_on_patterns: z
      .array(z.string())
      .default([])
      .describe(
        'Retry only when the error message contains one of these (case-insensitive; `/…/` is a regular expression). Empty: any error.',
      ),
  })
  .describe('Repetition of failed attempts. A test that passed on a repetition is reported as flaky.');

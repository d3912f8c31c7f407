import type { RetryConfig } from '../config/schema.ts';
import { toHarnessError } from '../errors.ts';

/**
 * The pause before repetition number `repetition` (from 1), in ms: doubled each time with `exponential_backoff`,
 * varied by up to ±25 % with `jitter`, never longer than `max_backoff_ms`.
 */
export function retryDelayMs(policy: RetryConfig, repetition: number, random: () => number): number {
  const base = policy.exponential_backoff
    ? policy.retry_delay_ms * 2 ** Math.min(repetition - 1, 60)
    : policy.retry_delay_ms;
  const varied = policy.jitter ? base * (0.75 + random() * 0.5) : base;
  return Math.round(Math.min(varied, policy.max_backoff_ms));
}

/**
 * True when the policy allows repetition number `repetition` (from 1) after a failure with these messages. A pattern
 * that cannot be compiled matches nothing, and `warn` is told.
 */
export async function mayRepeat(
  policy: RetryConfig | undefined,
  repetition: number,
  messages: readonly string[],
  warn: (message: string) => void,
): Promise<boolean> {
  if (policy === undefined || repetition > policy.max_retries) return false;
  if (policy.retry_on_patterns.length === 0) return true;
  for (const pattern of policy.retry_on_patterns) {
    try {
      const matches = await compilePattern(pattern);
      if (messages.some(matches)) return true;
    } catch (error) {
      warn(`retry_on_patterns: ${toHarnessError(error).message}`);
    }
  }
  return false;
}

/** `/…/flags` is a regular expression of linear time; anything else is looked for as text, ignoring case. */
async function compilePattern(pattern: string): Promise<(message: string) => boolean> {
  const expression = /^\/(.+)\/([a-z]*)$/s.exec(pattern);
  if (expression === null) {
    const wanted = pattern.toLowerCase();
    return (message) => message.toLowerCase().includes(wanted);
  }
  const { createSafeRegex } = await import('../regex.ts');
  const regex = createSafeRegex(expression[1] ?? '', expression[2]);
  return (message) => regex.test(message);
}

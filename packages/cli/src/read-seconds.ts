import { HarnessError } from '@mcp-test-harness/core/errors';

/** Milliseconds of an option that is given in seconds. */
export function readSeconds(name: string, value: number | undefined, fallback: number): number {
  const seconds = value ?? fallback;
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${name} must be more than 0 and at most 3600 seconds, not ${seconds}`,
  });
}

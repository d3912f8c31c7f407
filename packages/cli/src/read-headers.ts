import { HarnessError } from '@mcp-test-harness/core/errors';

/** Values of --header. @throws HarnessError USAGE */
export function readHeaders(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const colon = value.indexOf(':');
      if (colon < 1)
        throw new HarnessError({ code: 'USAGE', message: `--header needs NAME:VALUE, not "${value}"` });
      return [value.slice(0, colon).trim(), value.slice(colon + 1).trim()];
    }),
  );
}

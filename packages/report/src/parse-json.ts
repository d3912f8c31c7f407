import { HarnessError } from '@mcp-test-harness/core/errors';

/**
 * Parses a result file.
 * @param file named in the error
 * @throws HarnessError IO_READ
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'A run that was killed leaves FILE.partial.jsonl beside it, which `mcp-test-harness report` reads.',
      cause: error,
    });
  }
}

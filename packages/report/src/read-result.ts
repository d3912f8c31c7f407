import type { RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { parseJson } from './parse-json.ts';

/**
 * Reads what the json reporter wrote. Members that a newer version added are kept.
 * @param file named in errors
 * @throws HarnessError IO_READ naming the file and the path of what is wrong in it
 */
export async function parseRunResult(text: string, file = 'the result'): Promise<RunResult> {
  const value = parseJson(text, file);
  const { runResultSchema } = await import('./result-schema.ts');
  const { success, error } = runResultSchema.safeParse(value);
  if (success) return value as RunResult;
  const [issue] = error.issues;
  const path =
    issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.map(String).join('.');
  throw new HarnessError({
    code: 'IO_READ',
    message: `${file} is not a result of mcp-test-harness: ${path}: ${issue?.message ?? 'invalid'}`,
    hint: 'Give a file that `mcp-test-harness test --report json:FILE` wrote, of schemaVersion 1.',
  });
}

import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { parseJson } from '../parse-json.ts';

/** In UTF-16 units; a run of ours with every sample kept has a few million. */
const limitCharacters = 200_000_000;
/** How deep JSON that is not ours may be nested; what writes it again calls itself for each level. */
const limitDepth = 200;

/** Whether a parsed document says that it is one of `benchmark`. */
export function isBenchmarkDocument(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'benchmark';
}

/**
 * Reads what `benchmark --report json` wrote, which may come from anywhere: of bounded size and depth, every member
 * checked. Members that a newer version added are kept.
 * @param file named in errors
 * @throws HarnessError IO_READ naming the file and the path of what is wrong in it
 */
export async function parseBenchmarkResult(text: string, file = 'the result'): Promise<BenchmarkResult> {
  if (text.length > limitCharacters) {
    throw notOne(file, `it has more than ${limitCharacters.toLocaleString('en')} characters`);
  }
  const value = parseJson(text, file);
  if (isDeeper(value, limitDepth)) throw notOne(file, `it is nested more than ${limitDepth} levels deep`);
  const { benchmarkResultSchema } = await import('./result-schema.ts');
  const { success, error } = benchmarkResultSchema.safeParse(value);
  if (success) return value as BenchmarkResult;
  const [issue] = error.issues;
  const path =
    issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.map(String).join('.');
  throw notOne(file, `${path}: ${issue?.message ?? 'invalid'}`);
}

/** Level by level, so that no nesting exhausts the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function notOne(file: string, reason: string): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `${file} is not a benchmark result of mcp-test-harness: ${reason}`,
    hint: 'Give a file that `mcp-test-harness benchmark --report json:FILE` wrote, of schemaVersion 1.',
  });
}

import { HarnessError } from '@mcp-test-harness/core/errors';
import { z } from 'zod';
import type { JsonValue } from '../store/index.ts';
import type { RunRequest } from './define.ts';

const schema = z.strictObject({
  kind: z.enum(['test', 'benchmark', 'compliance']),
  suites: z.array(z.string().min(1).max(1000)).max(10_000),
});

/**
 * What a run was asked for; stores may be older than this program.
 * @throws HarnessError USAGE
 */
export function readRequest(request: JsonValue): RunRequest {
  const { success, data, error } = schema.safeParse(request);
  if (success) return data;
  const [issue] = error.issues;
  throw new HarnessError({
    code: 'USAGE',
    message: `the request of the run is none: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    hint: 'It was probably enqueued by another version.',
  });
}

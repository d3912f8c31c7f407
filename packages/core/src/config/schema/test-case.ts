import { z } from 'zod';
import { retrySchema } from './retry.ts';
import { expectationKeys, stepSchema } from './step.ts';
import { json, jsonObject, name, positiveInteger, seconds } from './values.ts';

export const testCaseSchema = z
  .strictObject({
    id: name().describe('Unique in its suite.'),
    description: z.string().optional().describe('Shown in reports.'),
    enabled: z.boolean().default(true).describe('false: skipped.'),
    tags: z.array(z.string()).default([]).describe('For --tag.'),
    tool_name: z.string().optional().describe('Tool to call. A protocol method here is read as `method`.'),
    input_params: jsonObject.optional().describe('Arguments of the tool.'),
    method: z.string().optional().describe('Any request method.'),
    params: jsonObject.optional().describe('Its params.'),
    raw: z.string().optional().describe('Bytes sent as they stand, for negative tests.'),
    steps: z
      .array(stepSchema)
      .min(1)
      .optional()
      .describe('Several requests in order; the first that fails ends the test.'),
    setup_steps: z
      .array(stepSchema)
      .default([])
      .describe('Before the test; a failure here makes it errored.'),
    cleanup_steps: z.array(stepSchema).default([]).describe('After the test, always.'),
    ...expectationKeys,
    variables: jsonObject.default({}).describe('For ${NAME} in this test.'),
    matrix: z
      .record(z.string(), z.array(json).min(1))
      .optional()
      .describe('Every combination of these values is a test of its own.'),
    cases: z.array(jsonObject).min(1).optional().describe('Each row of values is a test of its own.'),
    iterations: positiveInteger()
      .default(1)
      .describe('How often the request is repeated; every one must pass.'),
    concurrency: positiveInteger().default(1).describe('How many of the iterations are in flight at once.'),
    skip_if: z.string().optional().describe('Expression; true skips the test.'),
    only_if: z.string().optional().describe('Expression; false skips the test.'),
    depends_on: z
      .array(z.string())
      .default([])
      .describe('Tests (`id` or `suite/id`) or suites that must have passed.'),
    timeout_override_seconds: seconds().optional().describe('Longest time for the whole test.'),
    retry: retrySchema.optional(),
    performance: z
      .strictObject({
        max_execution_time_ms: z
          .number()
          .positive()
          .optional()
          .describe('Every request must answer within this time, in ms.'),
        max_memory_usage_mb: z
          .number()
          .positive()
          .optional()
          .describe('Peak resident memory of the server tree, in MiB.'),
        percentiles: z
          .record(z.string().regex(/^p\d{1,2}(\.\d+)?$/), z.number().positive())
          .optional()
          .describe('Latency percentiles over the iterations in ms, e.g. p95: 200.'),
        min_requests_per_second: z.number().positive().optional().describe('Rate over the iterations.'),
      })
      .optional()
      .describe('Limits on time and memory.'),
  })
  .describe('One test.');

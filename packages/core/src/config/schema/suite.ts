import { z } from 'zod';
import { clientSchema } from './client.ts';
import { resourceLimitsSchema } from './limits.ts';
import { retrySchema } from './retry.ts';
import { testCaseSchema } from './test-case.ts';
import { jsonObject, name, positiveInteger, seconds } from './values.ts';

export const suiteSchema = z
  .strictObject({
    name: name().describe('Unique name.'),
    description: z.string().optional().describe('Shown in reports.'),
    enabled: z.boolean().default(true).describe('false: all its tests are skipped.'),
    server: z.string().optional().describe('Name of an entry of `servers`. Default: the only one.'),
    tags: z.array(z.string()).default([]).describe('Inherited by its tests.'),
    priority: z.number().int().default(0).describe('Suites of a higher priority start first.'),
    depends_on: z.array(z.string()).default([]).describe('Suites that must have passed.'),
    parallel_execution: z.boolean().default(true).describe('Run its tests at the same time.'),
    max_concurrency: positiveInteger().max(256).default(4).describe('How many of its tests run at once.'),
    isolation: z
      .enum(['suite', 'run', 'test'])
      .default('suite')
      .describe(
        'suite: one server process for the suite. run: shared by all suites of the run. test: a fresh one for each test.',
      ),
    timeout_seconds: seconds().optional().describe('Budget of the whole suite.'),
    fail_fast: z.boolean().default(false).describe('Skip the rest after the first test that did not pass.'),
    required_success_rate: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Share of executed tests that must pass for the suite to pass, 0 to 1.'),
    retry: retrySchema.optional(),
    variables: jsonObject.default({}).describe('For ${NAME} in this suite.'),
    setup_script: z
      .string()
      .optional()
      .describe(
        'Program run before the suite, relative to this file; exit code other than 0 makes its tests errored.',
      ),
    teardown_script: z.string().optional().describe('Program run after the suite, always.'),
    skip_if: z.string().optional().describe('Expression; true skips the suite.'),
    only_if: z.string().optional().describe('Expression; false skips the suite.'),
    resource_limits: resourceLimitsSchema.optional(),
    client: clientSchema.optional(),
    test_cases: z.array(testCaseSchema).min(1).describe('The tests.'),
  })
  .describe('A group of tests on one server.');

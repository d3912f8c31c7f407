import { z } from 'zod';
import { distributionSchema } from './distribution.ts';
import { resourceLimitsSchema } from './limits.ts';
import { retrySchema } from './retry.ts';
import { seconds } from './values.ts';

export const globalSchema = z
  .strictObject({
    environment: z
      .string()
      .optional()
      .describe('Entry of `environments` to use. --environment and ENVIRONMENT win over it.'),
    max_global_concurrency: z
      .number()
      .int()
      .min(1)
      .max(256)
      .default(8)
      .describe('How many tests run at once, over all suites.'),
    global_timeout_seconds: seconds().max(86_400).default(600).describe('Budget of the whole run.'),
    fail_fast: z
      .boolean()
      .default(false)
      .describe('Skip the rest of the run after the first test that did not pass.'),
    log_level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'])
      .default('info')
      .describe(
        'How much is said: debug as with -v, trace as with -vvv; warn leaves out which files were written, error warnings too. Of the service, the level of its log.',
      ),
    resource_limits: resourceLimitsSchema.optional(),
    retry: retrySchema.optional(),
  })
  .describe('Settings of the whole run.');

export const coverageSchema = z
  .strictObject({
    min_percent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe(
        'Share of the tools, resources, resource templates and prompts of the servers that tests must use for a whole run to pass, in percent. Runs with filters are not judged by it, shards when they are merged.',
      ),
  })
  .describe('Which part of what the servers offer the tests must use.');

export const reportingSchema = z
  .strictObject({
    output_dir: z
      .string()
      .optional()
      .describe(
        'Directory for the reports named in `formats`; relative to this file. Default of the service: reports in `service.data_dir`.',
      ),
    formats: z
      .array(z.enum(['json', 'junit', 'html', 'markdown', 'sarif']))
      .default([])
      .describe('Reports written to output_dir. Of the service, where none is named: html and json.'),
    retention_days: z
      .number()
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe('The service deletes its reports in output_dir that are older. Default: they are kept.'),
    distribution: distributionSchema.prefault({}),
  })
  .describe('Reports written by every run, and whom the service tells.');

/**
 * The configuration language, spec `suite-language.md`. One zod schema is the source of the editor's
 * JSON Schema, the reference page, the defaults and the types, so that they cannot disagree.
 */
import { z } from 'zod';
import type { authSchema } from './schema/auth.ts';
import { clientSchema } from './schema/client.ts';
import { coverageSchema, globalSchema, reportingSchema } from './schema/global.ts';
import type { resourceLimitsSchema } from './schema/limits.ts';
import { monitoringSchema } from './schema/monitoring.ts';
import { performanceSchema } from './schema/performance.ts';
import type { retrySchema } from './schema/retry.ts';
import { securitySchema } from './schema/security.ts';
import { serverSchema } from './schema/server.ts';
import { scheduleSchema, serviceSchema } from './schema/service.ts';
import type { stepSchema } from './schema/step.ts';
import { suiteSchema } from './schema/suite.ts';
import type { testCaseSchema } from './schema/test-case.ts';
import { jsonObject } from './schema/values.ts';

/** The whole file after `extends`, `include`, `environments` and `${...}` have been resolved. */
export const configSchema = z.strictObject({
  global: globalSchema.prefault({}),
  server: serverSchema.optional(),
  servers: z
    .record(z.string(), serverSchema)
    .optional()
    .describe('Several servers by name; a suite picks one with `server`.'),
  client: clientSchema.optional(),
  protocol_checks: z
    .enum(['error', 'warn', 'off'])
    .default('warn')
    .describe(
      'What a violation of the protocol in any message does: fail the run, be reported, or go unchecked.',
    ),
  variables: jsonObject.default({}).describe('For ${NAME} anywhere in the file.'),
  performance: performanceSchema.prefault({}),
  coverage: coverageSchema.prefault({}),
  reporting: reportingSchema.prefault({}),
  service: serviceSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]).describe('What the service runs by itself.'),
  monitoring: monitoringSchema.prefault({}),
  security: securitySchema.prefault({}),
  test_suites: z.array(suiteSchema).default([]).describe('The suites.'),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ServerConfig = z.output<typeof serverSchema>;
export type SuiteConfig = z.output<typeof suiteSchema>;
export type TestCaseConfig = z.output<typeof testCaseSchema>;
export type StepConfig = z.output<typeof stepSchema>;
export type RetryConfig = z.output<typeof retrySchema>;
export type ResourceLimitsConfig = z.output<typeof resourceLimitsSchema>;
export type AuthConfig = z.output<typeof authSchema>;
export type ClientConfig = z.output<typeof clientSchema>;

/**
 * The configuration language, spec `suite-language.md`. One zod schema is the source of the editor's
 * JSON Schema, the reference page, the defaults and the types, so that they cannot disagree.
 */
import { z } from 'zod';
import { expectedSchema } from '../assertions/index.ts';
import { supportedRevisions } from '../protocol/types.ts';

const jsonObject = z.record(z.string(), z.json());
const seconds = () => z.number().positive();
const positiveInteger = () => z.number().int().positive();
const name = () => z.string().min(1);

export const resourceLimitsSchema = z
  .strictObject({
    max_memory_mb: z
      .number()
      .positive()
      .optional()
      .describe(
        'Resident memory of the whole process tree of one server, in MiB. Beyond it the server is killed and the test errors.',
      ),
    max_cpu_seconds: z
      .number()
      .positive()
      .optional()
      .describe('CPU time (user and system) of the whole process tree of one server, in seconds.'),
    max_open_files: positiveInteger()
      .optional()
      .describe('Open files per process: a hard limit that the server cannot lift.'),
  })
  .describe('Limits on each server process that is started.');

export const retrySchema = z
  .strictObject({
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        'How often a failed attempt is repeated. Only starting and connecting, and tools annotated read-only or idempotent, are retried unless a test sets `retry` itself.',
      ),
    retry_delay_ms: z.number().min(0).default(1000).describe('Pause before the first repetition, in ms.'),
    exponential_backoff: z.boolean().default(false).describe('Double the pause after each attempt.'),
    max_backoff_ms: z.number().min(0).default(30_000).describe('Longest pause, in ms.'),
    jitter: z.boolean().default(true).describe('Vary each pause by up to ±25 %.'),
    retry_on_patterns: z
      .array(z.string())
      .default([])
      .describe(
        'Retry only when the error message contains one of these (case-insensitive; `/…/` is a regular expression). Empty: any error.',
      ),
  })
  .describe('Repetition of failed attempts. A test that passed on a repetition is reported as flaky.');

export const clientSchema = z
  .strictObject({
    roots: z
      .array(
        z.strictObject({
          uri: z.string().describe('A file:// URI.'),
          name: z.string().optional().describe('Display name.'),
        }),
      )
      .optional()
      .describe('Answer to roots/list. Unset: the capability is not declared.'),
    sampling: z
      .array(
        z.strictObject({
          pattern: z
            .string()
            .optional()
            .describe('Regular expression over the text of the request; unset matches all.'),
          text: z.string().optional().describe('Text of the assistant message.'),
          model: z.string().default('mcp-test-harness-canned').describe('Name of the model in the answer.'),
          stop_reason: z.string().default('endTurn').describe('stopReason of the answer.'),
          error: z
            .strictObject({
              code: z.number().int().describe('JSON-RPC error code.'),
              message: z.string().describe('Error message.'),
            })
            .optional()
            .describe('Answer with this error instead.'),
        }),
      )
      .optional()
      .describe('Canned answers to sampling/createMessage, tried in order.'),
    elicitation: z
      .array(
        z.strictObject({
          pattern: z
            .string()
            .optional()
            .describe('Regular expression over the message of the request; unset matches all.'),
          action: z.enum(['accept', 'decline', 'cancel']).describe('What the user is said to have done.'),
          content: jsonObject.optional().describe('The form as filled in, for `accept`.'),
        }),
      )
      .optional()
      .describe('Canned answers to elicitation/create, tried in order.'),
  })
  .describe('How the harness answers a server that asks its client.');

export const serverSchema = z
  .strictObject({
    transport: z.enum(['stdio', 'http']).default('stdio').describe('stdio, or http for Streamable HTTP.'),
    command: z
      .string()
      .min(1)
      .optional()
      .describe('Program to start. With spaces and no `args` it is split as a shell would, without a shell.'),
    args: z.array(z.string()).optional().describe('Arguments, each as it stands.'),
    env: z.record(z.string(), z.string()).default({}).describe('Added to the inherited environment.'),
    working_dir: z
      .string()
      .optional()
      .describe(
        'Directory the server starts in; relative to this file. Default: the directory of this file.',
      ),
    path_additions: z.array(z.string()).default([]).describe('Put in front of PATH; relative to this file.'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Endpoint of a url transport.'),
    headers: z.record(z.string(), z.string()).default({}).describe('Sent with every HTTP request.'),
    ready_when: z
      .strictObject({
        url: z.url().optional().describe('Ready when this URL answers with any status.'),
        port: z
          .number()
          .int()
          .min(1)
          .max(65535)
          .optional()
          .describe('Ready when this local TCP port accepts.'),
        log_pattern: z
          .string()
          .optional()
          .describe('Ready when a line of stdout or stderr matches this regular expression.'),
      })
      .optional()
      .describe(
        'For a url server with a `command`: when it is ready. Default: when its `url` accepts connections.',
      ),
    startup_timeout_seconds: seconds()
      .default(30)
      .describe('From the start of the process to a complete handshake.'),
    shutdown_timeout_seconds: seconds()
      .default(10)
      .describe('How long the server may take to end before it is killed.'),
    shutdown_signal: z
      .enum(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])
      .default('SIGTERM')
      .describe('Sent when closing stdin was not enough.'),
    connection_timeout_seconds: seconds().default(30).describe('Longest wait for a TCP connection.'),
    request_timeout_seconds: seconds()
      .default(30)
      .describe('Longest wait for an answer, where the test sets none.'),
    auto_restart: z
      .boolean()
      .default(true)
      .describe('Start the server again for the tests that remain after it crashed.'),
    max_restart_attempts: z.number().int().min(0).default(3).describe('How many restarts in one suite.'),
    resource_limits: resourceLimitsSchema.optional(),
    sandbox: z
      .enum(['auto', 'strict', 'off'])
      .default('auto')
      .describe(
        'auto: limits at the strongest level this machine offers, recorded in the report. strict: do not start a server whose limits cannot be enforced. off: measure only.',
      ),
    protocol_version: z
      .enum(['latest', ...supportedRevisions])
      .default('latest')
      .describe('A protocol revision, or latest: the newest that both sides speak.'),
    client: clientSchema.optional(),
  })
  .describe('A server under test.');

const expectationKeys = {
  expected: expectedSchema.optional(),
  expect_error: z
    .boolean()
    .optional()
    .describe('The answer must be an error (JSON-RPC error or tool error).'),
  expected_error_code: z
    .number()
    .int()
    .optional()
    .describe('JSON-RPC error code that the answer must carry.'),
  expected_error_pattern: z
    .string()
    .optional()
    .describe('Regular expression that the error message must match.'),
};

export const stepSchema = z
  .strictObject({
    name: z.string().optional().describe('Shown in reports.'),
    tool_name: z.string().optional().describe('Tool to call. A protocol method here is read as `method`.'),
    input_params: jsonObject.optional().describe('Arguments of the tool.'),
    method: z.string().optional().describe('Any request method.'),
    params: jsonObject.optional().describe('Its params.'),
    raw: z.string().optional().describe('Bytes sent as they stand, for negative tests.'),
    wait_for_notification: z
      .string()
      .optional()
      .describe('Wait for this notification instead of sending a request.'),
    store_result_as: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .optional()
      .describe('Later steps read this exchange as ${name.result...}.'),
    timeout_override_seconds: seconds().optional().describe('Longest wait for this step.'),
    ...expectationKeys,
  })
  .describe('One request of a test.');

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
      .record(z.string(), z.array(z.json()).min(1))
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
      .describe('How much the harness says about itself on stderr.'),
    resource_limits: resourceLimitsSchema.optional(),
    retry: retrySchema.optional(),
  })
  .describe('Settings of the whole run.');

export const reportingSchema = z
  .strictObject({
    output_dir: z
      .string()
      .optional()
      .describe('Directory for the reports named in `formats`; relative to this file.'),
    formats: z
      .array(z.enum(['json', 'junit', 'html', 'markdown']))
      .default([])
      .describe('Reports written to output_dir.'),
  })
  .describe('Reports written by every run.');

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
  reporting: reportingSchema.prefault({}),
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
export type ClientConfig = z.output<typeof clientSchema>;

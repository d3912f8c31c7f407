/**
 * The RunResult as a zod schema: the source of schema/run-result.schema.json and of the check in `parseRunResult`.
 * A type-level test holds it equal to the types of core. Loaded only when a result is read.
 */
import type { ErrorCode, JsonObject, JsonValue } from '@mcp-test-harness/core';
import { z } from 'zod';
import { baselineComparisonSchema } from './benchmark/baseline-schema.ts';

const iso8601 = z.string().describe('ISO 8601, UTC');
const durationMs = z.number().nonnegative().describe('Milliseconds');
const count = z.int().nonnegative();
const jsonValue = z.unknown() as unknown as z.ZodType<JsonValue>;
const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;

const location = z
  .object({
    file: z.string().describe('Absolute path'),
    line: z.int().positive().describe('Counts from 1'),
    column: z.int().positive().describe('Counts from 1'),
  })
  .describe('Where the thing stands in the configuration');

const outcome = z
  .enum(['passed', 'failed', 'errored', 'skipped'])
  .describe('failed: an expectation did not hold. errored: no verdict on the expectations was possible.');

const errorInfo = z
  .object({
    code: (z.string() as unknown as z.ZodType<ErrorCode>).describe('Code of the error table'),
    kind: z.enum(['timeout', 'crash', 'transport', 'protocol', 'limit', 'setup', 'cancelled', 'internal']),
    message: z.string(),
    hint: z.string().optional().describe('How to mend it'),
    details: jsonObject.optional(),
  })
  .describe('Why there is no verdict');

const rpcError = z
  .object({ code: z.number(), message: z.string(), data: jsonValue.optional() })
  .describe('A JSON-RPC 2.0 error object');

const exchange = z
  .object({
    step: z.string().optional(),
    phase: z.enum(['setup', 'test', 'cleanup']),
    method: z.string(),
    startedAtMs: z.number().describe('Milliseconds since the session began'),
    durationMs: durationMs.optional().describe('Milliseconds; absent when no answer came'),
    request: z.string().describe('Raw text as it went over the wire, possibly cut'),
    response: z.string().optional().describe('Raw text as it came, possibly cut'),
    result: jsonValue.optional(),
    error: rpcError.optional(),
    httpStatus: z.int().optional(),
    notifications: count.describe('How many came between request and answer'),
  })
  .describe('One request and what came back');

const failure = z
  .object({
    severity: z.enum(['failure', 'warning']).describe('warning: from an expectation with `required: false`'),
    key: z.string().describe('What was looked at'),
    type: z.string().describe('Validation type'),
    message: z.string().describe('What was expected and what came, in one sentence'),
    expected: z.string().optional(),
    actual: z.string().optional(),
    diff: z.string().optional().describe('Unified diff'),
    configKey: z.string().describe('Path of the expectation below its test or step'),
    location: location.optional(),
    step: z.string().optional(),
  })
  .describe('An expectation that did not hold');

const usage = {
  cpuMs: z.number().nonnegative().describe('CPU time of the process tree in milliseconds'),
  peakMemoryBytes: z.number().nonnegative().describe('Highest resident memory of the process tree'),
};

const requirement = z
  .object({
    id: z.string().describe('Stable'),
    level: z.enum(['MUST', 'SHOULD', 'MAY']),
    title: z.string().describe('What a sound server does'),
    remedy: z.string().describe('What the author of a server that breaks it is to do'),
    quote: z.string().optional().describe('The sentence of the specification, word for word'),
    url: z.string().describe('Where the specification says so'),
  })
  .describe('The sentence of the specification that a test of a compliance run judges');

const test = z.object({
  id: z.string().describe('`suite/test` or `suite/test [key=value, ...]`: unique and stable'),
  suite: z.string(),
  test: z.string(),
  description: z.string().optional(),
  instance: jsonObject.optional().describe('Matrix or case values of this instance'),
  tags: z.array(z.string()),
  server: z.string(),
  location: location.optional(),
  requirement: requirement.optional().describe('Of a compliance run only'),
  outcome,
  flaky: z.boolean().describe('Passed, but only on a repetition'),
  attempts: count,
  startedAt: iso8601,
  durationMs: durationMs.describe('All attempts, setup and cleanup included, in milliseconds'),
  requestDurationsMs: z
    .array(z.number().nonnegative())
    .describe('Time of each request of the test proper, in order'),
  failures: z.array(failure),
  warnings: z.array(failure),
  error: errorInfo.optional(),
  skipReason: z.string().optional(),
  skipCause: z
    .enum([
      'disabled',
      'condition',
      'dependency',
      'fail-fast',
      'timeout',
      'interrupted',
      'not-applicable',
      'not-testable',
      'expected-failure',
    ])
    .optional()
    .describe(
      'disabled and condition were asked for by the configuration; not-applicable, not-testable and expected-failure are of a compliance run',
    ),
  exchanges: z.array(exchange).describe('Whole for tests that did not pass, cut short for the others'),
  reproduce: z.string().optional().describe('One line for a shell that sends the failing request again'),
  stderr: z.string().optional().describe("The server's stderr during a test that did not pass"),
  usage: z
    .object({ ...usage, shared: z.boolean().describe('Other tests ran on the same server meanwhile') })
    .optional(),
});

const totals = z.object({
  tests: count,
  passed: count,
  failed: count,
  errored: count,
  skipped: count,
  flaky: count.describe('Of the passed ones'),
});

const suite = z.object({
  name: z.string(),
  description: z.string().optional(),
  server: z.string(),
  location: location.optional(),
  outcome,
  requiredSuccessRate: z.number().min(0).max(1).describe('Ratio'),
  successRate: z
    .number()
    .min(0)
    .max(1)
    .or(z.undefined())
    .optional()
    .describe('passed / (passed + failed + errored); absent when nothing was executed'),
  startedAt: iso8601,
  durationMs,
  totals,
  tests: z.array(test),
});

const limit = z.object({
  limit: z.enum([
    'max_memory_mb',
    'max_cpu_seconds',
    'max_open_files',
    'max_disk_usage_mb',
    'max_network_connections',
  ]),
  value: z.number(),
  level: z.enum(['kernel', 'polled', 'unenforced']).describe('How the limit was held'),
  note: z.string().optional(),
});

const signal = z.string() as unknown as z.ZodType<NodeJS.Signals>;

const shutdown = z
  .object({
    exitCode: z.int().nullable(),
    signal: signal.nullable(),
    step: z
      .enum(['stdin-closed', 'signal', 'killed', 'crashed'])
      .describe('The step after which it was gone; crashed: it ended before we asked'),
    durationMs,
    leftovers: z
      .array(z.object({ pid: z.int(), command: z.string() }))
      .describe('Descendants that outlived the server and had to be killed'),
  })
  .describe('How the server was brought down');

const server = z.object({
  name: z.string(),
  transport: z.enum(['stdio', 'http', 'sse', 'websocket']),
  target: z.string().describe('Command line or URL, secrets masked'),
  pid: z.int().optional(),
  protocolVersion: z.string().optional().describe('The negotiated revision'),
  serverInfo: jsonObject.optional(),
  capabilities: jsonObject.optional(),
  startupMs: z.number().nonnegative().optional().describe('From spawn to the end of the handshake'),
  startError: errorInfo.optional(),
  limits: z.array(limit),
  shutdown: shutdown.optional(),
  usage: z.object(usage).optional(),
  stderrTail: z.string(),
});

const revisions = z
  .object({
    server: z.string(),
    spoken: z.array(z.string()),
    notSpoken: z
      .array(z.object({ revision: z.string(), reason: z.string() }))
      .describe('Those that it refused, with its words'),
  })
  .describe('Which protocol revisions a server speaks');

const coveredList = z
  .object({
    kind: z.enum(['tools', 'resources', 'resource-templates', 'prompts']),
    exercised: z.array(z.string()).describe('Names, URIs or URI templates that a test got an answer for'),
    uncovered: z.array(z.string()).describe('The others on the list'),
    notMeasured: z.string().optional().describe('Why the list could not be read; then both are empty'),
  })
  .describe('How much of one list of a server tests have used');

const coverage = z
  .object({
    listed: count.describe('Names on all lists that were read'),
    exercised: count.describe('Of these, how many a test got an answer for'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('exercised / listed; absent when nothing is listed'),
    minPercent: z.number().min(0).max(100).optional().describe('What the run had to reach'),
    leftOutTests: count.describe('Tests that filters kept out of the run'),
    servers: z.array(
      z.object({
        server: z.string().describe('Name in the configuration'),
        lists: z.array(coveredList),
        notMeasured: z.string().optional().describe('Why its lists are not known at all'),
      }),
    ),
  })
  .describe('What tests have used of what the servers offer');

const finding = z
  .object({
    rule: z.string().describe('Stable id'),
    severity: z.enum(['error', 'warning']).describe('error: a MUST of the specification is broken'),
    message: z.string(),
    spec: z.string().optional().describe('URL of the section that is broken'),
    count: count.describe('How often it was seen'),
    sample: z.string().optional().describe('The first message that broke it, cut short'),
    server: z.string().optional(),
  })
  .describe('A violation of the protocol by the server');

export const runResultSchema = z
  .object({
    schemaVersion: z.literal(1),
    harness: z.object({ version: z.string(), node: z.string(), platform: z.string() }),
    config: z.object({ file: z.string().optional(), environment: z.string().optional() }),
    shard: z.object({ index: z.int().positive(), count: z.int().positive() }).optional(),
    startedAt: iso8601,
    durationMs,
    complete: z.boolean().describe('false: not all planned tests are here; incompleteReason says why'),
    incompleteReason: z.string().optional(),
    plannedTests: count,
    verdict: z.enum(['passed', 'failed', 'errored', 'interrupted']),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(130)]),
    totals,
    suites: z.array(suite),
    servers: z.array(server),
    revisions: z.array(revisions).optional().describe('Of servers with `protocol_version: all`'),
    coverage: coverage.optional(),
    protocolChecks: z.enum(['error', 'warn', 'off']),
    findings: z.array(finding),
    warnings: z.array(z.string()),
    baselines: z.array(baselineComparisonSchema).max(10_000).optional().describe('One a suite'),
  })
  .describe('The result of a run of mcp-test-harness');

/** The JSON Schema (2020-12) of what the json reporter writes. Members may be added without a new schemaVersion. */
export function runResultJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(runResultSchema, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'Result of mcp-test-harness', ...schema };
}

/**
 * The BenchmarkResult as a zod schema: the source of schema/benchmark-result.schema.json and of the check in
 * `parseBenchmarkResult`. A type-level test holds it equal to the types of core. Loaded only when a result is read.
 */
import type { ErrorCode, JsonObject } from '@mcp-test-harness/core';
import { z } from 'zod';
import { baselineComparisonSchema } from './baseline-schema.ts';

/** Lists that a hostile document might fill; no run of ours comes near. */
const most = { benchmarks: 20_000, pairs: 10_000, processes: 100_000, samples: 10_000_000, texts: 10_000 };

const iso8601 = z.string().describe('ISO 8601, UTC');
const ms = z.number().nonnegative().describe('Milliseconds');
const count = z.int().nonnegative();
const percent = z.number().describe('Per cent');
const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
/** A member that a running program may hold as undefined, which JSON leaves out. */
const orUndefined = <T extends z.ZodType>(schema: T) => schema.or(z.undefined()).optional();

const location = z
  .object({
    file: z.string().describe('Absolute path'),
    line: z.int().positive().describe('Counts from 1'),
    column: z.int().positive().describe('Counts from 1'),
  })
  .describe('Where the test stands in the configuration');

const errorInfo = z
  .object({
    code: (z.string() as unknown as z.ZodType<ErrorCode>).describe('Code of the error table'),
    kind: z.enum(['timeout', 'crash', 'transport', 'protocol', 'limit', 'setup', 'cancelled', 'internal']),
    message: z.string(),
    hint: z.string().optional().describe('How to mend it'),
    details: jsonObject.optional(),
  })
  .describe('Why nothing more could be measured');

const calls = z
  .object({
    ok: count.describe('All expectations of the test held'),
    'wrong-answer': count,
    'tool-error': count,
    'protocol-error': count,
    timeout: count,
  })
  .describe('Calls by what became of them');

const processSummary = z.object({
  n: count,
  p25Ms: ms,
  p50Ms: ms,
  meanMs: ms,
  p95Ms: ms.optional().describe('From 60 calls on'),
  cpuMsPerCall: ms.optional(),
});

const latency = z
  .object({
    n: count,
    minMs: ms,
    p25Ms: ms,
    p50Ms: ms,
    p90Ms: ms,
    p95Ms: ms.optional().describe('From 60 calls on'),
    p99Ms: ms.optional().describe('From 300 calls on'),
    p999Ms: ms.optional().describe('From 3,000 calls on'),
    maxMs: ms,
    meanMs: ms,
    sdMs: ms.describe('Standard deviation'),
    cvPercent: percent.describe('Standard deviation by mean'),
    outlierPercent: percent.describe('Further from the median than 3 scaled median absolute deviations'),
    histogram: jsonObject.describe('All latencies, in bounded space: logarithmic buckets'),
  })
  .describe('All calls together');

const measured = {
  calls,
  processes: z.array(processSummary).max(most.processes).describe('One a fresh process, in order'),
  latency,
  throughputPerSecond: z.number().nonnegative().describe('Calls that were ok, a second of measuring'),
  cpuMsPerCall: ms.optional().describe("Of the server's process tree"),
  generator: z
    .object({
      lagP50Ms: z.number(),
      lagP99Ms: z.number(),
      invalid: z.string().optional().describe('Why the latencies must not be believed'),
    })
    .optional()
    .describe('How well the generator of an open loop kept its rate'),
  samplesMs: z
    .array(z.array(ms).max(most.samples))
    .max(most.processes)
    .optional()
    .describe('With --keep-samples: every call that was ok, by process'),
};

const identity = {
  id: z.string().describe('Of the test: `suite/test` or `suite/test [key=value, ...]`'),
  suite: z.string(),
  test: z.string(),
  server: z.string(),
  location: location.optional(),
};

const measurement = z
  .discriminatedUnion('state', [
    z.object({ ...identity, ...measured, state: z.literal('measured') }),
    z.object({ ...identity, ...measured, state: z.literal('short'), reason: z.string() }),
    z.object({ ...identity, state: z.literal('failed'), reason: z.string(), calls }),
    z.object({ ...identity, state: z.literal('skipped'), reason: z.string() }),
  ])
  .describe('short: fewer calls than asked for. failed: a call was not ok, so that its times mean nothing');

const verdict = z.enum(['regressed', 'improved', 'unchanged', 'inconclusive']);
const severity = z
  .enum(['minor', 'warning', 'error', 'critical'])
  .describe('By the lower end of the interval, so that noise raises none');

const metric = z.object({
  metric: z.enum(['latency', 'latency_mean', 'latency_p95', 'cpu', 'memory', 'start_up']),
  verdict,
  severity: severity.optional(),
  reason: z.string().optional().describe('Why it is inconclusive'),
  smallestDetectablePercent: percent
    .optional()
    .describe('The smallest regression that these values would have shown nine times in ten'),
  withinPercent: percent.optional(),
  changePercent: percent.optional().describe('head / base - 1'),
  intervalPercent: (
    z.tuple([z.number(), z.number()]) as unknown as z.ZodType<readonly [low: number, high: number]>
  )
    .optional()
    .describe('95 % interval of the change'),
  p: z.number().optional(),
  adjustedP: z.number().optional().describe("After Holm's adjustment"),
  stage: z.union([z.literal(1), z.literal(2)]).describe('The stage that decided'),
  logRatios: z.array(z.number()).max(most.pairs).describe('ln(head / base) of each pair of processes'),
  base: z.number().optional().describe('Typical value in ms, or bytes for memory'),
  head: z.number().optional(),
});

const side = z.object({
  calls,
  latency: orUndefined(latency),
  cpuMsPerCall: orUndefined(ms),
  complaint: z.string().optional().describe('What was wrong with the first call that was not as expected'),
});

const compared = z.object({
  id: z.string().describe('Id of the test, or `server:<name>` for what a server process costs'),
  location: location.optional(),
  verdict,
  severity: severity.optional(),
  sentence: z.string().describe('The verdict in a sentence'),
  metrics: z.array(metric).max(100),
  base: orUndefined(side),
  head: orUndefined(side),
});

const comparedServer = z.object({
  label: z.string().describe('For people: a command, a git ref'),
  target: z.string().describe('Command line or URL, secrets masked'),
  serverInfo: orUndefined(jsonObject),
  protocolVersion: orUndefined(z.string()),
  commit: z.string().optional(),
});

const comparison = z
  .object({
    mode: z.literal('interleaved'),
    base: comparedServer,
    head: comparedServer,
    stages: z.object({
      pairs: z.tuple([count, count]) as unknown as z.ZodType<readonly [first: number, second: number]>,
      suspects: count,
    }),
    notPinned: z.string().optional().describe('Why the pairs were not kept on one core each'),
    busyPairs: count.describe('Pairs that were measured although the machine stayed busy'),
    minimumEffectPercent: percent.describe('Smallest change that counts'),
    seed: z.number(),
    benchmarks: z.array(compared).max(most.benchmarks),
  })
  .describe('Base and head, measured interleaved');

const load = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sequential') }),
  z.object({ kind: z.literal('closed'), concurrency: z.int().positive() }),
  z.object({ kind: z.literal('open'), ratePerSecond: z.number().positive() }),
]);

const machineLoad = z.object({
  loadAverage: z.number(),
  stealShare: z.number().optional().describe('Share of CPU time given to others'),
});

const finding = z
  .object({
    rule: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    spec: z.string().optional(),
    count,
    sample: z.string().optional(),
    server: z.string().optional(),
  })
  .describe('A violation of the protocol by the server');

export const benchmarkResultSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('benchmark'),
    harness: z.object({ version: z.string(), node: z.string(), platform: z.string() }),
    config: z.object({ file: z.string().optional(), environment: z.string().optional() }),
    startedAt: iso8601,
    durationMs: ms,
    complete: z.boolean().describe('false: interrupted or out of time'),
    incompleteReason: z.string().optional(),
    error: errorInfo.optional(),
    machine: z.object({
      platform: z.string(),
      kernel: z.string(),
      node: z.string(),
      cpuModel: z.string(),
      cores: count,
      memoryBytes: z.number().nonnegative(),
      governor: z.string().optional(),
      image: z.string().optional().describe('Of a CI runner'),
    }),
    loadBefore: machineLoad,
    loadAfter: machineLoad,
    settings: z.object({
      load,
      processes: count,
      iterations: count.optional(),
      measureMs: ms,
      durationMs: ms.optional(),
      warmupMs: ms,
      minimumSamples: count,
      calibrate: z.boolean(),
      keepSamples: z.boolean(),
    }),
    servers: z
      .array(
        z.object({
          name: z.string(),
          target: z.string().describe('Command line or URL, secrets masked'),
          protocolVersion: orUndefined(z.string()),
          serverInfo: orUndefined(jsonObject),
          startupMs: z.array(ms).max(most.processes),
          peakMemoryBytes: z.array(z.number().nonnegative()).max(most.processes),
        }),
      )
      .max(most.benchmarks),
    benchmarks: z.array(measurement).max(most.benchmarks),
    references: z
      .array(
        z.object({
          name: z.enum(['echo', 'compute']),
          processes: z.array(processSummary).max(most.processes),
        }),
      )
      .max(100)
      .describe('Our reference servers, with which results of different machines are compared'),
    comparison: comparison.optional(),
    baselines: z.array(baselineComparisonSchema).max(most.benchmarks).optional().describe('One a suite'),
    findings: z.array(finding).max(most.texts),
    warnings: z.array(z.string()).max(most.texts),
    verdict: z.enum(['passed', 'regressed', 'invalid', 'failed', 'errored', 'interrupted']),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(130)]),
  })
  .describe('The result of `mcp-test-harness benchmark`');

/** The JSON Schema (2020-12) of `benchmark --report json`. Members may be added without a new schemaVersion. */
export function benchmarkResultJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(benchmarkResultSchema, {
    io: 'input',
    unrepresentable: 'any',
  });
  return { $schema, title: 'Benchmark result of mcp-test-harness', ...schema };
}
